// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {ReputationLedger} from "../../../contracts/ReputationLedger.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IOutcomeSource} from "../../../contracts/interfaces/IOutcomeSource.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";
import {OutcomeBook} from "./OutcomeBook.sol";

/// @title LedgerTest
/// @notice The cast and the stage of the ledger's tests, on the real registries; the escrow says what it is told.
/// @dev Time starts at midnight UTC, so that a day later is a day more. `_toX` goes from the policy to X.
abstract contract LedgerTest is Test {
    uint40 internal constant NOW = 20_000 days;
    string internal constant REASON = "bafkreireason";
    IReputationLedger.Component internal constant SKILL = IReputationLedger.Component.Skill;
    IReputationLedger.Component internal constant PASSION = IReputationLedger.Component.Passion;
    IReputationLedger.Component internal constant TRACK_RECORD = IReputationLedger.Component.TrackRecord;
    IReputationLedger.Component internal constant PEER_RATING = IReputationLedger.Component.PeerRating;

    ReputationLedger internal ledger;
    ContributionRegistry internal registry;
    ProjectRegistry internal projects;
    OutcomeBook internal book;

    address internal owner = makeAddr("owner");
    address internal steward = makeAddr("steward");
    address internal arbiter = makeAddr("arbiter");
    address internal worker;
    address internal peer = makeAddr("peer");
    address internal outsider = makeAddr("outsider");
    address internal rater;
    address[] internal raters;
    uint256 internal workerKey;

    IReputationLedger.Policy internal policy;
    uint256 internal projectId;
    bytes32 internal lastUid;
    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(NOW);
        (worker, workerKey) = makeAddrAndKey("worker");
        projects = new ProjectRegistry(address(new ProjectToken()));
        registry = new ContributionRegistry(address(new VersionedEas("1.4.0")));
        ledger = new ReputationLedger(projects, registry);
        book = new OutcomeBook();
        (projectId) = _openProject();
        _writePolicy();
    }

    function _openProject() internal returns (uint256 id) {
        IProjectRegistry.Opening memory opening;
        (opening.name, opening.symbol, opening.metadata) = ("Wagashi", "WAGA", "bafkreiproject");
        opening.cap = 1_000_000 ether;
        vm.startPrank(owner);
        (id, ) = projects.open(opening);
        projects.setSteward(id, steward, true);
        vm.stopPrank();
    }

    function _writePolicy() private {
        (address first, address second) = (makeAddr("first rater"), makeAddr("second rater"));
        raters = first < second ? [first, second] : [second, first];
        rater = raters[0];
        policy.escrow = address(book);
        policy.halfLife = IReputationLedger.HalfLife.Days90;
        (policy.appealWindow, policy.arbiterWindow) = (14 days, 7 days);
        (policy.arbiter, policy.raters) = (arbiter, raters);
    }

    /* STEPS */

    function _setPolicy() internal {
        vm.prank(owner);
        ledger.setPolicy(projectId, policy);
    }

    function _rate(address from, address to, IReputationLedger.Component component, uint16 valueBps) internal {
        lastUid = _attest(from, _rating(to, uint8(component), valueBps));
    }

    function _appeal() internal {
        vm.prank(worker);
        ledger.appeal(_key(), lastUid, REASON);
    }

    function _rule(bool stands) internal {
        vm.prank(arbiter);
        ledger.rule(_key(), lastUid, stands, REASON);
    }

    function _record(address account, uint256 submissionId, uint16 achievedBps) internal {
        _write(_outcome(account, achievedBps), submissionId);
        _recordAgain(submissionId);
    }

    function _write(IOutcomeSource.Outcome memory outcome, uint256 submissionId) internal {
        book.write("terms", "submission", submissionId, 0, outcome);
    }

    function _recordAgain(uint256 submissionId) internal {
        vm.prank(outsider);
        ledger.recordOutcome(address(book), "terms", "submission", submissionId, 0);
    }

    function _outcome(
        address account,
        uint16 achievedBps
    ) internal view returns (IOutcomeSource.Outcome memory outcome) {
        return IOutcomeSource.Outcome(projectId, 1, account, true, achievedBps, uint40(block.timestamp));
    }

    /// @dev The rater rates the worker's passion at 0.8.
    function _toRated() internal {
        _setPolicy();
        _rate(rater, worker, PASSION, 8_000);
    }

    function _toAppealed() internal {
        _toRated();
        _appeal();
    }

    function _toStruck() internal {
        _toAppealed();
        _rule(false);
    }

    /* JUDGEMENTS */

    function _rating(
        address to,
        uint8 component,
        uint16 valueBps
    ) internal view returns (IContributionRegistry.Attestation memory) {
        return
            _attestation(
                ledger.RATING_SCHEMA(),
                to,
                abi.encode(address(ledger), projectId, component, valueBps, REASON)
            );
    }

    function _ruling(bool stands) internal view returns (IContributionRegistry.Attestation memory) {
        return
            _attestation(
                ledger.RULING_SCHEMA(),
                worker,
                abi.encode(address(ledger), projectId, rater, uint8(PASSION), lastUid, stands, REASON)
            );
    }

    function _attestation(
        bytes32 schema,
        address to,
        bytes memory values
    ) internal view returns (IContributionRegistry.Attestation memory attestation) {
        (attestation.schema, attestation.recipient, attestation.data) = (schema, to, values);
        (attestation.time, attestation.revocable) = (uint64(block.timestamp), true);
    }

    function _attest(address from, IContributionRegistry.Attestation memory attestation) internal returns (bytes32) {
        attestation.salt = bytes32(++_salt);
        vm.prank(from);
        return registry.attest(attestation, "");
    }

    function _expectAttestRefused(
        address from,
        IContributionRegistry.Attestation memory attestation,
        bytes memory refusal
    ) internal {
        attestation.salt = bytes32(++_salt);
        vm.expectRevert(refusal);
        vm.prank(from);
        registry.attest(attestation, "");
    }

    function _expectRateRefused(
        address from,
        address to,
        IReputationLedger.Component component,
        bytes memory refusal
    ) internal {
        _expectAttestRefused(from, _rating(to, uint8(component), 5_000), refusal);
    }

    /* WHAT IS KNOWN */

    function _key() internal view returns (IReputationLedger.RatingKey memory) {
        return _keyOf(rater, worker, PASSION);
    }

    function _keyOf(
        address from,
        address to,
        IReputationLedger.Component component
    ) internal view returns (IReputationLedger.RatingKey memory) {
        return IReputationLedger.RatingKey(projectId, to, from, component);
    }

    function _stage() internal view returns (IReputationLedger.RatingStage) {
        return ledger.ratingOf(_key()).stage;
    }

    function _assertStage(IReputationLedger.RatingStage wanted) internal view {
        assertEq(uint8(_stage()), uint8(wanted), "stage");
    }

    function _tally(
        address account,
        IReputationLedger.Component component
    ) internal view returns (IReputationLedger.Tally memory) {
        return ledger.explain(projectId, account).standings[uint256(component)].tally;
    }

    function _value(address account, IReputationLedger.Component component) internal view returns (uint256) {
        return ledger.explain(projectId, account).standings[uint256(component)].value;
    }

    function _assertTally(IReputationLedger.Component component, uint256 sum, uint256 weight) internal view {
        IReputationLedger.Tally memory tally = _tally(worker, component);
        assertEq(tally.sum, sum, "sum");
        assertEq(tally.weight, weight, "weight");
    }

    /* REFUSALS */

    function _outside(uint256 start, uint256 end) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IReputationLedger.ReputationLedger_OutsideWindow.selector,
                start,
                end,
                block.timestamp
            );
    }

    function _wrongStage(bytes32 uid, IReputationLedger.RatingStage found) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_WrongStage.selector, uid, found);
    }

    function _mismatch(bytes32 found, bytes32 given) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_RatingMismatch.selector, found, given);
    }

    function _textLength(uint256 length) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_TextLength.selector, length);
    }
}
