// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {ReputationLedger} from "../../../contracts/ReputationLedger.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IOutcomeSource} from "../../../contracts/interfaces/IOutcomeSource.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {Decay} from "../../../contracts/libraries/Decay.sol";
import {Reputation} from "../../../contracts/libraries/Reputation.sol";
import {LedgerMirror} from "./LedgerMirror.sol";
import {OutcomeBook} from "./OutcomeBook.sol";

/// @title LedgerHandler
/// @notice Random lives of two projects: four accounts that work and rate one another, appeals, rulings, silence,
/// revocations and time, with what should follow kept beside it from events alone.
contract LedgerHandler is Test, LedgerMirror {
    string private constant REASON = "bafkreireason";

    ReputationLedger public immutable LEDGER;
    ContributionRegistry public immutable REGISTRY;
    OutcomeBook public immutable BOOK;
    address public immutable ARBITER;
    address[4] public accounts;
    uint256[2] public projectIds;

    mapping(bytes32 what => uint256) public taken;
    mapping(bytes32 uid => IContributionRegistry.Attestation) private _attestations;
    uint256 private _serial;

    constructor(
        ReputationLedger ledger,
        ContributionRegistry registry,
        OutcomeBook book,
        address arbiter,
        address[4] memory accounts_
    ) {
        (LEDGER, REGISTRY, BOOK, ARBITER) = (ledger, registry, book, arbiter);
        accounts = accounts_;
        vm.recordLogs();
    }

    /// @dev Each project is opened by the test; the policy's event tells its half-life.
    function open(uint256[2] memory ids, address owner, IReputationLedger.Policy[2] memory policies) external {
        projectIds = ids;
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(owner);
            LEDGER.setPolicy(ids[i], policies[i]);
        }
        _observe("policy", true);
    }

    function _observe(bytes32 what, bool done) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(LEDGER)) _mirror(logs[i]);
        }
        if (done) ++taken[what];
    }

    /* DEEDS */

    function rate(uint256 which, uint256 from, uint256 to, uint8 component, uint16 valueBps, uint8 age) external {
        IContributionRegistry.Attestation memory rating;
        (rating.schema, rating.recipient, rating.revocable) = (LEDGER.RATING_SCHEMA(), accounts[to % 4], true);
        rating.time = uint64(block.timestamp - age);
        rating.salt = bytes32(++_serial);
        rating.data = abi.encode(
            address(LEDGER),
            projectIds[which % 2],
            component % 4,
            uint16(valueBps % 10_001),
            REASON
        );
        address attester = accounts[from % 4];
        bytes32 uid = REGISTRY.uidOf(rating);
        vm.prank(attester);
        try REGISTRY.attest(rating, "") {
            assertTrue(component % 4 != 2 && from % 4 != to % 4, "rated what cannot be");
            _attestations[uid] = rating;
            _observe("rated", true);
        } catch {
            _observe("refused", true);
        }
    }

    function record(uint256 which, uint256 to, uint16 achievedBps, uint16 age) external {
        IOutcomeSource.Outcome memory outcome = IOutcomeSource.Outcome(
            projectIds[which % 2],
            1,
            accounts[to % 4],
            true,
            uint16(achievedBps % 20_001),
            uint40(block.timestamp - uint256(age) * 1 hours)
        );
        BOOK.write("", "", ++_serial, 0, outcome);
        LEDGER.recordOutcome(address(BOOK), "", "", _serial, 0);
        _observe("recorded", true);
    }

    function recordAgain(uint256 id) external {
        id = bound(id, 1, _serial + 1);
        try LEDGER.recordOutcome(address(BOOK), "", "", id, 0) {
            assertTrue(false, "counted twice");
        } catch {
            _observe("refused", true);
        }
    }

    function appeal(uint256 i) external {
        if (_keys.length == 0) return;
        IReputationLedger.RatingKey memory key = _keys[i % _keys.length];
        vm.prank(key.ratee);
        try LEDGER.appeal(key, _uid(key), REASON) {
            _observe("appealed", true);
        } catch {
            _observe("refused", true);
        }
    }

    function rule(uint256 i, bool stands) external {
        if (_keys.length == 0) return;
        IReputationLedger.RatingKey memory key = _keys[i % _keys.length];
        bytes32 uid = _uid(key);
        vm.prank(ARBITER);
        try LEDGER.rule(key, uid, stands, REASON) {
            _observe(stands ? bytes32("upheld") : bytes32("struck"), true);
        } catch {
            _observe("refused", true);
        }
    }

    function strikeBySilence(uint256 i) external {
        if (_keys.length == 0) return;
        try LEDGER.strikeBySilence(_keys[i % _keys.length]) {
            _observe("silent", true);
        } catch {
            _observe("refused", true);
        }
    }

    function revoke(uint256 i) external {
        if (_keys.length == 0) return;
        IReputationLedger.RatingKey memory key = _keys[i % _keys.length];
        bytes32 uid = _uid(key);
        if (REGISTRY.statusOf(key.rater, uid).revokedAt == 0) {
            vm.prank(key.rater);
            REGISTRY.revoke(_attestations[uid]);
        }
        try LEDGER.strikeRevoked(key) {
            _observe("revoked", true);
        } catch {
            _observe("refused", true);
        }
    }

    function wait(uint32 time) external {
        skip(bound(time, 1, 20 days));
    }

    /* LAWS */

    function assertEventsRebuildEveryState() external view {
        for (uint256 i = 0; i < _keys.length; ++i) {
            bytes memory wanted = abi.encode(_ratings[keccak256(abi.encode(_keys[i]))]);
            assertEq(abi.encode(LEDGER.ratingOf(_keys[i])), wanted, "rating");
        }
        for (uint256 i = 0; i < 8; ++i) {
            IReputationLedger.Explanation memory told = LEDGER.explain(projectIds[i % 2], accounts[i / 2]);
            for (uint8 j = 0; j < 4; ++j) {
                Column storage column = _columns[projectIds[i % 2]][accounts[i / 2]][IReputationLedger.Component(j)];
                assertEq(abi.encode(told.standings[j].tally), abi.encode(column.tally), "tally");
            }
        }
    }

    function assertTalliesAreWhatIsLeft() external view {
        for (uint256 i = 0; i < 8; ++i) {
            IReputationLedger.Explanation memory told = LEDGER.explain(projectIds[i % 2], accounts[i / 2]);
            for (uint8 j = 0; j < 4; ++j) {
                Column storage column = _columns[projectIds[i % 2]][accounts[i / 2]][IReputationLedger.Component(j)];
                (uint256 sum, uint256 weight, uint256 allowed) = _leftOf(column, told.dailyFactor);
                IReputationLedger.Standing memory one = told.standings[j];
                assertApproxEqAbs(Decay.leftDown(one.tally.sum, one.power), sum, allowed, "sum");
                assertApproxEqAbs(Decay.leftDown(one.tally.weight, one.power), weight, allowed, "weight");
            }
        }
    }

    function assertBounds() external view {
        for (uint256 i = 0; i < 8; ++i) {
            IReputationLedger.Explanation memory told = LEDGER.explain(projectIds[i % 2], accounts[i / 2]);
            assertGe(told.multiplierBps, 10_000, "lowest");
            assertLe(told.multiplierBps, 17_000, "highest");
            assertEq(told.multiplierBps, LEDGER.multiplierBps(projectIds[i % 2], accounts[i / 2]), "same");
            for (uint256 j = 0; j < 4; ++j) {
                assertLe(told.standings[j].value, 1e18, "component");
                assertLe(told.standings[j].tally.sum, told.standings[j].tally.weight, "sum");
            }
        }
        assertEq(LEDGER.multiplierBps(projectIds[0], ARBITER), 10_000, "arbiter");
    }

    function endEveryAppeal() external {
        skip(365 days);
        for (uint256 i = 0; i < _keys.length; ++i) {
            if (LEDGER.ratingOf(_keys[i]).stage != IReputationLedger.RatingStage.Appealed) continue;
            LEDGER.strikeBySilence(_keys[i]);
        }
        _observe("ended", true);
        for (uint256 i = 0; i < _keys.length; ++i) {
            assertTrue(LEDGER.ratingOf(_keys[i]).stage != IReputationLedger.RatingStage.Appealed, "open");
        }
    }

    function endEverything() external {
        skip(365 days * 65);
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(LEDGER.multiplierBps(projectIds[i % 2], accounts[i / 2]), 10_000, "faded");
        }
    }

    function _uid(IReputationLedger.RatingKey memory key) private view returns (bytes32) {
        return _ratings[keccak256(abi.encode(key))].uid;
    }
}
