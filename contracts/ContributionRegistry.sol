// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISemver} from "@ethereum-attestation-service/eas-contracts/contracts/ISemver.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IContributionRegistry} from "./interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "./interfaces/IJudgementReceiver.sol";
import {OffchainAttestation} from "./libraries/OffchainAttestation.sol";
import {RevertReason} from "./libraries/RevertReason.sol";

/// @title ContributionRegistry
/// @notice The one door for judgements: attestations in EAS's off-chain format, direct or relayed.
/// @dev Holds no money and no power of its own: it says who attested what, once, and passes it on. A receiver that
/// refuses undoes the whole attestation, so what is stored was also acted on. There is no guard against re-entry: the
/// status is written before the receiver is called, and nothing else is remembered, so a receiver that calls back can
/// do no more than anybody else in a transaction of its own, and cannot have the same attestation taken twice.
///
/// A batch of relayed ones calls `relay` of this contract itself, so that one that fails undoes itself alone. That call
/// has no right of its own: `relay` takes the attester from the signature and never looks at its caller, and this
/// contract calls no other of its functions.
contract ContributionRegistry is IContributionRegistry {
    using OffchainAttestation for Attestation;

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("EAS Attestation");

    /// @inheritdoc IContributionRegistry
    address public immutable eas; // solhint-disable-line immutable-vars-naming

    /// @inheritdoc IContributionRegistry
    uint256 public constant RELAY_GAS = 8_000_000;

    bytes32 private immutable _VERSION_HASH;
    bytes32 private immutable _CACHED_DOMAIN;
    uint256 private immutable _CACHED_CHAIN_ID;

    mapping(address attester => mapping(bytes32 uid => Status status)) private _statuses;

    constructor(address eas_) {
        eas = eas_;
        _VERSION_HASH = keccak256(bytes(ISemver(eas_).version()));
        _CACHED_DOMAIN = _buildDomain(eas_, _VERSION_HASH);
        _CACHED_CHAIN_ID = block.chainid;
    }

    /* ATTESTING */

    /// @inheritdoc IContributionRegistry
    function attest(Attestation calldata attestation, bytes calldata context) external returns (bytes32 uid) {
        return _attest(attestation, msg.sender, context);
    }

    /// @inheritdoc IContributionRegistry
    function attestMany(
        Attestation[] calldata attestations,
        bytes[] calldata contexts
    ) external returns (bytes32[] memory uids) {
        uint256 count = attestations.length;
        bool isPlain = contexts.length == 0;
        if (!isPlain && contexts.length != count) {
            revert ContributionRegistry_ContextsInvalid(contexts.length, count);
        }

        uids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            uids[i] = _attest(attestations[i], msg.sender, isPlain ? msg.data[:0] : contexts[i]);
        }
    }

    function _attest(
        Attestation calldata attestation,
        address attester,
        bytes calldata context
    ) private returns (bytes32 uid) {
        uid = attestation.uidOf();
        _requireTimely(attestation);
        Status storage status = _statuses[attester][uid];
        _requireNew(status, attester, uid);
        address receiver = _receiverOf(attestation.data);

        status.attestedAt = uint64(block.timestamp);

        attestation.log(attester, uid);

        if (receiver != address(0)) IJudgementReceiver(receiver).onJudgement(attestation, attester, uid, context);
    }

    function _requireTimely(Attestation calldata attestation) private view {
        uint64 time = uint64(block.timestamp);
        uint64 expirationTime = attestation.expirationTime;
        if (attestation.time > time) revert ContributionRegistry_FromTheFuture(attestation.time, time);
        if (expirationTime != 0 && expirationTime <= time) revert ContributionRegistry_Expired(expirationTime, time);
    }

    function _requireNew(Status storage status, address attester, bytes32 uid) private view {
        (uint64 attestedAt, uint64 revokedAt) = (status.attestedAt, status.revokedAt);
        if (revokedAt != 0) revert ContributionRegistry_Revoked(attester, uid);
        if (attestedAt != 0) revert ContributionRegistry_AlreadyAttested(attester, uid);
    }

    function _receiverOf(bytes calldata values) private view returns (address receiver) {
        if (values.length < 32) revert ContributionRegistry_ReceiverInvalid();
        uint256 word = uint256(bytes32(values));
        receiver = address(uint160(word));
        if (word > type(uint160).max || (word != 0 && receiver.code.length == 0)) {
            revert ContributionRegistry_ReceiverInvalid();
        }
    }

    /* RELAYING */

    /// @inheritdoc IContributionRegistry
    function relay(Relayed calldata relayed) external returns (bytes32 uid) {
        bytes32 digest = digestOf(relayed.attestation);
        if (!SignatureChecker.isValidSignatureNowCalldata(relayed.attester, digest, relayed.signature)) {
            revert ContributionRegistry_SignatureInvalid(relayed.attester);
        }

        return _attest(relayed.attestation, relayed.attester, relayed.context);
    }

    /// @inheritdoc IContributionRegistry
    function relayMany(Relayed[] calldata relayed) external returns (bytes32[] memory uids) {
        uids = new bytes32[](relayed.length);
        for (uint256 i = 0; i < relayed.length; ++i) {
            uint256 gasBefore = gasleft();
            try this.relay{gas: RELAY_GAS}(relayed[i]) returns (bytes32 uid) {
                uids[i] = uid;
            } catch {
                bytes memory reason = RevertReason.last();
                _requireBelievable(i, gasBefore);
                emit RelayFailed(i, relayed[i].attester, relayed[i].attestation.uidOf(), reason);
            }
        }
    }

    /// @dev One that ran out of gas at whatever depth used almost all that it was given, because each call on the way
    /// gave 63/64 on. So a failure that used less than half was refused for another reason; of one that used more, that
    /// can be said only when it was given all that any may have.
    function _requireBelievable(uint256 index, uint256 gasBefore) private view {
        uint256 given = Math.min(gasBefore - gasBefore / 64, RELAY_GAS);
        uint256 used = gasBefore - gasleft();
        if (used > given / 2 && given < RELAY_GAS) revert ContributionRegistry_GasTooLow(index, given, RELAY_GAS);
    }

    /* REVOKING */

    /// @inheritdoc IContributionRegistry
    function revoke(Attestation calldata attestation) external returns (bytes32 uid) {
        uid = attestation.uidOf();
        if (!attestation.revocable) revert ContributionRegistry_NotRevocable(uid);
        Status storage status = _statuses[msg.sender][uid];
        if (status.revokedAt != 0) revert ContributionRegistry_Revoked(msg.sender, uid);

        status.revokedAt = uint64(block.timestamp);

        emit Revoked(msg.sender, uid);
    }

    /* VIEWS */

    /// @inheritdoc IContributionRegistry
    function statusOf(address attester, bytes32 uid) external view returns (Status memory status) {
        return _statuses[attester][uid];
    }

    /// @inheritdoc IContributionRegistry
    function uidOf(Attestation calldata attestation) external pure returns (bytes32 uid) {
        return attestation.uidOf();
    }

    /// @inheritdoc IContributionRegistry
    function digestOf(Attestation calldata attestation) public view returns (bytes32 digest) {
        return MessageHashUtils.toTypedDataHash(_domain(), attestation.structHashOf());
    }

    /// @dev After a fork of the chain the cached domain names the wrong chain.
    function _domain() private view returns (bytes32) {
        return block.chainid == _CACHED_CHAIN_ID ? _CACHED_DOMAIN : _buildDomain(eas, _VERSION_HASH);
    }

    function _buildDomain(address verifier, bytes32 versionHash) private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, versionHash, block.chainid, verifier));
    }
}
