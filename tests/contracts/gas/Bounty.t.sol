// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";
import {GasTest} from "./GasTest.sol";

/// @notice A bounty from its opening to the last yen: 30/50/20, one reviewer, one worker, project tokens. The reviewer and
/// the source send their attestations themselves. In the first life every account and every slot is fresh; the third has
/// no project tokens, which is the job that other escrows do.
contract BountyGasTest is GasTest {
    string private constant CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    PayoutVault private _vault = new PayoutVault();
    TestYen private _yen = new TestYen();
    ProjectRegistry private _projects = new ProjectRegistry(address(new ProjectToken()));
    ContributionRegistry private _contributions = new ContributionRegistry(address(new VersionedEas("1.4.0")));
    BountyEscrow private _escrow = new BountyEscrow(_projects, _contributions, _vault);

    address private _funder = makeAddr("funder");
    address private _worker = makeAddr("worker");
    address private _reviewer = makeAddr("reviewer");
    address private _source = makeAddr("source");
    address private _arbiter = makeAddr("arbiter");
    uint256 private _salt;

    function setUp() external {
        vm.warp(1_800_000_000);
        _yen.mint(_funder, 1_000_000 ether);
    }

    /// forge-config: default.isolate = true
    function test_gas_bounty() external {
        address[] memory minters = new address[](1);
        minters[0] = address(_escrow);
        vm.startPrank(_funder);
        _projects.open(IProjectRegistry.Opening("Sakura Bakery", "SKR", 1_000_000 ether, CID, minters));
        _yen.approve(address(_escrow), type(uint256).max);
        vm.stopPrank();

        _live("first bounty", 10 ether);
        _live("second bounty", 10 ether);
        _live("without tokens", 0);
    }

    function _live(string memory life, uint128 tokenReward) private {
        string memory prefix = string.concat("BountyEscrow, ", life, ": ");
        IBountyEscrow.Terms memory terms = _terms();
        terms.tokenReward = tokenReward;
        total = 0;

        vm.prank(_funder);
        uint256 bountyId = _escrow.open(terms);
        _record(string.concat(prefix, "1 open"));

        IBountyEscrow.Submission memory work = _work(bountyId);
        vm.prank(_worker);
        _escrow.submit(terms, work);
        _record(string.concat(prefix, "2 submit"));

        _attest(_reviewer, _escrow.REVIEW_SCHEMA(), _review(terms, work), abi.encode(terms, work));
        _record(string.concat(prefix, "3 review and pay the base"));

        _settle(terms, work, IBountyEscrow.Tranche.Success, string.concat(prefix, "4 "));
        _settle(terms, work, IBountyEscrow.Tranche.LongTerm, string.concat(prefix, "5 "));

        if (tokenReward != 0) {
            _escrow.claimTokens(1, terms, work);
            _record(string.concat(prefix, "6 claim project tokens"));
        }

        _vault.push(address(_yen), _worker);
        _record(string.concat(prefix, "7 withdraw"));

        vm.snapshotValue("gas", string.concat(prefix, "in all"), total);
        assertEq(_yen.balanceOf(_worker) % 100 ether, 0);
        assertEq(_vault.creditOf(address(_yen), address(_escrow)), 0);
    }

    function _settle(
        IBountyEscrow.Terms memory terms,
        IBountyEscrow.Submission memory work,
        IBountyEscrow.Tranche tranche,
        string memory prefix
    ) private {
        skip(1 days);
        bytes memory outcome = abi.encode(
            address(_escrow),
            work.bountyId,
            uint256(1),
            uint8(tranche),
            uint16(10_000),
            CID
        );
        _attest(_source, _escrow.OUTCOME_SCHEMA(), outcome, abi.encode(terms, work));
        _record(string.concat(prefix, tranche == IBountyEscrow.Tranche.Success ? "success" : "long term", ", report"));

        skip(3 days);
        _escrow.settle(1, terms, work, tranche);
        _record(string.concat(prefix, tranche == IBountyEscrow.Tranche.Success ? "success" : "long term", ", settle"));
    }

    function _attest(address attester, bytes32 schema, bytes memory values, bytes memory context) private {
        vm.prank(attester);
        _contributions.attest(
            IContributionRegistry.Attestation({
                schema: schema,
                recipient: _worker,
                time: uint64(block.timestamp),
                expirationTime: 0,
                revocable: true,
                refUID: 0,
                data: values,
                salt: keccak256(abi.encode(++_salt))
            }),
            context
        );
    }

    function _review(
        IBountyEscrow.Terms memory terms,
        IBountyEscrow.Submission memory work
    ) private view returns (bytes memory) {
        bytes32 contentHash = _escrow.hashSubmission(_escrow.hashTerms(terms), work);
        return
            abi.encode(
                address(_escrow),
                work.bountyId,
                uint256(1),
                contentHash,
                true,
                uint16(9_000),
                bytes32("good"),
                CID
            );
    }

    function _work(uint256 bountyId) private view returns (IBountyEscrow.Submission memory work) {
        work.bountyId = bountyId;
        work.worker = _worker;
        work.payees = new address[](1);
        work.payees[0] = _worker;
        work.sharesBps = new uint16[](1);
        work.sharesBps[0] = 10_000;
        work.evidence = CID;
    }

    function _terms() private view returns (IBountyEscrow.Terms memory terms) {
        terms.projectId = 1;
        terms.token = address(_yen);
        terms.amount = 100 ether;
        terms.guaranteed = 40 ether;
        terms.maxAwards = 1;
        terms.minMultiplierBps = 10_000;
        terms.maxMultiplierBps = 10_000;
        terms.baseBps = 3_000;
        terms.quorum = 1;
        terms.reviewers = new address[](1);
        terms.reviewers[0] = _reviewer;
        terms.submitBy = uint64(block.timestamp + 30 days);
        terms.reviewWindow = 7 days;
        terms.arbiter = _arbiter;
        terms.arbiterWindow = 7 days;
        terms.success = IBountyEscrow.TrancheTerms(5_000, 5_000, 0, 30 days, 2 days, _source);
        terms.longTerm = IBountyEscrow.TrancheTerms(2_000, 5_000, 0, 90 days, 2 days, _source);
        terms.document = CID;
    }
}
