// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {ReviewerBonds} from "../../../contracts/ReviewerBonds.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {FakeEscrow} from "../mocks/FakeEscrow.sol";

/// @title BondsTest
/// @notice The cast and the stage of the bonds' tests: three reviewers with money, the real vault, books that a test can
/// write.
/// @dev `terms`, `bounty`, `work` and `state` are storage, so that a test says what it changes and calls `_write`.
abstract contract BondsTest is Test {
    uint64 internal constant NOW = 1_760_000_000;
    uint64 internal constant SUBMIT_BY = NOW + 30 days;
    uint32 internal constant REVIEW_WINDOW = 7 days;
    uint128 internal constant BOND = 10_001;
    uint16 internal constant LOSS_BPS = 2_500;
    uint256 internal constant LOSS = 2_500;
    uint256 internal constant BOUNTY = 7;
    uint256 internal constant SUBMISSION = 3;
    address internal constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    ReviewerBonds internal bonds;
    FakeEscrow internal escrow;
    PayoutVault internal vault;
    ProjectRegistry internal projects;
    TestYen internal yen;

    address internal owner = makeAddr("owner");
    address internal steward = makeAddr("steward");
    address internal worker = makeAddr("worker");
    address internal outsider = makeAddr("outsider");
    address[3] internal reviewers = [address(0x1001), address(0x1002), address(0x1003)];

    IBountyEscrow.Terms internal terms;
    IBountyEscrow.BountyState internal bounty;
    IBountyEscrow.Submission internal work;
    IBountyEscrow.SubmissionState internal state;
    uint256 internal projectId;

    function setUp() public virtual {
        vm.warp(NOW);
        vault = new PayoutVault();
        yen = new TestYen();
        projects = new ProjectRegistry(address(new ProjectToken()));
        escrow = new FakeEscrow(projects, vault);
        bonds = new ReviewerBonds(IBountyEscrow(address(escrow)));
        _openProject();
        terms.projectId = projectId;
        (terms.token, terms.maxAwards) = (address(yen), 2);
        (terms.submitBy, terms.reviewWindow) = (SUBMIT_BY, REVIEW_WINDOW);
        (work.bountyId, work.worker, work.payees) = (BOUNTY, worker, [worker]);
        for (uint256 i = 0; i < 3; ++i) {
            terms.reviewers.push(reviewers[i]);
            yen.mint(reviewers[i], 1_000_000);
            vm.deal(reviewers[i], 1_000_000);
            vm.prank(reviewers[i]);
            yen.approve(address(bonds), type(uint256).max);
        }
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
        escrow.setBounty(BOUNTY, _terms(), bounty);
        bytes32 contentHash = keccak256(abi.encodePacked(keccak256(_terms()), keccak256(_work())));
        escrow.setSubmission(BOUNTY, SUBMISSION, contentHash, state);
    }

    function _setBond() internal {
        vm.prank(owner);
        bonds.setBond(BOUNTY, _terms(), BOND, LOSS_BPS);
    }

    function _post(uint256 reviewer) internal {
        vm.prank(reviewers[reviewer]);
        bonds.post(BOUNTY, _terms(), BOND, LOSS_BPS);
    }

    function _claim() internal returns (uint256 amount) {
        vm.prank(outsider);
        return bonds.claimSilence(SUBMISSION, _terms(), _work());
    }

    function _markEnded() internal {
        vm.prank(outsider);
        bonds.markEnded(BOUNTY, _terms());
    }

    function _withdraw(uint256 reviewer) internal {
        vm.prank(outsider);
        bonds.withdraw(BOUNTY, _terms(), reviewers[reviewer]);
    }

    function _toBonded() internal {
        _setBond();
        for (uint256 i = 0; i < 3; ++i) _post(i);
    }

    /// @dev Accepted by silence after a review window, with the reviews that a test has written.
    function _toSilent() internal {
        skip(REVIEW_WINDOW);
        (state.stage, state.bySilence) = (IBountyEscrow.Stage.Accepted, true);
        state.clock = uint40(block.timestamp);
        bounty.awards = 1;
        _write();
    }

    function _toEnded() internal {
        (bounty.closed, bounty.reclaimed) = (true, true);
        _write();
        _markEnded();
    }

    /* WHAT IS */

    function _terms() internal view returns (bytes memory) {
        return abi.encode(terms);
    }

    function _work() internal view returns (bytes memory) {
        return abi.encode(work);
    }

    function _credit(address account) internal view returns (uint256) {
        return vault.creditOf(terms.token, account);
    }

    function _left(uint256 reviewer) internal view returns (uint256) {
        return bonds.bondOf(BOUNTY, reviewers[reviewer]).left;
    }

    /* REFUSALS */

    function _termsMismatch() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_TermsMismatch.selector, BOUNTY);
    }

    function _closed() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_Closed.selector, BOUNTY);
    }

    function _notEnded() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_NotEnded.selector, BOUNTY);
    }

    function _notBonded(address reviewer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_NotBonded.selector, BOUNTY, reviewer);
    }

    function _outside(uint256 start, uint256 end) internal view returns (bytes memory) {
        bytes4 selector = IReviewerBonds.ReviewerBonds_OutsideWindow.selector;
        return abi.encodeWithSelector(selector, start, end, block.timestamp);
    }
}
