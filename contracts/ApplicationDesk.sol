// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IAdmission} from "./interfaces/IAdmission.sol";
import {IApplicationDesk} from "./interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {BountyTerms} from "./libraries/BountyTerms.sol";
import {Preimage} from "./libraries/Preimage.sol";

/// @title ApplicationDesk
/// @notice Applications with a bid, and who of the applicants may hand in work.
/// @dev The desk holds no money. What it keeps is a promise: whoever is selected can hand in work and win an award. Let
/// S be the selections that stand, P the work that waits for a decision, A the awards and J the rejections that can
/// still be appealed. Then S + P + A + J <= maxAwards, always. A selection is the only step that adds to the sum, and
/// it is refused without a free place; every other step moves one from a letter to another or takes one away: work
/// handed in (S to P), accepted (P to A), rejected (P to J), appealed (J to P), a selection ended, a rejection final.
///
/// The escrow counts P and A, and says until when some rejection can be appealed; J it does not count. The desk takes
/// all rejections for J until that time, less those which it saw to be final at an earlier selection; so it may wait
/// longer than it must, but never longer than the last appeal window.
///
/// There is no owner. The escrow alone uses up a selection; work reaches a bounty of this desk in no other way.
contract ApplicationDesk is IApplicationDesk, EIP712, Nonces {
    using BountyTerms for IBountyEscrow.Terms;
    using Preimage for bytes;

    bytes32 private constant APPLY_TYPEHASH = keccak256(
        "ApplyForBounty(uint256 bountyId,uint128 bid,string proposal,address worker,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant WITHDRAW_TYPEHASH = keccak256(
        "WithdrawApplication(uint256 bountyId,bytes32 applicationHash,address worker,uint256 nonce,uint256 deadline)"
    );

    /// @inheritdoc IApplicationDesk
    IBountyEscrow public immutable escrow; // solhint-disable-line immutable-vars-naming

    /// @inheritdoc IApplicationDesk
    IProjectRegistry public immutable projects; // solhint-disable-line immutable-vars-naming

    mapping(uint256 bountyId => mapping(address worker => Application application)) private _applications;
    mapping(uint256 bountyId => Places places) private _places;

    constructor(IBountyEscrow escrow_) EIP712("ApplicationDesk", "1") {
        escrow = escrow_;
        projects = escrow_.projects();
    }

    /* WORKERS */

    /// @inheritdoc IApplicationDesk
    function applyFor(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        uint128 bid,
        string calldata proposal,
        IBountyEscrow.Signed calldata signed
    ) external returns (bytes32 applicationHash) {
        _requireCandidate(bountyId, terms, worker, bid);
        _requireText(proposal);
        if (_applications[bountyId][worker].deliverBy != 0) revert ApplicationDesk_AlreadySelected(bountyId, worker);
        _authenticate(worker, abi.encode(APPLY_TYPEHASH, bountyId, bid, keccak256(bytes(proposal))), signed);

        applicationHash = hashApplication(bountyId, worker, bid, proposal);
        _applications[bountyId][worker] = Application({applicationHash: applicationHash, bid: bid, deliverBy: 0});

        emit ApplicationReceived(bountyId, worker, applicationHash, bid, proposal);
    }

    /// @inheritdoc IApplicationDesk
    function withdraw(
        uint256 bountyId,
        address worker,
        bytes32 applicationHash,
        IBountyEscrow.Signed calldata signed
    ) external {
        bool wasSelected = _requireApplication(bountyId, worker, applicationHash).deliverBy != 0;
        _authenticate(worker, abi.encode(WITHDRAW_TYPEHASH, bountyId, applicationHash), signed);

        delete _applications[bountyId][worker];
        if (wasSelected) --_places[bountyId].selected;

        emit ApplicationWithdrawn(bountyId, worker, applicationHash, wasSelected);
    }

    /// @inheritdoc IApplicationDesk
    function cancelSignature() external {
        emit NonceUsed(msg.sender, _useNonce(msg.sender));
    }

    function _requireCandidate(uint256 bountyId, bytes calldata encoded, address worker, uint128 bid) private view {
        IBountyEscrow.BountyState memory state = _requireTerms(bountyId, encoded);
        IBountyEscrow.Terms calldata terms = encoded.asTerms();
        if (state.closed) revert ApplicationDesk_Closed(bountyId);
        _requireWithin(0, terms.submitBy);
        if (bid == 0 || bid > terms.amount) revert ApplicationDesk_BidInvalid(bid, terms.amount);
        if (terms.isJudge(worker)) revert ApplicationDesk_WorkerJudges(worker);
    }

    /// @dev Every message ends with the worker, its nonce and the deadline; `head` is what comes before.
    function _authenticate(address worker, bytes memory head, IBountyEscrow.Signed calldata signed) private {
        if (signed.signature.length == 0) {
            if (msg.sender != worker) revert ApplicationDesk_NotSender(worker, msg.sender);
            return;
        }
        _requireWithin(0, signed.deadline);
        uint256 nonce = _useNonce(worker);
        emit NonceUsed(worker, nonce);
        bytes32 message = keccak256(bytes.concat(head, abi.encode(worker, nonce, signed.deadline)));
        if (!SignatureChecker.isValidSignatureNowCalldata(worker, _hashTypedDataV4(message), signed.signature)) {
            revert ApplicationDesk_SignatureInvalid(worker);
        }
    }

    /* THE PROJECT */

    /// @inheritdoc IApplicationDesk
    function select(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        bytes32 applicationHash,
        uint64 deliverBy
    ) external {
        uint32 finalRejections = _requirePlace(bountyId, terms, deliverBy);
        _requireUnselected(bountyId, worker, applicationHash);

        _applications[bountyId][worker].deliverBy = deliverBy;
        _places[bountyId] = Places({selected: _places[bountyId].selected + 1, finalRejections: finalRejections});

        emit WorkerSelected(bountyId, worker, applicationHash, msg.sender, deliverBy, finalRejections);
    }

    /// @inheritdoc IApplicationDesk
    function decline(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        bytes32 applicationHash,
        bytes32 reasonCode,
        string calldata reason
    ) external {
        _requireProject(bountyId, terms);
        _requireText(reason);
        _requireUnselected(bountyId, worker, applicationHash);

        delete _applications[bountyId][worker];

        emit ApplicationDeclined(bountyId, worker, applicationHash, msg.sender, reasonCode, reason);
    }

    function _requirePlace(
        uint256 bountyId,
        bytes calldata encoded,
        uint64 deliverBy
    ) private view returns (uint32 finalRejections) {
        IBountyEscrow.BountyState memory state = _requireProject(bountyId, encoded);
        IBountyEscrow.Terms calldata terms = encoded.asTerms();
        if (state.closed) revert ApplicationDesk_Closed(bountyId);
        if (deliverBy <= block.timestamp || deliverBy > terms.submitBy) {
            revert ApplicationDesk_DeliverByInvalid(deliverBy, terms.submitBy, block.timestamp);
        }
        uint256 taken;
        (taken, finalRejections) = _count(bountyId, state);
        if (taken >= terms.maxAwards) revert ApplicationDesk_NoPlaceFree(bountyId, taken, terms.maxAwards);
    }

    function _count(
        uint256 bountyId,
        IBountyEscrow.BountyState memory state
    ) private view returns (uint256 taken, uint32 finalRejections) {
        Places memory places = _places[bountyId];
        uint32 rejections = state.submissions - state.pending - state.awards;
        finalRejections = block.timestamp < state.appealableUntil ? places.finalRejections : rejections;
        taken = uint256(places.selected) + state.pending + state.awards + (rejections - finalRejections);
    }

    /* THE ESCROW AND ANYBODY */

    /// @inheritdoc IAdmission
    function admit(uint256 bountyId, address worker) external returns (uint256 amount) {
        if (msg.sender != address(escrow)) revert ApplicationDesk_NotEscrow(msg.sender);
        Application memory application = _requireSelected(bountyId, worker);

        _end(bountyId, worker);

        emit WorkerAdmitted(bountyId, worker, application.applicationHash, application.bid);

        return application.bid;
    }

    /// @inheritdoc IApplicationDesk
    function release(uint256 bountyId, address worker) external {
        Application memory application = _requireSelected(bountyId, worker);
        _requireWithin(application.deliverBy, type(uint256).max);

        _end(bountyId, worker);

        emit SelectionReleased(bountyId, worker, application.applicationHash, msg.sender);
    }

    function _end(uint256 bountyId, address worker) private {
        delete _applications[bountyId][worker];
        --_places[bountyId].selected;
    }

    /* VIEWS */

    /// @inheritdoc IApplicationDesk
    function applicationOf(uint256 bountyId, address worker) external view returns (Application memory application) {
        return _applications[bountyId][worker];
    }

    /// @inheritdoc IAdmission
    function heldOf(uint256 bountyId) external view returns (uint256 count) {
        return _places[bountyId].selected;
    }

    /// @inheritdoc IApplicationDesk
    function placesOf(uint256 bountyId) external view returns (Places memory places) {
        return _places[bountyId];
    }

    /// @inheritdoc IApplicationDesk
    function takenOf(uint256 bountyId) external view returns (uint256 taken) {
        (, IBountyEscrow.BountyState memory state) = escrow.bountyOf(bountyId);
        (taken, ) = _count(bountyId, state);
    }

    /// @inheritdoc IApplicationDesk
    function hashApplication(
        uint256 bountyId,
        address worker,
        uint128 bid,
        string calldata proposal
    ) public pure returns (bytes32 applicationHash) {
        return keccak256(abi.encode(bountyId, worker, bid, proposal));
    }

    /* REQUIREMENTS */

    function _requireTerms(
        uint256 bountyId,
        bytes calldata encoded
    ) private view returns (IBountyEscrow.BountyState memory state) {
        bytes32 termsHash;
        (termsHash, state) = escrow.bountyOf(bountyId);
        if (keccak256(encoded) != termsHash) revert ApplicationDesk_TermsMismatch(bountyId);
        address admission = encoded.asTerms().admission;
        if (admission != address(this)) revert ApplicationDesk_OtherAdmission(bountyId, admission);
    }

    function _requireProject(
        uint256 bountyId,
        bytes calldata encoded
    ) private view returns (IBountyEscrow.BountyState memory state) {
        state = _requireTerms(bountyId, encoded);
        uint256 projectId = encoded.asTerms().projectId;
        if (!projects.isAuthorized(projectId, msg.sender)) revert ApplicationDesk_NotAuthorized(projectId, msg.sender);
    }

    function _requireApplication(
        uint256 bountyId,
        address worker,
        bytes32 applicationHash
    ) private view returns (Application memory application) {
        application = _applications[bountyId][worker];
        bytes32 found = application.applicationHash;
        // Nothing is not an application, whatever hash is named.
        if (found == 0 || found != applicationHash) revert ApplicationDesk_ApplicationMismatch(bountyId, worker, found);
    }

    function _requireUnselected(uint256 bountyId, address worker, bytes32 applicationHash) private view {
        if (_requireApplication(bountyId, worker, applicationHash).deliverBy != 0) {
            revert ApplicationDesk_AlreadySelected(bountyId, worker);
        }
    }

    function _requireSelected(uint256 bountyId, address worker) private view returns (Application memory application) {
        application = _applications[bountyId][worker];
        if (application.deliverBy == 0) revert ApplicationDesk_NotSelected(bountyId, worker);
    }

    function _requireWithin(uint256 start, uint256 end) private view {
        if (block.timestamp < start || block.timestamp >= end) {
            revert ApplicationDesk_OutsideWindow(start, end, block.timestamp);
        }
    }

    function _requireText(string calldata text) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > BountyTerms.LONGEST_TEXT) revert ApplicationDesk_TextLength(length);
    }
}
