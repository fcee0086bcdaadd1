// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract StrikeTest is LedgerTest {
    IContributionRegistry.Attestation private _revocable;

    function _expectSilenceRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        ledger.strikeBySilence(_key());
    }

    function _expectRevokedRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        ledger.strikeRevoked(_key());
    }

    function _notRevoked() private view returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotRevoked.selector, lastUid);
    }

    /* SILENCE */

    function test_strikeBySilence_reverts_given_rating_is_not_under_appeal() external {
        _toRated();
        skip(365 days);

        // it should revert with ReputationLedger_WrongStage for silence
        _expectSilenceRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Live));
        IReputationLedger.RatingKey memory key = _keyOf(rater, outsider, SKILL);
        vm.expectRevert(_wrongStage(0, IReputationLedger.RatingStage.None));
        ledger.strikeBySilence(key);
    }

    function test_strikeBySilence_reverts_given_there_was_a_ruling() external {
        _toAppealed();
        _rule(true);
        skip(8 days);

        // it should revert with ReputationLedger_WrongStage for silence
        _expectSilenceRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Upheld));
    }

    function test_strikeBySilence_strikes_from_the_end_of_the_window() external {
        for (uint256 late = 0; late < 2; ++late) {
            uint256 snapshot = vm.snapshotState();
            _toAppealed();

            // it should revert with ReputationLedger_OutsideWindow one second before the end
            vm.warp(NOW + 7 days - 1);
            _expectSilenceRefused(_outside(NOW + 7 days, type(uint256).max));

            // it should strike at the end and after, whoever calls
            vm.warp(NOW + 7 days + late);
            vm.prank(outsider);
            ledger.strikeBySilence(_key());
            _assertStage(IReputationLedger.RatingStage.Struck);
            vm.revertToState(snapshot);
        }
    }

    function test_strikeBySilence_takes_away_what_is_left() external {
        _toAppealed();
        skip(40 days);
        IReputationLedger.Cause cause = IReputationLedger.Cause.Silence;

        // it should emit {RatingStruck} for silence
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingStruck(projectId, worker, rater, PASSION, lastUid, cause, 0, "");
        ledger.strikeBySilence(_key());

        // it should take away what is left of the rating
        _assertTally(PASSION, 0, 0);
        _expectSilenceRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Struck));
    }

    /* REVOCATION */

    function _toRevocable() private {
        _setPolicy();
        _revocable = _rating(worker, uint8(PASSION), 8_000);
        vm.prank(rater);
        lastUid = registry.attest(_revocable, "");
    }

    function _revoke(address account) private {
        vm.prank(account);
        registry.revoke(_revocable);
    }

    function test_strikeRevoked_reverts_given_there_is_nothing_to_strike() external {
        _setPolicy();

        // it should revert with ReputationLedger_WrongStage for a revocation
        _expectRevokedRefused(_wrongStage(0, IReputationLedger.RatingStage.None));
    }

    function test_strikeRevoked_reverts_given_it_was_struck() external {
        _toRevocable();
        _appeal();
        _rule(false);
        _revoke(rater);

        // it should revert with ReputationLedger_WrongStage for a revocation
        _expectRevokedRefused(_wrongStage(lastUid, IReputationLedger.RatingStage.Struck));
    }

    function test_strikeRevoked_reverts_given_rater_has_not_revoked() external {
        _toRevocable();

        // it should revert with ReputationLedger_NotRevoked
        _expectRevokedRefused(_notRevoked());

        // it should revert with ReputationLedger_NotRevoked, as they are not the rater's
        _revoke(outsider);
        _expectRevokedRefused(_notRevoked());
    }

    function test_strikeRevoked_strikes_at_every_stage() external {
        _toRevocable();
        _revoke(rater);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 snapshot = vm.snapshotState();
            if (i > 0) _appeal();
            if (i > 1) _rule(true);

            // it should emit {RatingStruck} for a revocation
            IReputationLedger.Cause cause = IReputationLedger.Cause.Revocation;
            vm.expectEmit(address(ledger));
            emit IReputationLedger.RatingStruck(projectId, worker, rater, PASSION, lastUid, cause, 0, "");
            vm.prank(outsider);
            ledger.strikeRevoked(_key());

            // it should strike a live, an appealed and an upheld rating
            _assertTally(PASSION, 0, 0);
            _assertStage(IReputationLedger.RatingStage.Struck);
            vm.revertToState(snapshot);
        }
    }
}
