// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {OutcomeVerbs} from "./OutcomeVerbs.sol";

/// @title MeddlingVerbs
/// @notice Anything by anyone at any time, against the rules told a second time; and what nobody may ever do.
abstract contract MeddlingVerbs is OutcomeVerbs {
    enum Meddling {
        AcceptBySilence,
        RejectBySilence,
        SettleAppeal,
        Settle,
        ClaimTokens,
        Close,
        Reclaim,
        Challenge,
        Appeal
    }

    /* MEDDLING */

    function meddle(uint256 which, uint256 verb, uint256 who) external inTime {
        if (filed.length == 0) return;
        Meddling meddling = Meddling(verb % 9);
        tranche = IBountyEscrow.Tranche(who % 2);
        _focus(which % filed.length);
        if ((who >> 16) % 4 > 0) _seek(meddling, which);
        if ((who >> 24) % 2 == 0) _waitUntil(_edge(meddling) + ((who >> 32) % 3) - 1);
        address caller = [outsider, work.worker, owner, reviewers[0], source, arbiter][(who >> 8) % 6];
        bool isAllowed = _isAllowed(meddling, caller);
        bytes memory attempt = _attempt(meddling, caller);

        vm.prank(caller);
        (bool done, ) = address(escrow).call(attempt);
        assertEq(done, isAllowed, string.concat("allowed by the rules or not: ", vm.toString(uint8(meddling))));
        if (done && meddling == Meddling.Challenge) filed[touched].challengers[uint8(tranche)] = caller;
        ++count[done ? bytes32("meddled") : bytes32("meddling refused")];
    }

    /// @dev Three of four times work at the stage that it is about, if there is any.
    function _seek(Meddling meddling, uint256 which) private {
        if (meddling == Meddling.AcceptBySilence) _focusStage(which, IBountyEscrow.Stage.Pending);
        if (meddling == Meddling.RejectBySilence) _focusStage(which, IBountyEscrow.Stage.ChangesRequested);
        if (meddling == Meddling.SettleAppeal) _focusStage(which, IBountyEscrow.Stage.Appealed);
        if (meddling == Meddling.Appeal) _focusStage(which, IBountyEscrow.Stage.Rejected);
        if (meddling == Meddling.Settle) _focusTranche(which, IBountyEscrow.TrancheStage(which % 3));
        if (meddling == Meddling.Challenge) _focusTranche(which, IBountyEscrow.TrancheStage.Reported);
    }

    /// @dev When a window ends; half the meddling is tried one second before, at, or after that.
    function _edge(Meddling meddling) private view returns (uint256 time) {
        if (meddling == Meddling.Close) return terms.submitBy;
        if (meddling == Meddling.Reclaim) return opened[bountyId - 1].appealableUntil + 1;
        if (meddling == Meddling.SettleAppeal) return uint256(_former().clock) + terms.arbiterWindow;
        if (meddling == Meddling.Appeal) return uint256(_former().clock) + terms.appealWindow;
        bool isOutcome = meddling == Meddling.Settle || meddling == Meddling.Challenge;
        return isOutcome ? _finalFrom() : uint256(_former().clock) + terms.reviewWindow;
    }

    function _isAllowed(Meddling meddling, address caller) private view returns (bool) {
        IBountyEscrow.SubmissionState memory state = _former();
        IBountyEscrow.BountyState memory bounty = opened[bountyId - 1].former;
        uint256 waited = _time() - state.clock;
        if (meddling == Meddling.AcceptBySilence) {
            return state.stage == IBountyEscrow.Stage.Pending && waited >= terms.reviewWindow && !_isFull();
        }
        if (meddling == Meddling.RejectBySilence) {
            return state.stage == IBountyEscrow.Stage.ChangesRequested && waited >= terms.reviewWindow;
        }
        if (meddling == Meddling.SettleAppeal) {
            bool isLapsed = terms.silentAppealAccepts && _isFull();
            return state.stage == IBountyEscrow.Stage.Appealed && waited >= terms.arbiterWindow && !isLapsed;
        }
        if (meddling == Meddling.Appeal) {
            bool isOnce = state.stage == IBountyEscrow.Stage.Rejected && !state.appealed && caller == work.worker;
            return isOnce && waited < terms.appealWindow && !_isFull();
        }
        if (meddling == Meddling.ClaimTokens) return _isClaimable();
        // The project has to give a reason, which is not tried here.
        if (meddling == Meddling.Close) return !bounty.closed && _time() >= terms.submitBy && caller != owner;
        if (meddling == Meddling.Reclaim) return bounty.closed && _isReclaimable();
        return _isAllowedInTranche(meddling, caller);
    }

    function _isAllowedInTranche(Meddling meddling, address caller) private view returns (bool) {
        IBountyEscrow.TrancheState memory state = _trancheState();
        if (_former().stage != IBountyEscrow.Stage.Accepted) return false;
        if (meddling == Meddling.Settle) {
            return state.stage != IBountyEscrow.TrancheStage.Settled && _time() >= _finalFrom();
        }
        bool isParty = _isInvolved(caller) || caller == owner || caller == terms.funder;
        bool isTimely = state.stage == IBountyEscrow.TrancheStage.Reported && _time() < _finalFrom();
        // A bond needs money or an allowance, which a meddler has not.
        return isParty && isTimely && terms.challengeBond == 0;
    }

    function _attempt(Meddling meddling, address caller) private view returns (bytes memory) {
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        if (meddling == Meddling.Settle) {
            return abi.encodeCall(escrow.settle, (submissionId, encoded, submission, tranche));
        }
        if (meddling == Meddling.Close) return abi.encodeCall(escrow.close, (bountyId, encoded, "expired", ""));
        if (meddling == Meddling.Reclaim) return abi.encodeCall(escrow.reclaim, (bountyId, encoded));
        if (meddling == Meddling.Challenge) return _challengeBy(caller, encoded, submission);
        if (meddling == Meddling.Appeal) {
            return abi.encodeCall(escrow.appeal, (submissionId, encoded, submission, "bafkreiappeal", _unsigned()));
        }
        if (meddling == Meddling.ClaimTokens) {
            return abi.encodeCall(escrow.claimTokens, (submissionId, encoded, submission, EVERYBODY));
        }
        bytes4 selector = escrow.acceptBySilence.selector;
        if (meddling == Meddling.RejectBySilence) selector = escrow.rejectBySilence.selector;
        if (meddling == Meddling.SettleAppeal) selector = escrow.settleAppeal.selector;
        return abi.encodeWithSelector(selector, submissionId, encoded, submission);
    }

    function _challengeBy(
        address caller,
        bytes memory encoded,
        bytes memory submission
    ) private view returns (bytes memory) {
        return
            abi.encodeCall(
                escrow.challenge,
                (submissionId, encoded, submission, tranche, caller, "bafkreichallenge", _unsigned())
            );
    }

    /* TRESPASSING */

    /// @dev What an outsider must never be able to do, whatever the state.
    function trespass(uint256 which, uint256 verb) external inTime {
        if (filed.length == 0) return;
        _focus(which % filed.length);
        (address target, bytes memory attempt) = _trespass(verb % 8);
        vm.prank(outsider);
        (bool done, ) = target.call(attempt);
        assertFalse(done, string.concat("an outsider does what is not its own: ", vm.toString(verb % 8)));
        ++count["trespass"];
    }

    function _trespass(uint256 verb) private returns (address target, bytes memory attempt) {
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        if (verb == 0) return (address(escrow), abi.encodeCall(escrow.register, (encoded, 1)));
        if (verb == 1) return (address(escrow), abi.encodeCall(escrow.submit, (encoded, work, _unsigned())));
        if (verb == 2) {
            attempt = abi.encodeCall(escrow.revise, (submissionId, encoded, submission, work, _unsigned()));
            return (address(escrow), attempt);
        }
        if (verb == 3) {
            return (address(escrow), abi.encodeCall(escrow.close, (bountyId, encoded, "enough", "bafkreireason")));
        }
        if (verb == 4) return (address(opener), abi.encodeCall(opener.openFrom, (terms)));
        IContributionRegistry.Attestation memory judgement = _attestation(
            verb == 5 ? escrow.OUTCOME_SCHEMA() : escrow.REVIEW_SCHEMA(),
            verb == 5 ? _values(_outcomeOf(tranche, 1)) : _values(_reviewOf(APPROVE))
        );
        if (verb < 7) return (address(registry), abi.encodeCall(registry.attest, (judgement, _context())));
        attempt = abi.encodeCall(escrow.onJudgement, (judgement, reviewers[0], bytes32(0), _context()));
        return (address(escrow), attempt);
    }
}
