// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IContributionRegistry
/// @notice The one door for judgements: attestations in the EAS off-chain format (version 2), sent by the attester's
/// own wallet or relayed by anyone with the attester's signature.
/// @dev The message is EAS's own: domain `EAS Attestation`, the version and address of the chain's EAS contract,
/// primary type `Attest`. What is signed here verifies in the EAS SDK, and the uid is the one that the SDK computes.
///
/// The first word of `data` names the contract that acts on the judgement, so a judgement for one escrow is void for
/// any other; zero means that it is only recorded. The uid does not contain the attester, so the status is kept per
/// attester. The salt is the attestation's nonce and `expirationTime` its deadline; `revoke` cancels one that was not
/// yet relayed.
/// @dev Warning: a revocation is recorded at once, but what a receiver already did is not undone.
interface IContributionRegistry {
    /// @notice An attestation, field by field as in EAS's off-chain version 2.
    /// @param schema The uid of the schema.
    /// @param recipient The account that the judgement is about.
    /// @param time When it was made, unix s.
    /// @param expirationTime From when it can no longer be relayed, unix s; zero means never.
    /// @param revocable Whether the attester may revoke it.
    /// @param refUID The uid of an attestation it refers to, or zero.
    /// @param data The ABI-encoded values of the schema; the first is the receiving contract.
    /// @param salt A random number.
    struct Attestation {
        bytes32 schema;
        address recipient;
        uint64 time;
        uint64 expirationTime;
        bool revocable;
        bytes32 refUID;
        bytes data;
        bytes32 salt;
    }

    /// @notice An attestation to relay.
    /// @param attestation What is attested.
    /// @param attester Who attests it.
    /// @param signature The attester's signature: 65 bytes, or whatever its contract accepts (ERC-1271).
    /// @param context Unsigned values for the receiver.
    struct Relayed {
        Attestation attestation;
        address attester;
        bytes signature;
        bytes context;
    }

    /// @notice What is known of an attestation; one slot.
    /// @param attestedAt When it was taken, unix s; zero means never.
    /// @param revokedAt When it was revoked, unix s; zero means never.
    struct Status {
        uint64 attestedAt;
        uint64 revokedAt;
    }

    /// @notice Thrown when the attestation was taken before.
    /// @param attester The attester.
    /// @param uid The uid.
    error ContributionRegistry_AlreadyAttested(address attester, bytes32 uid);

    /// @notice Thrown when the attestation was revoked before.
    /// @param attester The attester.
    /// @param uid The uid.
    error ContributionRegistry_Revoked(address attester, bytes32 uid);

    /// @notice Thrown when an attestation that says it is not revocable is revoked.
    /// @param uid The uid.
    error ContributionRegistry_NotRevocable(bytes32 uid);

    /// @notice Thrown when the attestation can no longer be relayed.
    /// @param expirationTime Its deadline, unix s.
    /// @param time The time now, unix s.
    error ContributionRegistry_Expired(uint64 expirationTime, uint64 time);

    /// @notice Thrown when the attestation says that it was made in the future.
    /// @param attestationTime Its time, unix s.
    /// @param time The time now, unix s.
    error ContributionRegistry_FromTheFuture(uint64 attestationTime, uint64 time);

    /// @notice Thrown when the signature is not the attester's for this message, chain and EAS contract.
    /// @param attester The attester.
    error ContributionRegistry_SignatureInvalid(address attester);

    /// @notice Thrown when `data` is too short to name a receiver, or the receiver has no code.
    error ContributionRegistry_ReceiverInvalid();

    /// @notice Thrown when there are neither no contexts nor one for each attestation.
    /// @param found How many there are.
    /// @param needed How many attestations there are.
    error ContributionRegistry_ContextsInvalid(uint256 found, uint256 needed);

    /// @notice Thrown when one of a batch failed for what may be want of gas, which whoever relays chooses.
    /// @param index Its place in the batch.
    /// @param given The gas that it had.
    /// @param needed The gas with which a failure is believed: `RELAY_GAS`.
    error ContributionRegistry_GasTooLow(uint256 index, uint256 given, uint256 needed);

