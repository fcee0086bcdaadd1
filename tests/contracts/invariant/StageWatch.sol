// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {DrawnTerms} from "./DrawnTerms.sol";

/// @title StageWatch
/// @notice Compares the state of everything before and after each call: what may change into what, and what may not.
/// @dev Only the submission that a call was about may have changed.
abstract contract StageWatch is DrawnTerms {
    function _watch() internal override {
        for (uint256 id = 1; id <= opened.length; ++id) _watchBounty(id);
        for (uint256 i = 0; i < filed.length; ++i) {
            _watchWork(i);
            _watchClaims(i);
        }
    }

    function _onReclaimed(uint256 unused) internal virtual;

    function _onWorkStep(
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) internal virtual;

    function _onClaimed(uint256 named) internal virtual;

    /// @dev Most answers are those of the call before, and need not be read.
    function _ask(bytes memory question) private view returns (bytes memory answer) {
        bool done;
        (done, answer) = address(escrow).staticcall(question);
        if (!done) assertTrue(done, "the escrow answers");
    }

    function _isAward(IBountyEscrow.SubmissionState memory state) internal pure returns (bool) {
        return uint8(state.stage) >= uint8(IBountyEscrow.Stage.Accepted);
    }

    /* BOUNTIES */

    function _watchBounty(uint256 id) private {
        bytes memory answer = _ask(abi.encodeCall(escrow.bountyOf, (id)));
        if (keccak256(answer) == opened[id - 1].answer) return;
        (bytes32 termsHash, IBountyEscrow.BountyState memory state) = abi.decode(
            answer,
            (bytes32, IBountyEscrow.BountyState)
        );
        IBountyEscrow.BountyState memory former = opened[id - 1].former;
        assertEq(termsHash, keccak256(opened[id - 1].terms), "terms never change");
        assertGe(state.submissions, former.submissions, "submissions are not forgotten");
        assertGe(state.awards, former.awards, "an award is not taken back");
        assertLe(state.awards, opened[id - 1].maxAwards, "no more awards than the terms allow");
        assertTrue(state.closed || !former.closed, "a closed bounty stays closed");
        assertTrue(state.reclaimed || !former.reclaimed, "a reclaimed bounty stays reclaimed");
        assertTrue(state.closed || !state.reclaimed, "only a closed bounty is reclaimed");
        assertGe(state.appealableUntil, former.appealableUntil, "time to appeal is not shortened");
        (opened[id - 1].answer, opened[id - 1].former) = (keccak256(answer), state);
        if (!state.reclaimed || former.reclaimed) return;
        _focusBounty(id);
        _onReclaimed(opened[id - 1].maxAwards - state.awards);
    }

    /* WORK */

    function _watchWork(uint256 i) private {
        Filed storage entry = filed[i];
        bytes memory answer = _ask(abi.encodeCall(escrow.submissionOf, (entry.bountyId, entry.submissionId)));
        if (keccak256(answer) == entry.answer) return;
        (bytes32 contentHash, IBountyEscrow.SubmissionState memory state) = abi.decode(
            answer,
            (bytes32, IBountyEscrow.SubmissionState)
        );
        IBountyEscrow.SubmissionState memory former = entry.former;
        assertEq(i, touched, "a call changes one submission");
        _focus(i);
        _watchContent(entry.contentHash, contentHash, former, state);
        _watchStage(former, state);
        _watchFlags(former, state);
        _watchTranche(terms.success.capBps, former, former.success, state.success);
        _watchTranche(terms.longTerm.capBps, former, former.longTerm, state.longTerm);
        (entry.contentHash, entry.former, entry.answer) = (contentHash, state, keccak256(answer));
        _watchAppeal(former, state);
        _onWorkStep(former, state);
    }

    function _watchClaims(uint256 i) private {
        Filed storage entry = filed[i];
        uint256 claimed = escrow.claimedPayeesOf(entry.bountyId, entry.submissionId);
        if (claimed == entry.claimed) return;
        assertEq(i, touched, "a claim is for one submission");
        assertTrue(_isAward(entry.former), "only an award has tokens");
        assertEq(claimed & entry.claimed, entry.claimed, "claimed tokens stay claimed");
        uint256 named = claimed & ~entry.claimed;
        entry.claimed = claimed;
        _focus(i);
        assertEq(named >> work.payees.length, 0, "only payees claim");
        _onClaimed(named);
    }

    /// @dev What is unused waits until nobody can appeal any more: a first rejection keeps the time to appeal open.
    function _watchAppeal(
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) private {
        Opened storage bounty = opened[bountyId - 1];
        bool isRejected = former.stage != state.stage && state.stage == IBountyEscrow.Stage.Rejected;
        if (isRejected && !state.appealed && terms.appealWindow > 0) {
            bounty.appealableUntil = _time() + terms.appealWindow;
        }
        assertEq(bounty.former.appealableUntil, bounty.appealableUntil, "the time to appeal is kept open");
    }

    /// @dev What is judged is what was handed in: content changes with the version, and only while nobody has decided.
    function _watchContent(
        bytes32 formerHash,
        bytes32 contentHash,
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) private view {
        // A new version can be the former content once more.
        bool isNew = state.version != former.version;
        assertTrue(isNew || formerHash == contentHash, "content changes with the version");
        if (!isNew) return;
        assertEq(state.version, former.version + 1, "versions are counted");
        assertLe(uint8(former.stage), uint8(IBountyEscrow.Stage.ChangesRequested), "decided content never changes");
        assertEq(uint8(state.stage), uint8(IBountyEscrow.Stage.Pending), "a new version waits for review");
        assertEq(state.approvals | state.rejections, 0, "a new version has no votes");
        bytes32 termsHash = keccak256(opened[bountyId - 1].terms);
        bytes32 expected = keccak256(abi.encodePacked(termsHash, keccak256(filed[touched].submission)));
        assertEq(contentHash, expected, "the content is what was handed in");
    }

    /// @dev The stages as a graph: for each one, those that can come next.
    function _watchStage(
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) private pure {
        uint256 pending = 1 << uint8(IBountyEscrow.Stage.Pending);
        uint256 changes = 1 << uint8(IBountyEscrow.Stage.ChangesRequested);
        uint256 rejected = 1 << uint8(IBountyEscrow.Stage.Rejected);
        uint256 appealed = 1 << uint8(IBountyEscrow.Stage.Appealed);
        uint256 accepted = 1 << uint8(IBountyEscrow.Stage.Accepted);
        uint256 completed = 1 << uint8(IBountyEscrow.Stage.Completed);
        uint256[7] memory next = [
            pending,
            pending | changes | rejected | accepted | completed,
            pending | changes | rejected | accepted | completed,
            appealed,
            rejected | accepted | completed,
            accepted | completed,
            completed
        ];
        assertGt((next[uint8(former.stage)] >> uint8(state.stage)) & 1, 0, "a forbidden step");
    }

    function _watchFlags(
        IBountyEscrow.SubmissionState memory former,
        IBountyEscrow.SubmissionState memory state
    ) private view {
        assertTrue(state.appealed || !former.appealed, "an appeal stays used");
        bool isAppealing = state.stage == IBountyEscrow.Stage.Appealed;
        assertEq(state.appealed && !former.appealed, isAppealing, "an appeal is made once");
        bool isRequest =
            state.stage == IBountyEscrow.Stage.ChangesRequested && former.stage == IBountyEscrow.Stage.Pending;
        assertEq(state.changeRequests, former.changeRequests + (isRequest ? 1 : 0), "requests are counted");
        assertLe(state.changeRequests, 3, "changes are requested at most three times");
        assertGe(state.clock, former.clock, "no clock runs back");
        if (_isAward(former)) {
            assertEq(state.multiplierBps, former.multiplierBps, "the multiplier is fixed at acceptance");
            assertEq(state.clock, former.clock, "the time of acceptance is fixed");
            assertEq(state.bySilence, former.bySilence, "how it was accepted is fixed");
        } else if (_isAward(state)) {
            assertGe(state.multiplierBps, terms.minMultiplierBps, "the band's lower end");
            assertLe(state.multiplierBps, terms.maxMultiplierBps, "the band's upper end");
        } else {
            assertEq(state.multiplierBps, 0, "no multiplier before acceptance");
        }
    }

    function _watchTranche(
        uint16 capBps,
        IBountyEscrow.SubmissionState memory award,
        IBountyEscrow.TrancheState memory former,
        IBountyEscrow.TrancheState memory state
    ) private pure {
        assertGe(uint8(state.stage), uint8(former.stage), "a tranche takes no step back");
        assertLe(state.achievedBps, capBps, "no more is achieved than the cap");
        bool isSame = keccak256(abi.encode(former)) == keccak256(abi.encode(state));
        if (isSame) return;
        assertLe(uint8(award.stage), uint8(IBountyEscrow.Stage.Accepted), "a completed award is fixed");
        if (award.stage != IBountyEscrow.Stage.Accepted) {
            assertEq(uint8(state.stage), uint8(IBountyEscrow.TrancheStage.Settled), "no outcome before acceptance");
            assertEq(state.achievedBps, 0, "nothing is achieved before acceptance");
        }
        assertTrue(former.stage != IBountyEscrow.TrancheStage.Settled, "a settled tranche is fixed");
        if (state.stage == IBountyEscrow.TrancheStage.Challenged) {
            assertEq(state.achievedBps, former.achievedBps, "a challenge leaves the report as it is");
        }
    }
}
