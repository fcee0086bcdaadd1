// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAdmission} from "./IAdmission.sol";
import {IBountyEscrow} from "./IBountyEscrow.sol";
import {IProjectRegistry} from "./IProjectRegistry.sol";

/// @title IApplicationDesk
/// @notice Applications with a bid: workers apply to a bounty, its project selects, and only who was selected can hand
/// in work, for the amount of its bid.
/// @dev For bounties whose terms name this contract as their `admission`. A worker has at most one application per
/// bounty at a time; it ends when it is withdrawn, declined, released or used, and the worker may then apply again.
///
/// A selection keeps an award for the worker until work is handed in or the selection ends. It names the hash of the
/// bid and the proposal that the project saw. The project cannot take it back: until `deliverBy` only the worker ends
/// it, from then on anybody can, if no work was handed in.
///
/// While a selection is held the project cannot close the bounty at the escrow before `submitBy`.
///
/// A place is taken by a selection, by work that waits for a decision, by an award, and by a rejection that may still
/// be appealed. No worker is selected unless a place is free, so nobody who was selected finds all awards given.
///
/// `terms` are the exact bytes of the escrow's event `BountyOpened`. Windows are half-open: `[start, end)`.
interface IApplicationDesk is IAdmission {
    /// @notice An application as it stands.
    /// @param applicationHash `keccak256(abi.encode(bountyId, worker, bid, proposal))`, zero when there is none.
    /// @param bid The award at a multiplier of 1 that the worker asks for, in base units.
    /// @param deliverBy From when anybody may release the selection, unix s; zero while the worker is not selected.
    struct Application {
        bytes32 applicationHash;
        uint128 bid;
        uint64 deliverBy;
    }

    /// @notice The places of a bounty.
    /// @param selected How many workers are selected and have handed in nothing yet.
    /// @param finalRejections How many rejections were past every appeal when a worker was last selected.
    struct Places {
        uint32 selected;
        uint32 finalRejections;
    }

    /// @notice Thrown when the caller is not the escrow.
    /// @param caller The caller.
    error ApplicationDesk_NotEscrow(address caller);

    /// @notice Thrown when the terms given are not the bounty's, or there is no such bounty.
    /// @param bountyId The bounty.
    error ApplicationDesk_TermsMismatch(uint256 bountyId);

    /// @notice Thrown when the terms name another admission.
    /// @param bountyId The bounty.
    /// @param admission The admission that they name.
    error ApplicationDesk_OtherAdmission(uint256 bountyId, address admission);

    /// @notice Thrown when the account may not act for the project.
    /// @param projectId The project.
    /// @param account The account.
    error ApplicationDesk_NotAuthorized(uint256 projectId, address account);

    /// @notice Thrown when the bounty takes no more work.
    /// @param bountyId The bounty.
    error ApplicationDesk_Closed(uint256 bountyId);

    /// @notice Thrown when an action is taken outside its window `[start, end)`.
    /// @param start The window's start, unix s; zero when it has none.
    /// @param end The window's end, unix s; 2^256 - 1 when it has none.
    /// @param time The time now, unix s.
    error ApplicationDesk_OutsideWindow(uint256 start, uint256 end, uint256 time);

    /// @notice Thrown when the worker's time is over already, or would end after `submitBy`.
    /// @param deliverBy The end of the worker's time, unix s.
    /// @param submitBy The latest allowed, unix s.
    /// @param time The time now, unix s.
    error ApplicationDesk_DeliverByInvalid(uint256 deliverBy, uint256 submitBy, uint256 time);

    /// @notice Thrown when a bid is zero or above the amount of the terms.
    /// @param bid The bid, in base units.
    /// @param highest The amount of the terms, in base units.
    error ApplicationDesk_BidInvalid(uint256 bid, uint256 highest);

    /// @notice Thrown when a proposal or a reason is not 1 to 128 bytes long.
    /// @param length The length found, in bytes.
    error ApplicationDesk_TextLength(uint256 length);

    /// @notice Thrown when a reviewer, a source or the arbiter of the bounty applies.
    /// @param worker The account.
    error ApplicationDesk_WorkerJudges(address worker);

    /// @notice Thrown when the call comes without a signature from another wallet than the worker's.
    /// @param worker The worker.
    /// @param caller The caller.
    error ApplicationDesk_NotSender(address worker, address caller);

    /// @notice Thrown when a signature is not the worker's for this message.
    /// @param worker The worker.
    error ApplicationDesk_SignatureInvalid(address worker);

    /// @notice Thrown when the application named is not the one that stands.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param found The hash of the application that stands, zero when there is none.
    error ApplicationDesk_ApplicationMismatch(uint256 bountyId, address worker, bytes32 found);

    /// @notice Thrown when the worker is selected, so that its application stays as it is.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    error ApplicationDesk_AlreadySelected(uint256 bountyId, address worker);

    /// @notice Thrown when the worker is not selected.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    error ApplicationDesk_NotSelected(uint256 bountyId, address worker);

    /// @notice Thrown when every award of the bounty is given, or kept for somebody.
    /// @param bountyId The bounty.
    /// @param taken How many places are taken.
    /// @param places How many there are.
    error ApplicationDesk_NoPlaceFree(uint256 bountyId, uint256 taken, uint256 places);

    /// @notice Emitted when a worker applies, or changes its application.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param bid The bid, in base units.
    /// @param proposal The CID of the proposal.
    event ApplicationReceived(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        uint128 bid,
        string proposal
    );

