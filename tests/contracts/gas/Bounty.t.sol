// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";
import {GasTest} from "./GasTest.sol";

/// @notice A bounty from its opening to the last yen: 30/50/20, one reviewer, one worker, no project tokens. Another
/// bounty is open all the time, as in an escrow that is in use. In the first life every account is fresh; the others are
/// steady state. The reviewer and the source send their attestations themselves, or a relayer sends fifty at once.
contract BountyGasTest is GasTest {
    string private constant CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    uint256 private constant BATCH = 50;

    PayoutVault private _vault = new PayoutVault();
    TestYen private _yen = new TestYen();
    ProjectRegistry private _projects = new ProjectRegistry(address(new ProjectToken()));
    ContributionRegistry private _contributions = new ContributionRegistry(address(new VersionedEas("1.4.0")));
    // No schedule is named and the band has one value, so neither ledger nor schedules are called.
    BountyEscrow private _escrow = new BountyEscrow(
        _projects,
        _contributions,
        _vault,
        IReputationLedger(address(0)),
        IWithholdingSchedules(address(0))
    );

    IBountyOpener private _opener = _escrow.opener();
    address private _funder = makeAddr("funder");
    address private _arbiter = makeAddr("arbiter");
    address private _reviewer;
    address private _source;
    uint256 private _reviewerKey;
    uint256 private _sourceKey;
    uint256 private _salt;

    /// @dev A bounty under way.
    struct Life {
        uint256 bountyId;
        address worker;
        bytes terms;
        bytes work;
    }

    Life[] private _lives;

    function setUp() external {
        vm.warp(1_800_000_000);
        (_reviewer, _reviewerKey) = makeAddrAndKey("reviewer");
        (_source, _sourceKey) = makeAddrAndKey("source");
        _yen.mint(_funder, 1_000_000 ether);
        vm.startPrank(_funder);
        _projects.open(IProjectRegistry.Opening("Sakura Bakery", "SKR", 1_000_000 ether, CID, new address[](0)));
        _yen.approve(address(_opener), type(uint256).max);
        _opener.open(_terms(0));
        vm.stopPrank();
    }

    /// forge-config: default.isolate = true
    function test_gas_bounty() external {
        address worker = makeAddr("worker");
        _live("first bounty", worker, 0);
        _live("second bounty", worker, 0);
        _live("with challenge windows", worker, 2 days);
    }

    /// forge-config: default.isolate = true
    function test_gas_bounty_in_batches() external {
        address[] memory workers = new address[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            workers[i] = address(uint160(0x1000_0000 + i));
            _yen.mint(workers[i], 1);
        }
        _judgeInBatches("sent by the judge", workers, false);
        _judgeInBatches("relayed", workers, true);
    }

    /* ONE BY ONE */

    function _live(string memory name, address worker, uint32 challengeWindow) private {
        string memory prefix = string.concat("BountyEscrow, ", name, ": ");
        total = 0;
        Life memory life = _open(worker, challengeWindow);
        _record(string.concat(prefix, "1 open"));
        _submit(life);
        _record(string.concat(prefix, "2 submit"));

        _attest(life, _reviewOf(life), _reviewer);
        _record(string.concat(prefix, "3 review and pay the base"));
        _achieve(life, IBountyEscrow.Tranche.Success, challengeWindow, string.concat(prefix, "4 success, "));
        _achieve(life, IBountyEscrow.Tranche.LongTerm, challengeWindow, string.concat(prefix, "5 long term, "));

        vm.prank(worker);
        _vault.withdraw(address(_yen), 100 ether);
        _record(string.concat(prefix, "6 withdraw"));

        vm.snapshotValue("gas", string.concat(prefix, "in all"), total);
        assertEq(_vault.creditOf(address(_yen), address(_escrow)), 100 ether);
    }

    function _achieve(
        Life memory life,
        IBountyEscrow.Tranche tranche,
        uint32 challengeWindow,
        string memory prefix
    ) private {
        skip(1 days);
        _attest(life, _outcomeOf(life, tranche), _source);
        _record(string.concat(prefix, challengeWindow == 0 ? "report and pay" : "report"));
        if (challengeWindow == 0) return;

        skip(challengeWindow);
        _escrow.settle(1, life.terms, life.work, tranche);
        _record(string.concat(prefix, "settle"));
    }

    function _attest(Life memory life, IContributionRegistry.Attestation memory attestation, address attester) private {
        bytes memory context = _contextOf(life);
        vm.prank(attester);
        _contributions.attest(attestation, context);
    }

    /* IN BATCHES */

    /// @dev Per life: an opening, a submission, a fiftieth of three batches of judgements and of one batch of pushes.
    function _judgeInBatches(string memory name, address[] memory workers, bool relayed) private {
        string memory prefix = string.concat("BountyEscrow, fifty judged at once, ", name, ", per life: ");
        delete _lives;
        uint256 gas = 0;
        for (uint256 i = 0; i < BATCH; ++i) {
            Life memory life = _open(workers[i], 0);
            gas += vm.lastCallGas().gasTotalUsed;
            _submit(life);
            gas += vm.lastCallGas().gasTotalUsed;
            _lives.push(life);
        }
        total = _recordPerLife(string.concat(prefix, "1 open and submit"), gas);
        for (uint256 step = 0; step < 3; ++step) {
            skip(1 days);
            gas = _judgeAll(step, relayed);
            string[3] memory steps = ["2 review and pay the base", "3 success", "4 long term"];
            total += _recordPerLife(string.concat(prefix, steps[step]), gas);
        }
        _vault.pushMany(address(_yen), workers);
        gas = vm.lastCallGas().gasTotalUsed;
        total += _recordPerLife(string.concat(prefix, "5 push"), gas);
        vm.snapshotValue("gas", string.concat(prefix, "in all"), total);
        assertEq(_vault.creditOf(address(_yen), address(_escrow)), 100 ether);
        assertEq(_yen.balanceOf(workers[BATCH - 1]) % 100 ether, 1);
    }

    function _recordPerLife(string memory name, uint256 gas) private returns (uint256) {
        vm.snapshotValue("gas", name, gas / BATCH);
        return gas / BATCH;
    }

    function _judgeAll(uint256 step, bool relayed) private returns (uint256 gas) {
        IContributionRegistry.Attestation[] memory attestations = new IContributionRegistry.Attestation[](BATCH);
        bytes[] memory contexts = new bytes[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            Life memory life = _lives[i];
            attestations[i] = step == 0 ? _reviewOf(life) : _outcomeOf(life, IBountyEscrow.Tranche(step - 1));
            contexts[i] = _contextOf(life);
        }
        (address judge, uint256 key) = step == 0 ? (_reviewer, _reviewerKey) : (_source, _sourceKey);
        if (relayed) {
            _contributions.relayMany(_signed(attestations, contexts, judge, key));
        } else {
            vm.prank(judge);
            _contributions.attestMany(attestations, contexts);
        }
        return vm.lastCallGas().gasTotalUsed;
    }

    function _signed(
        IContributionRegistry.Attestation[] memory attestations,
        bytes[] memory contexts,
        address judge,
        uint256 key
    ) private view returns (IContributionRegistry.Relayed[] memory relayed) {
        relayed = new IContributionRegistry.Relayed[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _contributions.digestOf(attestations[i]));
            relayed[i] = IContributionRegistry.Relayed(attestations[i], judge, abi.encodePacked(r, s, v), contexts[i]);
        }
    }

    /* STEPS */

    function _open(address worker, uint32 challengeWindow) private returns (Life memory life) {
        IBountyEscrow.Terms memory terms = _terms(challengeWindow);
        (life.worker, life.terms) = (worker, abi.encode(terms));
        life.bountyId = _escrow.bountyCount() + 1;
        IBountyEscrow.Submission memory work = _work(life);
        life.work = abi.encode(work);
        vm.prank(_funder);
        _opener.open(terms);
    }

    function _submit(Life memory life) private {
        IBountyEscrow.Submission memory work = _work(life);
        IBountyEscrow.Signed memory unsigned;
        vm.prank(life.worker);
        _escrow.submit(life.terms, work, unsigned);
    }

    /* WHAT IS SAID */

    function _attestation(
        Life memory life,
        bytes32 schema,
        bytes memory values
    ) private returns (IContributionRegistry.Attestation memory) {
        return
            IContributionRegistry.Attestation({
                schema: schema,
                recipient: life.worker,
                time: uint64(block.timestamp),
                expirationTime: 0,
                revocable: true,
                refUID: 0,
                data: values,
                salt: keccak256(abi.encode(++_salt))
            });
    }

    function _reviewOf(Life memory life) private returns (IContributionRegistry.Attestation memory) {
        bytes32 contentHash = keccak256(abi.encodePacked(keccak256(life.terms), keccak256(life.work)));
        (uint256 one, uint16 score) = (1, 9_000);
        bytes memory values = abi.encode(
            address(_escrow),
            life.bountyId,
            one,
            contentHash,
            IBountyEscrow.Verdict.Approve,
            score,
            bytes32("good"),
            CID
        );
        return _attestation(life, _escrow.REVIEW_SCHEMA(), values);
    }

    function _outcomeOf(
        Life memory life,
        IBountyEscrow.Tranche tranche
    ) private returns (IContributionRegistry.Attestation memory) {
        (uint256 one, uint128 value) = (1, 1_000_000);
        bytes memory values = abi.encode(address(_escrow), life.bountyId, one, tranche, value, CID);
        return _attestation(life, _escrow.OUTCOME_SCHEMA(), values);
    }

    function _contextOf(Life memory life) private pure returns (bytes memory) {
        return abi.encodePacked(life.terms.length, life.terms, life.work);
    }

    function _work(Life memory life) private pure returns (IBountyEscrow.Submission memory work) {
        (work.bountyId, work.worker, work.evidence) = (life.bountyId, life.worker, CID);
        (work.payees, work.sharesBps) = (new address[](1), new uint16[](1));
        (work.payees[0], work.sharesBps[0]) = (life.worker, 10_000);
    }

    function _terms(uint32 challengeWindow) private view returns (IBountyEscrow.Terms memory terms) {
        (terms.projectId, terms.funder, terms.token) = (1, _funder, address(_yen));
        (terms.amount, terms.guaranteed, terms.maxAwards) = (100 ether, 40 ether, 1);
        (terms.minMultiplierBps, terms.maxMultiplierBps, terms.baseBps) = (10_000, 10_000, 3_000);
        terms.quorum = 1;
        terms.reviewers = new address[](1);
        terms.reviewers[0] = _reviewer;
        (terms.submitBy, terms.reviewWindow) = (uint64(block.timestamp + 30 days), 7 days);
        (terms.arbiter, terms.arbiterWindow) = (_arbiter, 7 days);
        terms.success = _tranche(5_000, 30 days, challengeWindow);
        terms.longTerm = _tranche(2_000, 90 days, challengeWindow);
        terms.document = CID;
    }

    function _tranche(
        uint16 shareBps,
        uint32 closesAfter,
        uint32 challengeWindow
    ) private view returns (IBountyEscrow.TrancheTerms memory) {
        return IBountyEscrow.TrancheTerms(shareBps, 5_000, 10_000, 0, closesAfter, challengeWindow, 1_000_000, _source);
    }
}
