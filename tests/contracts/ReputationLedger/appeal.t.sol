// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract AppealTest is LedgerTest {
    function _expectRefused(bytes memory refusal) private {
        vm.prank(worker);
        vm.expectRevert(refusal);
        ledger.appeal(_key(), lastUid, REASON);
    }

    /* REFUSED */

    function test_appeal_reverts_when_caller_is_not_the_ratee() external {
        _toRated();
        address[4] memory callers = [rater, arbiter, owner, outsider];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with ReputationLedger_NotRatee
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotRatee.selector, worker, callers[i])
            );
            ledger.appeal(_key(), lastUid, REASON);
        }
    }

    function test_appeal_reverts_when_there_is_no_such_rating() external {
        _setPolicy();

        // it should revert with ReputationLedger_RatingMismatch, or ReputationLedger_WrongStage
        _expectRefused(_wrongStage(0, IReputationLedger.RatingStage.None));
        lastUid = "uid";
        _expectRefused(_mismatch(0, "uid"));
    }

    function test_appeal_reverts_given_rating_was_replaced() external {
        _toRated();
        bytes32 first = lastUid;
        skip(1 days);
        _rate(rater, worker, PASSION, 1_000);
        bytes32 second = lastUid;
        lastUid = first;

        // it should revert with ReputationLedger_RatingMismatch
        _expectRefused(_mismatch(second, first));
    }

    function test_appeal_reverts_given_it_was_appealed_before() external {
        _toAppealed();

        // it should revert with ReputationLedger_WrongStage
        _expectRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Appealed));
        _rule(true);
        _expectRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Upheld));
    }

    function test_appeal_reverts_given_it_was_struck() external {
        _toStruck();

        // it should revert with ReputationLedger_WrongStage
        _expectRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Struck));
    }

    function test_appeal_reverts_when_reason_has_the_wrong_length() external {
        _toRated();
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with ReputationLedger_TextLength
            vm.prank(worker);
            vm.expectRevert(_textLength(wrong[i]));
            ledger.appeal(_key(), lastUid, string(new bytes(wrong[i])));
        }
    }

    function test_appeal_is_taken_until_the_window_has_passed() external {
        _toRated();

        // it should revert with ReputationLedger_OutsideWindow at its end and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(NOW + 14 days + late);
            _expectRefused(_outside(NOW, NOW + 14 days));
        }

        // it should take an appeal one second before
        vm.warp(NOW + 14 days - 1);
        _appeal();
    }

    /* TAKEN */

    function test_appeal_is_taken() external {
        _toRated();
        skip(2 days);
        uint256 before = _value(worker, PASSION);

        // it should emit {RatingAppealed}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingAppealed(projectId, worker, rater, PASSION, lastUid, NOW + 9 days, REASON);
        _appeal();

        // it should let the rating count meanwhile
        _assertTally(PASSION, 0.8e18, 1e18);
        assertEq(_value(worker, PASSION), before, "value");

        // it should remember when it was appealed
        _assertStage(IReputationLedger.RatingStage.Appealed);
        assertEq(ledger.ratingOf(_key()).clock, NOW + 2 days, "clock");
        assertEq(ledger.ratingOf(_key()).countedAt, NOW, "counted");
    }
}
