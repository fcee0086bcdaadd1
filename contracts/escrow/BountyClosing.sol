// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../interfaces/IAdmission.sol";
import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";
import {BountyPay} from "./BountyPay.sol";

/// @title BountyClosing
/// @notice How a bounty is taken in and ends: registered, closed to new work, its unused awards returned.
abstract contract BountyClosing is BountyPay {
    using BountyTerms for Terms;
    using Preimage for bytes;

    bytes32 private constant EXPIRED = "expired";

    /* REGISTERING */

    /// @inheritdoc IBountyEscrow
    function register(bytes calldata terms, uint256 escrowed) external nonReentrant returns (uint256 bountyId) {
        if (msg.sender != address(opener)) revert BountyEscrow_NotOpener(msg.sender);

        bountyId = ++bountyCount;
        bytes32 termsHash = keccak256(terms);
        _bounties[bountyId].termsHash = termsHash;

        Terms calldata fields = terms.asTerms();
        emit BountyOpened(bountyId, fields.projectId, fields.funder, termsHash, escrowed, terms);

        uint256 reserved = uint256(fields.tokenReward) * fields.maxAwards;
        if (reserved > 0) _projectToken(fields.projectId).reserve(reserved);
    }

    /* CLOSING */

    /// @inheritdoc IBountyEscrow
    function close(
        uint256 bountyId,
        bytes calldata terms,
        bytes32 reasonCode,
        string calldata reason
    ) external nonReentrant {
        _requireTerms(bountyId, keccak256(terms));
        uint256 projectId = terms.asTerms().projectId;
        BountyState storage state = _bounties[bountyId].state;
        if (state.closed) revert BountyEscrow_Closed(bountyId);
        bool expired = block.timestamp >= terms.asTerms().submitBy;
        if (projects.isAuthorized(projectId, msg.sender)) {
            if (reasonCode == 0 || (reasonCode == EXPIRED && !expired)) {
                revert BountyEscrow_ReasonCodeInvalid(reasonCode);
            }
            SubmittedWork.validateText(bytes(reason).length);
            _requireNobodyWaitsFor(bountyId, terms.asTerms());
        } else {
            // A stranger ends what is over, and does not get to say why.
            if (!expired || reasonCode != EXPIRED || bytes(reason).length > 0) {
                revert BountyEscrow_NotAuthorized(projectId, msg.sender);
            }
        }

        state.closed = true;

        emit BountyClosed(bountyId, msg.sender, reasonCode, reason);

        if (_isReclaimable(state, terms.asTerms())) _reclaim(bountyId, state, terms.asTerms());
    }

    /// @dev Whoever was selected was promised that work can be handed in, until the admission lets the promise go.
    function _requireNobodyWaitsFor(uint256 bountyId, Terms calldata terms) private view {
        if (terms.admission == address(0) || block.timestamp >= terms.submitBy) return;
        uint256 held = IAdmission(terms.admission).heldOf(bountyId);
        if (held > 0) revert BountyEscrow_WorkersSelected(bountyId, held);
    }

    /// @inheritdoc IBountyEscrow
    function reclaim(uint256 bountyId, bytes calldata terms) external nonReentrant {
        _requireTerms(bountyId, keccak256(terms));
        BountyState storage state = _bounties[bountyId].state;
        if (!_isReclaimable(state, terms.asTerms())) {
            revert BountyEscrow_NotReclaimable(bountyId, state.pending, state.appealableUntil);
        }

        _reclaim(bountyId, state, terms.asTerms());
    }

    /// @dev Work that no award is left for cannot be accepted any more, so it need not be waited for.
    function _isReclaimable(BountyState storage state, Terms calldata terms) private view returns (bool) {
        if (!state.closed || state.reclaimed) return false;
        bool undecided = state.pending > 0 || block.timestamp < state.appealableUntil;
        return !undecided || state.awards == terms.maxAwards;
    }

    function _reclaim(uint256 bountyId, BountyState storage state, Terms calldata terms) private {
        state.reclaimed = true;
        uint256 unused = terms.maxAwards - state.awards;
        uint256 returned = terms.maxAward() * unused;

        emit AwardsReclaimed(bountyId, unused, returned);

        if (terms.tokenReward > 0) _projectToken(terms.projectId).release(terms.tokenReward * unused);
        _credit({token: terms.token, account: terms.funder, amount: returned});
    }
}
