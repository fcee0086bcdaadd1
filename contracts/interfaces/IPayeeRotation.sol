// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IPayeeRotation
/// @notice How an account hands all that it is owed, now and later, to a new wallet: its successor.
/// @dev A rotation is announced, waits for the cooling-off of seven days, can be vetoed until somebody finishes it,
/// and is then final: the account is retired, and its successor alone commands what stands under its name. Guardians,
/// if the account chose any beforehand, can rotate it together at once.
///
/// What a thief with the account's key can do, and what stops it:
/// - take the credit that is there, at once. Nothing stops this: in the ledger the key is the owner. Rotate early.
/// - announce a rotation to a wallet of its own. The owner vetoes with the same key, or the guardians rotate first.
/// - veto the owner's rotation, again and again. Guardians outweigh a veto; without guardians neither side can win.
/// - swap the guardians. The change waits as long as a rotation, and the account and each guardian can veto it. For
///   the same reason the first choice of guardians waits too.
/// - cancel signed orders, or sign others. Whoever holds the key can; nothing already final depends on them.
/// After the rotation the old key commands nothing here: no credit, no allowance or operator given to it or by it, no
/// signed order, no seat as a guardian.
///
/// What guardians can do: `threshold` of them take everything at once, so choose them as one chooses heirs. One alone
/// can announce for the account; the account and every guardian can veto that. One alone can veto a change of
/// guardians; an account that wants to be rid of such a guardian rotates, which guardians cannot veto.
interface IPayeeRotation {
    /// @notice A rotation that waits.
    /// @param successor The wallet that is to follow, or zero when nothing is announced.
    /// @param finishableAt The first second at which it can be finished.
    /// @param byGuardian True when a guardian announced it, so that guardians can veto it.
    struct Announcement {
        address successor;
        uint64 finishableAt;
        bool byGuardian;
    }

    /// @notice A change of guardians that waits.
    /// @param guardiansHash `keccak256(abi.encode(guardians, threshold))`, or zero when nothing is announced.
    /// @param finishableAt The first second at which it can be finished.
    struct GuardianChange {
        bytes32 guardiansHash;
        uint64 finishableAt;
    }

    /// @notice Thrown when an account that has a successor gives an order, or stands where only a live account can.
    /// @param account The account.
    error PayeeRotation_Retired(address account);

    /// @notice Thrown when the caller or signer is not one who may do this for the account.
    /// @param account The account.
    /// @param by The caller or signer.
    error PayeeRotation_NotEntitled(address account, address by);

    /// @notice Thrown when a successor is zero, the account itself or the vault.
    /// @param successor The address.
    error PayeeRotation_SuccessorInvalid(address successor);

    /// @notice Thrown when a guardian announces while another rotation waits.
    /// @param account The account.
    /// @param successor The successor that waits.
    error PayeeRotation_AlreadyAnnounced(address account, address successor);

    /// @notice Thrown when the rotation that a call names does not wait.
    /// @param account The account.
    /// @param successor The successor that the call names.
    error PayeeRotation_NotAnnounced(address account, address successor);

    /// @notice Thrown when the cooling-off is not over.
    /// @param finishableAt The first second at which it can be finished.
    /// @param time The time of the block, in unix seconds.
    error PayeeRotation_CoolingOff(uint256 finishableAt, uint256 time);

    /// @notice Thrown when guardians are more than eight, not in strictly ascending order or the account itself, or
    /// when the threshold is not between one and their number (zero for no guardians).
    error PayeeRotation_GuardiansInvalid();

    /// @notice Thrown when the change of guardians that a call names does not wait.
    /// @param account The account.
    error PayeeRotation_GuardiansNotAnnounced(address account);

    /// @notice Thrown when a guardian takes back an approval that it did not give.
    /// @param account The account.
    /// @param guardian The guardian.
    error PayeeRotation_NotApproved(address account, address guardian);

    /// @notice Thrown when more than `MAX_HOPS` rotations lie between an account and its payee: `shortenPath` first.
    /// @param account The account.
    error PayeeRotation_PathTooLong(address account);

