// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ApplicationDesk} from "../../../contracts/ApplicationDesk.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";
import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {FakeEscrow} from "../mocks/FakeEscrow.sol";

/// @title DeskTest
/// @notice The cast and the stage of the desk's tests: a bounty with two awards in books that a test can write.
/// @dev `terms` and `state` are storage, so that a test says what it changes and calls `_write`. Each step of an
/// application has a function of its name.
abstract contract DeskTest is Test {
    uint64 internal constant NOW = 1_760_000_000;
    uint64 internal constant SUBMIT_BY = NOW + 30 days;
    uint64 internal constant DELIVER_BY = NOW + 10 days;
    uint128 internal constant AMOUNT = 300_000 ether;
    uint128 internal constant BID = 250_000 ether;
    uint256 internal constant BOUNTY = 7;
    string internal constant PROPOSAL = "bafkreiproposal";

    ApplicationDesk internal desk;
    FakeEscrow internal escrow;
    ProjectRegistry internal projects;

    address internal owner = makeAddr("owner");
    address internal steward = makeAddr("steward");
    address internal worker;
    address internal rival = makeAddr("rival");
    address internal reviewer = makeAddr("reviewer");
    address internal source = makeAddr("source");
    address internal arbiter = makeAddr("arbiter");
    address internal outsider = makeAddr("outsider");
    uint256 internal workerKey;

    IBountyEscrow.Terms internal terms;
    IBountyEscrow.BountyState internal state;
    uint256 internal projectId;

    function setUp() public virtual {
        vm.warp(NOW);
        (worker, workerKey) = makeAddrAndKey("worker");
        projects = new ProjectRegistry(address(new ProjectToken()));
        escrow = new FakeEscrow(projects, IPayoutVault(makeAddr("vault")));
        desk = new ApplicationDesk(IBountyEscrow(address(escrow)));
        _openProject();
        terms.projectId = projectId;
        (terms.amount, terms.maxAwards, terms.submitBy) = (AMOUNT, 2, SUBMIT_BY);
        (terms.admission, terms.arbiter) = (address(desk), arbiter);
        (terms.success.source, terms.longTerm.source) = (source, makeAddr("second source"));
        terms.reviewers = [makeAddr("first reviewer"), reviewer];
        _write();
    }

    function _openProject() private {
        IProjectRegistry.Opening memory opening;
        (opening.name, opening.symbol, opening.metadata) = ("Wagashi", "WAGA", "bafkreiproject");
        opening.cap = 1_000_000 ether;
        vm.startPrank(owner);
        (projectId, ) = projects.open(opening);
        projects.setSteward(projectId, steward, true);
        vm.stopPrank();
    }

    /* STEPS */

    function _write() internal {
        escrow.setBounty(BOUNTY, _terms(), state);
    }

    function _apply(address applicant, uint128 bid) internal returns (bytes32 applicationHash) {
        vm.prank(applicant);
        return desk.applyFor(BOUNTY, _terms(), applicant, bid, PROPOSAL, _unsigned());
    }

    function _withdraw(address applicant) internal {
        bytes32 applicationHash = _hashOf(applicant);
        vm.prank(applicant);
        desk.withdraw(BOUNTY, applicant, applicationHash, _unsigned());
    }

    function _select(address applicant) internal {
        bytes32 applicationHash = _hashOf(applicant);
        vm.prank(owner);
        desk.select(BOUNTY, _terms(), applicant, applicationHash, DELIVER_BY);
    }

    function _decline(address applicant) internal {
        bytes32 applicationHash = _hashOf(applicant);
        vm.prank(owner);
        desk.decline(BOUNTY, _terms(), applicant, applicationHash, "over-budget", "bafkreireason");
    }

    function _release(address applicant) internal {
        vm.prank(outsider);
        desk.release(BOUNTY, applicant);
    }

    function _admit(address applicant) internal returns (uint256 amount) {
        return escrow.admit(IAdmission(address(desk)), BOUNTY, applicant);
    }

    function _toSelected() internal {
        _apply(worker, BID);
        _select(worker);
    }

    /* WHAT IS */

    function _terms() internal view returns (bytes memory) {
        return abi.encode(terms);
    }

    function _unsigned() internal pure returns (IBountyEscrow.Signed memory signed) {}

    function _hashOf(address applicant) internal view returns (bytes32) {
        return desk.applicationOf(BOUNTY, applicant).applicationHash;
    }

    function _selected() internal view returns (uint256) {
        return desk.placesOf(BOUNTY).selected;
    }

    function _assertApplication(
        address applicant,
        bytes32 applicationHash,
        uint128 bid,
        uint64 deliverBy
    ) internal view {
        IApplicationDesk.Application memory found = desk.applicationOf(BOUNTY, applicant);
        assertEq(found.applicationHash, applicationHash, "hash");
        assertEq(found.bid, bid, "bid");
        assertEq(found.deliverBy, deliverBy, "deliverBy");
    }

    /* SIGNATURES */

    function _sign(uint256 key, address verifier, bytes32 message) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(verifier, message));
        return abi.encodePacked(r, s, v);
    }

    function _digest(address verifier, bytes32 message) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ApplicationDesk"),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    /* REFUSALS */

    function _termsMismatch() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_TermsMismatch.selector, BOUNTY);
    }

    function _otherAdmission(address admission) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_OtherAdmission.selector, BOUNTY, admission);
    }

    function _notAuthorized(address account) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotAuthorized.selector, projectId, account);
    }

    function _closed() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_Closed.selector, BOUNTY);
    }

    function _outside(uint256 start, uint256 end) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IApplicationDesk.ApplicationDesk_OutsideWindow.selector,
                start,
                end,
                block.timestamp
            );
    }

    function _mismatch(address applicant, bytes32 found) internal pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IApplicationDesk.ApplicationDesk_ApplicationMismatch.selector,
                BOUNTY,
                applicant,
                found
            );
    }

    function _alreadySelected() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_AlreadySelected.selector, BOUNTY, worker);
    }

    function _notSelected() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotSelected.selector, BOUNTY, worker);
    }

    function _noPlace(uint256 taken) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IApplicationDesk.ApplicationDesk_NoPlaceFree.selector,
                BOUNTY,
                taken,
                terms.maxAwards
            );
    }

    function _textLength(uint256 length) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_TextLength.selector, length);
    }

    function _text(uint256 length) internal pure returns (string memory text) {
        return string(new bytes(length));
    }
}
