// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {OpeningVerbs} from "./OpeningVerbs.sol";

/// @title WorkVerbs
/// @notice From work handed in to work decided: by reviewers, by the arbiter of an appeal, or by silence.
abstract contract WorkVerbs is OpeningVerbs {
    bytes32 private constant SUBMIT_TYPEHASH = keccak256(
        "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant REVISE_TYPEHASH = keccak256(
        "ReviseWork(uint256 bountyId,uint256 submissionId,bytes32 contentHash,address worker,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant APPEAL_TYPEHASH = keccak256(
        "AppealRejection(uint256 bountyId,uint256 submissionId,string reason,address worker,"
        "uint256 nonce,uint256 deadline)"
    );

    /* WORK */

    function submit(uint256 which, uint256 seed) external inTime {
        if (filed.length == MOST_WORKS || !_focusOpen(which)) return;
        _drawWork(seed);
        uint256 amount = terms.amount;
        if (terms.admission != address(0)) {
            amount = _draw(seed, 50, 1, amount);
            admission.agree(amount);
            ++count["admitted"];
        }
        bool isSigned = _draw(seed, 51, 0, 1) == 0;
        bytes memory head = abi.encode(SUBMIT_TYPEHASH, bountyId, _contentHash());
        IBountyEscrow.Signed memory signed = isSigned ? _sign(work.worker, head) : _unsigned();
        bytes memory encoded = _terms();

        vm.prank(isSigned ? outsider : work.worker);
        submissionId = escrow.submit(encoded, work, signed);
        _noteFiled(amount);
        ++count[isSigned ? bytes32("submitted by signature") : bytes32("submit")];
    }

    function _focusOpen(uint256 which) private returns (bool found) {
        for (uint256 k = 0; k < opened.length; ++k) {
            uint256 i = ((which % opened.length) + k) % opened.length;
            IBountyEscrow.BountyState memory state = opened[i].former;
            if (state.closed || state.awards == opened[i].maxAwards || _time() >= opened[i].submitBy) continue;
            _focusBounty(i + 1);
            return true;
        }
        return false;
    }

    function revise(uint256 which, uint256 seed) external inTime {
        bool isAsked = _draw(seed, 52, 0, 2) > 0;
        if (!_focusStage(which, isAsked ? IBountyEscrow.Stage.ChangesRequested : IBountyEscrow.Stage.Pending)) return;
        IBountyEscrow.SubmissionState memory state = _former();
        bool isLate = _time() >= (isAsked ? uint256(state.clock) + terms.reviewWindow : terms.submitBy);
        bool isJudged = !isAsked && state.approvals | state.rejections != 0;
        if (isLate || isJudged || state.version == 255) return;
        bytes memory former = _work();
        address by = work.worker;
        _drawWork(seed);
        work.worker = by;
        bool isSigned = _draw(seed, 51, 0, 1) == 0;
        bytes memory head = abi.encode(REVISE_TYPEHASH, bountyId, submissionId, _contentHash());
        IBountyEscrow.Signed memory signed = isSigned ? _sign(by, head) : _unsigned();
        bytes memory encoded = _terms();

        vm.prank(isSigned ? outsider : by);
        escrow.revise(submissionId, encoded, former, work, signed);
        filed[touched].submission = _work();
        ++count[isSigned ? bytes32("revised by signature") : bytes32("revise")];
    }

    function cancelSignature(uint256 who) external inTime {
        address account = workers[who % 3];
        uint256 nonce = escrow.nonces(account);
        vm.prank(account);
        escrow.cancelSignature();
        assertEq(escrow.nonces(account), nonce + 1, "a nonce is used up");
        ++count["cancelSignature"];
    }

    /* REVIEWS */

    function review(uint256 which, uint256 who, uint256 vote) external inTime {
        bool isWaiting = vote % 5 > 0;
        if (!_focusStage(which, isWaiting ? IBountyEscrow.Stage.Pending : IBountyEscrow.Stage.ChangesRequested)) return;
        IBountyEscrow.SubmissionState memory state = _former();
        uint256 reviewer = who % terms.reviewers.length;
        bool isOver = _time() >= uint256(state.clock) + terms.reviewWindow;
        bool isDone = ((state.approvals | state.rejections) >> reviewer) & 1 == 1;
        if (isOver || isDone) return;

        uint256 kind = (vote >> 8) % 8;
        if (kind < 4) {
            if (_isFull()) return;
            _review(reviewer, APPROVE);
            ++count["approve"];
        } else if (kind < 6) {
            _review(reviewer, REJECT);
            ++count["reject"];
        } else if (isWaiting && state.changeRequests < 3) {
            _review(reviewer, REQUEST_CHANGES);
            ++count["request changes"];
        }
    }

    function acceptBySilence(uint256 which) external inTime {
        if (!_focusStage(which, IBountyEscrow.Stage.Pending) || _isFull()) return;
        _waitUntil(uint256(_former().clock) + terms.reviewWindow);
        _decideBySilence(escrow.acceptBySilence.selector);
        ++count["accept by silence"];
    }

    function rejectBySilence(uint256 which) external inTime {
        if (!_focusStage(which, IBountyEscrow.Stage.ChangesRequested)) return;
        _waitUntil(uint256(_former().clock) + terms.reviewWindow);
        _decideBySilence(escrow.rejectBySilence.selector);
        ++count["reject by silence"];
    }

    /* APPEAL */

    function appeal(uint256 which, uint256 seed) external inTime {
        if (!_focusAppealable(which)) return;
        bool isSigned = _draw(seed, 51, 0, 1) == 0;
        bytes memory head = abi.encode(APPEAL_TYPEHASH, bountyId, submissionId, keccak256("bafkreiappeal"));
        IBountyEscrow.Signed memory signed = isSigned ? _sign(work.worker, head) : _unsigned();
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());

        vm.prank(isSigned ? outsider : work.worker);
        escrow.appeal(submissionId, encoded, submission, "bafkreiappeal", signed);
        ++count[isSigned ? bytes32("appealed by signature") : bytes32("appeal")];
    }

    function _focusAppealable(uint256 which) private returns (bool found) {
        for (uint256 k = 0; k < filed.length; ++k) {
            uint256 i = ((which % filed.length) + k) % filed.length;
            IBountyEscrow.SubmissionState memory state = filed[i].former;
            if (state.stage != IBountyEscrow.Stage.Rejected || state.appealed) continue;
            _focus(i);
            if (_time() < uint256(state.clock) + terms.appealWindow && !_isFull()) return true;
        }
        return false;
    }

    function ruleAppeal(uint256 which, uint256 vote) external inTime {
        if (!_focusStage(which, IBountyEscrow.Stage.Appealed)) return;
        bool isApproved = vote % 2 == 0 && !_isFull();
        if (_time() >= uint256(_former().clock) + terms.arbiterWindow) return;

        _ruleAppeal(isApproved ? APPROVE : REJECT);
        ++count[isApproved ? bytes32("appeal won") : bytes32("appeal lost")];
    }

    function settleAppeal(uint256 which) external inTime {
        if (!_focusStage(which, IBountyEscrow.Stage.Appealed)) return;
        if (terms.silentAppealAccepts && _isFull()) return;
        _waitUntil(uint256(_former().clock) + terms.arbiterWindow);
        _decideBySilence(escrow.settleAppeal.selector);
        ++count[terms.silentAppealAccepts ? bytes32("silent appeal won") : bytes32("silent appeal lost")];
    }

    /// @dev Anyone's, and must not fail.
    function _decideBySilence(bytes4 selector) internal {
        bytes memory call = abi.encodeWithSelector(selector, submissionId, _terms(), _work());
        vm.prank(outsider);
        (bool done, ) = address(escrow).call(call);
        assertTrue(done, "silence decides");
    }
}