    /// @notice Emitted when an attestation is taken: who attested, the uid, and the whole attestation.
    /// @param attester Who attested.
    /// @param recipient Who is judged.
    /// @param schema The schema.
    /// @param uid The uid.
    /// @param time When it was made, unix s.
    /// @param expirationTime From when it could no longer be relayed, unix s; zero means never.
    /// @param revocable Whether the attester may revoke it.
    /// @param refUID The uid of an attestation it refers to, or zero.
    /// @param data The ABI-encoded values of the schema.
    /// @param salt A random number.
    event Attested(
        address indexed attester,
        address indexed recipient,
        bytes32 indexed schema,
        bytes32 uid,
        uint64 time,
        uint64 expirationTime,
        bool revocable,
        bytes32 refUID,
        bytes data,
        bytes32 salt
    );

    /// @notice Emitted when one of a batch was not taken; the others were. It may be relayed again.
    /// @dev Warning: says what happened to this call only. Anyone can cause it for any attester, with a bad signature.
    /// @param index Its place in the batch.
    /// @param attester Whom the batch named as its attester.
    /// @param uid The uid.
    /// @param reason What it reverted with, at most the first 256 bytes.
    event RelayFailed(uint256 index, address indexed attester, bytes32 indexed uid, bytes reason);

    /// @notice Emitted when an attestation is revoked.
    /// @param attester Who attested.
    /// @param uid The uid.
    event Revoked(address indexed attester, bytes32 indexed uid);

    /// @notice Attests with the caller's own wallet.
    /// @param attestation What is attested.
    /// @param context Unsigned values for the receiver.
    /// @return uid The uid.
    function attest(Attestation calldata attestation, bytes calldata context) external returns (bytes32 uid);

    /// @notice Attests several with the caller's own wallet, all or none.
    /// @param attestations What is attested.
    /// @param contexts Unsigned values for the receivers: one for each attestation, or none at all when no receiver
    /// needs any.
    /// @return uids The uids.
    function attestMany(
        Attestation[] calldata attestations,
        bytes[] calldata contexts
    ) external returns (bytes32[] memory uids);

    /// @notice Relays a signed attestation. Anyone may call.
    /// @param relayed The attestation.
    /// @return uid The uid.
    function relay(Relayed calldata relayed) external returns (bytes32 uid);

    /// @notice Relays several signed attestations, and skips with {RelayFailed} each that `relay` refuses, so that
    /// one which somebody relayed before, which expired or which its receiver refuses does not undo the others.
    /// @dev Each has at most `RELAY_GAS`, so a receiver that burns gas burns no more than that; a judgement that needs
    /// more goes through `relay`. A failure that may be for want of gas reverts the whole: whoever relays chooses the
    /// gas, and must not be able to choose who fails.
    /// @param relayed The attestations.
    /// @return uids The uids, zero for each that was skipped.
    function relayMany(Relayed[] calldata relayed) external returns (bytes32[] memory uids);

    /// @notice Revokes an attestation of the caller's, taken or not yet taken.
    /// @param attestation The attestation.
    /// @return uid The uid.
    function revoke(Attestation calldata attestation) external returns (bytes32 uid);

    /// @notice Returns what is known of an attestation.
    /// @param attester The attester.
    /// @param uid The uid.
    /// @return status The status.
    function statusOf(address attester, bytes32 uid) external view returns (Status memory status);

    /// @notice Returns the uid that EAS's off-chain version 2 gives the attestation.
    /// @param attestation The attestation.
    /// @return uid The uid.
    function uidOf(Attestation calldata attestation) external view returns (bytes32 uid);

    /// @notice Returns the EIP-712 digest that the attester signs.
    /// @param attestation The attestation.
    /// @return digest The digest.
    function digestOf(Attestation calldata attestation) external view returns (bytes32 digest);

    /// @notice Returns the gas that each attestation of a batch has at most.
    /// @return gas The gas.
    function RELAY_GAS() external view returns (uint256 gas);

    /// @notice Returns the EAS contract whose domain the signatures are made for.
    /// @return account The contract.
    function eas() external view returns (address account);
}
