// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract RuleTest is LedgerTest {
    function _expectRefused(address caller, bytes memory refusal) private {
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(caller);
            vm.expectRevert(refusal);
            ledger.rule(_key(), lastUid, i == 0, REASON);
        }
    }

    function _notArbiter(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotArbiter.selector, account);
    }

    /* REFUSED */

    function test_rule_reverts_when_caller_is_not_the_arbiter() external {
        _toAppealed();
        address[5] memory callers = [owner, steward, rater, worker, outsider];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with ReputationLedger_NotArbiter
            _expectRefused(callers[i], _notArbiter(callers[i]));
        }
    }

    function test_rule_reverts_given_arbiter_has_become_a_party() external {
        _toAppealed();
        vm.prank(owner);
        projects.setSteward(projectId, arbiter, true);

        // it should revert with ReputationLedger_NotArbiter, so that silence strikes
        _expectRefused(arbiter, _notArbiter(arbiter));
        vm.startPrank(owner);
        projects.setSteward(projectId, arbiter, false);
        projects.offerOwnership(projectId, arbiter);
        vm.stopPrank();
        vm.prank(arbiter);
        projects.acceptOwnership(projectId);
        _expectRefused(arbiter, _notArbiter(arbiter));
        skip(7 days);
        ledger.strikeBySilence(_key());
    }

    function test_rule_reverts_when_rating_is_another() external {
        _toAppealed();
        bytes32 found = lastUid;
        lastUid = "another";

        // it should revert with ReputationLedger_RatingMismatch
        _expectRefused(arbiter, _mismatch(found, "another"));
    }

    function test_rule_reverts_given_rating_is_not_under_appeal() external {
        _toRated();

        // it should revert with ReputationLedger_WrongStage
        _expectRefused(arbiter, _wrongStage(lastUid, IReputationLedger.RatingStage.Live));
        _appeal();
        _rule(true);
        _expectRefused(arbiter, _wrongStage(lastUid, IReputationLedger.RatingStage.Upheld));
    }

    function test_rule_reverts_given_rating_was_struck() external {
        _toStruck();

        // it should revert with ReputationLedger_WrongStage
        _expectRefused(arbiter, _wrongStage(lastUid, IReputationLedger.RatingStage.Struck));
    }

    function test_rule_reverts_when_reason_has_the_wrong_length() external {
        _toAppealed();
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with ReputationLedger_TextLength
            vm.prank(arbiter);
            vm.expectRevert(_textLength(wrong[i]));
            ledger.rule(_key(), lastUid, true, string(new bytes(wrong[i])));
        }
    }

    function test_rule_is_taken_until_the_window_has_passed() external {
        _toAppealed();

        // it should revert with ReputationLedger_OutsideWindow at its end and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(NOW + 7 days + late);
            _expectRefused(arbiter, _outside(NOW, NOW + 7 days));
        }

        // it should take a ruling one second before
        vm.warp(NOW + 7 days - 1);
        _rule(true);
    }

    /* RULED */

    function test_rule_lets_the_rating_stand() external {
        _toAppealed();
        skip(3 days);
        uint256 before = _value(worker, PASSION);

        // it should emit {RatingUpheld}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingUpheld(projectId, worker, rater, PASSION, lastUid, 0, REASON);
        _rule(true);

        // it should count as before
        assertEq(_value(worker, PASSION), before, "value");
        _assertStage(IReputationLedger.RatingStage.Upheld);
        assertEq(ledger.ratingOf(_key()).clock, NOW + 3 days, "clock");
    }

    function test_rule_strikes_the_rating() external {
        _toRated();
        skip(3 days);
        _rate(raters[1], worker, PASSION, 4_000);
        lastUid = ledger.ratingOf(_key()).uid;
        _appeal();
        skip(5 days);
        IReputationLedger.Cause cause = IReputationLedger.Cause.Ruling;

        // it should emit {RatingStruck}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingStruck(projectId, worker, rater, PASSION, lastUid, cause, 0, REASON);
        _rule(false);
        _assertStage(IReputationLedger.RatingStage.Struck);
        assertEq(ledger.ratingOf(_key()).clock, NOW + 8 days, "clock");

        // it should take away just what is left of it
        uint256 left = ledger.explain(projectId, worker).dailyFactor;
        for (uint256 i = 1; i < 5; ++i) left = (left * ledger.explain(projectId, worker).dailyFactor) / 1e18;
        assertApproxEqAbs(_tally(worker, PASSION).weight, left, 20, "weight");
        assertApproxEqAbs(_tally(worker, PASSION).sum, (left * 4) / 10, 20, "sum");

        // it should leave what others rated
        assertEq(
            uint8(ledger.ratingOf(_keyOf(raters[1], worker, PASSION)).stage),
            uint8(IReputationLedger.RatingStage.Live),
            "other"
        );
    }
}