    /// @notice Emitted when a worker withdraws its application.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param wasSelected Whether the worker was selected, so that a place is free again.
    event ApplicationWithdrawn(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        bool wasSelected
    );

    /// @notice Emitted when the project declines an application.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param caller Who declined it.
    /// @param reasonCode A short code.
    /// @param reason The CID of the written reason.
    event ApplicationDeclined(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        address caller,
        bytes32 reasonCode,
        string reason
    );

    /// @notice Emitted when the project selects a worker.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param caller Who selected.
    /// @param deliverBy From when anybody may release the selection, unix s.
    /// @param finalRejections How many rejections of the bounty are known to be past every appeal.
    event WorkerSelected(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        address caller,
        uint64 deliverBy,
        uint32 finalRejections
    );

    /// @notice Emitted when a selection ends because nothing was handed in.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param caller Who released it.
    event SelectionReleased(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        address caller
    );

    /// @notice Emitted when a selected worker hands in work.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param bid The award at a multiplier of 1, in base units.
    event WorkerAdmitted(
        uint256 indexed bountyId,
        address indexed worker,
        bytes32 indexed applicationHash,
        uint128 bid
    );

    /// @notice Emitted when a nonce is used up: by a signature, or to cancel one.
    /// @param account The account.
    /// @param nonce The nonce.
    event NonceUsed(address indexed account, uint256 nonce);

    /* WORKERS */

    /// @notice Applies to a bounty, or changes the application that stands, until `submitBy`. Anyone may relay a
    /// signature.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param worker Who applies; no reviewer, source or arbiter of the bounty.
    /// @param bid The award at a multiplier of 1 that the worker asks for, in base units; at most the amount of the
    /// terms.
    /// @param proposal The CID of the proposal.
    /// @param signed The worker's signature over `ApplyForBounty(uint256 bountyId,uint128 bid,string proposal,`
    /// `address worker,uint256 nonce,uint256 deadline)`; empty when the worker calls.
    /// @return applicationHash The hash of the application, which a selection names.
    function applyFor(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        uint128 bid,
        string calldata proposal,
        IBountyEscrow.Signed calldata signed
    ) external returns (bytes32 applicationHash);

    /// @notice Withdraws an application at any time; a selected worker steps back. Anyone may relay a signature.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application.
    /// @param signed The worker's signature over `WithdrawApplication(uint256 bountyId,bytes32 applicationHash,`
    /// `address worker,uint256 nonce,uint256 deadline)`; empty when the worker calls.
    function withdraw(
        uint256 bountyId,
        address worker,
        bytes32 applicationHash,
        IBountyEscrow.Signed calldata signed
    ) external;

    /// @notice Uses up the caller's nonce, so that what it signed and nobody relayed cannot come in any more.
    function cancelSignature() external;

    /* THE PROJECT */

    /// @notice Selects a worker and keeps an award for it. The project's owner or a steward.
    /// @dev Warning: `deliverBy` is the worker's time. Work that comes later is still taken as long as nobody has
    /// released the selection.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application that the project saw.
    /// @param deliverBy From when anybody may release the selection, unix s; after now and at most `submitBy`.
    function select(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        bytes32 applicationHash,
        uint64 deliverBy
    ) external;

    /// @notice Declines an application, with a reason, and so ends it. The project's owner or a steward; nobody has to.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param worker The worker.
    /// @param applicationHash The hash of the application that the project saw.
    /// @param reasonCode A short code, such as `bytes32("over-budget")`.
    /// @param reason The CID of the written reason.
    function decline(
        uint256 bountyId,
        bytes calldata terms,
        address worker,
        bytes32 applicationHash,
        bytes32 reasonCode,
        string calldata reason
    ) external;

    /* ANYBODY */

    /// @notice Ends a selection whose worker handed in nothing. Anyone, from `deliverBy` on.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    function release(uint256 bountyId, address worker) external;

    /* VIEWS */

    /// @notice Returns the application of a worker that stands.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @return application The application; all zero when there is none.
    function applicationOf(uint256 bountyId, address worker) external view returns (Application memory application);

    /// @notice Returns what is stored of a bounty.
    /// @param bountyId The bounty.
    /// @return places Its places.
    function placesOf(uint256 bountyId) external view returns (Places memory places);

    /// @notice Returns how many places of a bounty are taken now. A worker can be selected while it is below
    /// `maxAwards`.
    /// @dev While some rejection can be appealed, every rejection that is not known to be final counts.
    /// @param bountyId The bounty.
    /// @return taken The number.
    function takenOf(uint256 bountyId) external view returns (uint256 taken);

    /// @notice Returns the hash of an application.
    /// @param bountyId The bounty.
    /// @param worker The worker.
    /// @param bid The bid, in base units.
    /// @param proposal The CID of the proposal.
    /// @return applicationHash The hash.
    function hashApplication(
        uint256 bountyId,
        address worker,
        uint128 bid,
        string calldata proposal
    ) external pure returns (bytes32 applicationHash);

    /// @notice Returns the escrow whose bounties are applied for.
    /// @return account The escrow.
    function escrow() external view returns (IBountyEscrow account);

    /// @notice Returns the registry that says who may act for a project.
    /// @return registry The registry.
    function projects() external view returns (IProjectRegistry registry);
}