    /// @notice Emitted when a rotation is announced; one that waited before is void.
    /// @param account The account.
    /// @param successor The wallet that is to follow.
    /// @param by The account, or a guardian.
    /// @param finishableAt The first second at which anyone can finish it.
    event RotationAnnounced(
        address indexed account,
        address indexed successor,
        address indexed by,
        uint256 finishableAt
    );

    /// @notice Emitted when a waiting rotation is vetoed.
    /// @param account The account.
    /// @param successor The wallet that will not follow.
    /// @param by The account, or a guardian.
    event RotationVetoed(address indexed account, address indexed successor, address indexed by);

    /// @notice Emitted when a guardian approves a successor; its approval of another is void.
    /// @param account The account.
    /// @param successor The wallet that it wants to follow.
    /// @param guardian The guardian.
    event RotationApproved(address indexed account, address indexed successor, address indexed guardian);

    /// @notice Emitted when a guardian takes its approval back.
    /// @param account The account.
    /// @param successor The wallet that it approved.
    /// @param guardian The guardian.
    event RotationDisapproved(address indexed account, address indexed successor, address indexed guardian);

    /// @notice Emitted when an account is rotated. Whatever waited for it, and every approval, is void.
    /// @param account The account, now retired.
    /// @param successor The wallet that follows.
    event Rotated(address indexed account, address indexed successor);

    /// @notice Emitted when a chain of rotations is shortened. Who is paid in the end does not change.
    /// @param account The retired account.
    /// @param successor The later wallet that it now points to.
    event PathShortened(address indexed account, address indexed successor);

    /// @notice Emitted when a change of guardians is announced; one that waited before is void.
    /// @param account The account.
    /// @param guardians The guardians to be, ascending.
    /// @param threshold How many of them rotate the account together.
    /// @param finishableAt The first second at which anyone can finish it.
    event GuardiansAnnounced(address indexed account, address[] guardians, uint256 threshold, uint256 finishableAt);

    /// @notice Emitted when a waiting change of guardians is vetoed.
    /// @param account The account.
    /// @param by The account, or a guardian in office.
    event GuardiansVetoed(address indexed account, address indexed by);

    /// @notice Emitted when guardians take office. All approvals, and a rotation that a guardian announced, are void.
    /// @param account The account.
    /// @param guardians The guardians, ascending.
    /// @param threshold How many of them rotate the account together.
    event GuardiansChanged(address indexed account, address[] guardians, uint256 threshold);

    /// @notice Announces that `successor` is to follow `account`. For the account, or a guardian when nothing waits.
    /// @dev The account's own announcement replaces whatever waits, and starts the clock anew. It waits until it is
    /// finished or vetoed, however long: veto what is no longer wanted. Warning: the successor is not asked. With an
    /// address that nobody commands everything is lost once the rotation is finished.
    /// @param account The account.
    /// @param successor The wallet that is to follow.
    function announceRotation(address account, address successor) external;

    /// @notice Announces a rotation by the signed order of the account or a guardian. Anyone may carry it.
    /// @dev `AnnounceRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)`.
    /// @param by The account, or a guardian; the signer.
    /// @param account The account.
    /// @param successor The wallet that is to follow.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param signature The signature.
    function announceRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Vetoes a waiting rotation. For the account, always; for a guardian, when a guardian announced it.
    /// @dev A veto holds until the rotation is finished, also after the cooling-off.
    /// @param account The account.
    /// @param successor The wallet that is not to follow.
    function vetoRotation(address account, address successor) external;

    /// @notice Vetoes a rotation by the signed order of the account or a guardian. Anyone may carry it.
    /// @dev `VetoRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)`.
    /// @param by The account, or a guardian; the signer.
    /// @param account The account.
    /// @param successor The wallet that is not to follow.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param signature The signature.
    function vetoRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Finishes a rotation whose cooling-off is over. Anyone may call.
    /// @param account The account.
    /// @param successor The wallet that waits to follow.
    function finishRotation(address account, address successor) external;

