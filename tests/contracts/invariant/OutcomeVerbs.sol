// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {WorkVerbs} from "./WorkVerbs.sol";

/// @title OutcomeVerbs
/// @notice From acceptance to the last tranche: report, challenge, ruling, settlement, project tokens.
abstract contract OutcomeVerbs is WorkVerbs {
    bytes32 private constant CHALLENGE_TYPEHASH = keccak256(
        "ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8 tranche,string reason,address challenger,"
        "uint256 nonce,uint256 deadline)"
    );

    function report(uint256 which, uint256 seed) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Waiting)) return;
        uint256 accepted = _former().clock;
        if (_time() >= accepted + _part().closesAfter) return;
        _waitUntil(accepted + _part().opensAfter);
        uint128 value = _drawValue(seed);

        _report(tranche, value);
        _assertAchieved(_achieved(value));
        if (value > _part().target && _part().capBps > 10_000) ++count["beyond the target"];
        ++count[_part().challengeWindow == 0 ? bytes32("final report") : bytes32("report")];
    }

    function rule(uint256 which, uint256 seed) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Challenged)) return;
        IBountyEscrow.TrancheState memory state = _trancheState();
        if (_time() >= uint256(state.clock) + terms.arbiterWindow) return;
        // Half the rulings uphold the report: the least value that counts as what was reported.
        bool isUpheld = _draw(seed, 3, 0, 1) == 0;
        uint256 upheld = (uint256(state.achievedBps) * _part().target + 9_999) / 10_000;

        uint128 value = isUpheld ? uint128(upheld) : _drawValue(seed);

        ruled = true;
        _rule(tranche, value);
        _assertAchieved(_achieved(value));
        ++count["rule"];
    }

    function _achieved(uint256 value) private view returns (uint256 bps) {
        bps = (value * 10_000) / _part().target;
        return bps > _part().capBps ? _part().capBps : bps;
    }

    function _assertAchieved(uint256 bps) private view {
        (, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(bountyId, submissionId);
        uint256 found = tranche == SUCCESS ? state.success.achievedBps : state.longTerm.achievedBps;
        assertEq(found, bps, "what counts as achieved");
    }

    /// @dev From nothing to two and a half times the target.
    function _drawValue(uint256 seed) private view returns (uint128) {
        return uint128((uint256(_part().target) * _draw(seed, 0, 0, 25_000)) / 10_000);
    }

    function challenge(uint256 which, uint256 who) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage.Reported)) return;
        if (_time() >= uint256(_trancheState().clock) + _part().challengeWindow) return;
        address lastPayee = work.payees[work.payees.length - 1];
        address challenger = [work.worker, lastPayee, owner, steward][who % 4];
        bool isSigned = (who >> 8) % 2 == 0 && keyOf[challenger] != 0;
        _challenge(challenger, isSigned);
        filed[touched].challengers[uint8(tranche)] = challenger;
        ++count[isSigned ? bytes32("challenged by signature") : bytes32("challenge")];
    }

    function _challenge(address challenger, bool isSigned) private {
        string memory reason = "bafkreichallenge";
        bytes memory head = abi.encode(CHALLENGE_TYPEHASH, bountyId, submissionId, tranche, keccak256(bytes(reason)));
        IBountyEscrow.Signed memory signed = isSigned ? _sign(challenger, head) : _unsigned();
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        address caller = isSigned ? outsider : challenger;
        uint256 value = _giveBond(challenger, caller);

        vm.prank(caller);
        escrow.challenge{value: value}(submissionId, encoded, submission, tranche, challenger, reason, signed);
    }

    /// @dev Coin comes with the call, from whoever calls; a token comes from the challenger.
    function _giveBond(address challenger, address caller) private returns (uint256 value) {
        uint256 bond = terms.challengeBond;
        if (bond == 0) return 0;
        if (terms.token == COIN) {
            _give(caller, bond);
            return bond;
        }
        _give(challenger, bond);
        _allow(challenger, address(escrow), bond);
        return 0;
    }

    function settle(uint256 which, uint256 stage) external inTime {
        if (!_focusTranche(which, IBountyEscrow.TrancheStage(stage % 3))) return;
        _waitUntil(_finalFrom());
        bool isReported = stage % 3 == uint8(IBountyEscrow.TrancheStage.Reported);
        uint256 expected = isReported ? _trancheState().achievedBps : _part().silentBps;

        _settle(tranche);
        _assertAchieved(expected);
        bytes32[3] memory deeds = [bytes32("settled unreported"), "settled as reported", "settled unruled"];
        ++count[deeds[stage % 3]];
    }

    function _finalFrom() internal view returns (uint256 time) {
        IBountyEscrow.TrancheState memory state = _trancheState();
        if (state.stage == IBountyEscrow.TrancheStage.Waiting) return uint256(_former().clock) + _part().closesAfter;
        if (state.stage == IBountyEscrow.TrancheStage.Reported) return uint256(state.clock) + _part().challengeWindow;
        return uint256(state.clock) + terms.arbiterWindow;
    }

    /// @dev For everybody, or for some of them, so that many claims make one award's.
    function claimTokens(uint256 which, uint256 some) external inTime {
        for (uint256 k = 0; k < filed.length; ++k) {
            uint256 i = ((which % filed.length) + k) % filed.length;
            _focus(i);
            if (!_isClaimable()) continue;
            bool isPart = _unclaimed() & some != 0 && _unclaimed() & ~some != 0;
            _claimTokens(_unclaimed() & some == 0 ? EVERYBODY : some);
            ++count[isPart ? bytes32("claimed for some") : bytes32("claimTokens")];
            return;
        }
    }

    function _isClaimable() internal view returns (bool) {
        return _isAward(_former()) && terms.tokenReward > 0 && _unclaimed() != 0;
    }

    function _unclaimed() private view returns (uint256 left) {
        return ((1 << work.payees.length) - 1) & ~filed[touched].claimed;
    }

    function _claimTokens(uint256 named) internal {
        bytes memory call = abi.encodeCall(escrow.claimTokens, (submissionId, _terms(), _work(), named));
        vm.prank(outsider);
        (bool done, ) = address(escrow).call(call);
        assertTrue(done, "anyone claims for payees");
    }
}