    /// @notice Approves a successor as a guardian; the approval that reaches the threshold rotates the account at
    /// once.
    /// @dev Needs no announcement, heeds no veto and no cooling-off. A guardian stands behind one successor at a time.
    /// @param account The account.
    /// @param successor The wallet that is to follow.
    function approveRotation(address account, address successor) external;

    /// @notice Approves a successor by a guardian's signed order. Anyone may carry it.
    /// @dev `ApproveRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)`.
    /// @param by The guardian; the signer.
    /// @param account The account.
    /// @param successor The wallet that is to follow.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param signature The signature.
    function approveRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Takes the caller's approval back.
    /// @param account The account that the caller is a guardian of.
    function disapproveRotation(address account) external;

    /// @notice Lets a retired account point up to `MAX_HOPS` rotations further. Anyone may call, again and again.
    /// @param account The retired account.
    function shortenPath(address account) external;

    /// @notice Announces new guardians of the caller, or none. Replaces a change that waits.
    /// @param guardians The guardians, at most eight, strictly ascending.
    /// @param threshold How many of them rotate the account together.
    function announceGuardians(address[] calldata guardians, uint256 threshold) external;

    /// @notice Announces new guardians by the account's signed order. Anyone may carry it.
    /// @dev `AnnounceGuardians(address account,address[] guardians,uint256 threshold,uint256 nonce,uint256 deadline)`.
    /// @param account The account; the signer.
    /// @param guardians The guardians, at most eight, strictly ascending.
    /// @param threshold How many of them rotate the account together.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param signature The signature.
    function announceGuardiansBySignature(
        address account,
        address[] calldata guardians,
        uint256 threshold,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Vetoes the waiting change of guardians. For the account, and for each guardian in office.
    /// @param account The account.
    function vetoGuardians(address account) external;

    /// @notice Vetoes a change of guardians by the signed order of the account or a guardian. Anyone may carry it.
    /// @dev `VetoGuardians(address by,address account,uint256 nonce,uint256 deadline)`.
    /// @param by The account, or a guardian; the signer.
    /// @param account The account.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param signature The signature.
    function vetoGuardiansBySignature(address by, address account, uint256 deadline, bytes calldata signature) external;

    /// @notice Puts announced guardians into office when the cooling-off is over. Anyone may call.
    /// @param account The account.
    /// @param guardians The guardians, as announced.
    /// @param threshold The threshold, as announced.
    function finishGuardians(address account, address[] calldata guardians, uint256 threshold) external;

    /// @notice Returns how long a rotation or a change of guardians waits.
    /// @return duration The time, in seconds.
    function COOLING_OFF() external view returns (uint256 duration);

    /// @notice Returns how many rotations may lie between an account and its payee.
    /// @return hops The number.
    function MAX_HOPS() external view returns (uint256 hops);

    /// @notice Returns who commands what stands under an account's name: the end of its chain of rotations.
    /// @param account The account.
    /// @return payee The account itself, or the last successor.
    function payeeOf(address account) external view returns (address payee);

    /// @notice Returns the wallet that a retired account points to.
    /// @param account The account.
    /// @return successor The wallet, or zero when the account is live.
    function successorOf(address account) external view returns (address successor);

    /// @notice Returns the rotation that waits for an account.
    /// @param account The account.
    /// @return announcement The announcement; all zero when nothing waits.
    function announcementOf(address account) external view returns (Announcement memory announcement);

    /// @notice Returns the guardians of an account.
    /// @param account The account.
    /// @return guardians The guardians, ascending.
    /// @return threshold How many of them rotate the account together.
    function guardiansOf(address account) external view returns (address[] memory guardians, uint256 threshold);

    /// @notice Returns the change of guardians that waits for an account.
    /// @param account The account.
    /// @return change The change; all zero when nothing waits.
    function guardianChangeOf(address account) external view returns (GuardianChange memory change);

    /// @notice Returns which successor a guardian approves.
    /// @param account The account.
    /// @param guardian The guardian.
    /// @return successor The wallet, or zero for none.
    function approvalOf(address account, address guardian) external view returns (address successor);
}
