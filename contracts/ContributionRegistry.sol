// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISemver} from "@ethereum-attestation-service/eas-contracts/contracts/ISemver.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IContributionRegistry} from "./interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "./interfaces/IJudgementReceiver.sol";
import {OffchainAttestation} from "./libraries/OffchainAttestation.sol";

/// @title ContributionRegistry
/// @notice The one door for judgements: attestations in EAS's off-chain format, direct or relayed.
/// @dev Holds no money and no power of its own: it says who attested what, once, and passes it on. A receiver that
/// refuses undoes the whole attestation, so what is stored was also acted on. There is no guard against re-entry: the
/// status is written before the receiver is called, and nothing else is remembered.
contract ContributionRegistry is IContributionRegistry {
    using OffchainAttestation for Attestation;

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("EAS Attestation");

    /// @inheritdoc IContributionRegistry
    address public immutable eas; // solhint-disable-line immutable-vars-naming

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
    function relay(Relayed calldata relayed) external returns (bytes32 uid) {
        return _relay(relayed);
    }

    /// @inheritdoc IContributionRegistry
    function relayMany(Relayed[] calldata relayed) external returns (bytes32[] memory uids) {
        uids = new bytes32[](relayed.length);
        for (uint256 i = 0; i < relayed.length; ++i) {
            uids[i] = _relay(relayed[i]);
        }
    }

    function _relay(Relayed calldata relayed) private returns (bytes32 uid) {
        bytes32 digest = digestOf(relayed.attestation);
        if (!SignatureChecker.isValidSignatureNowCalldata(relayed.attester, digest, relayed.signature)) {
            revert ContributionRegistry_SignatureInvalid(relayed.attester);
        }

        return _attest(relayed.attestation, relayed.attester, relayed.context);
    }

    function _attest(
        Attestation calldata attestation,
        address attester,
        bytes calldata context
    ) private returns (bytes32 uid) {
        uid = attestation.uidOf();
        uint64 time = uint64(block.timestamp);
        _requireTimely(attestation, time);
        Status storage status = _statuses[attester][uid];
        if (status.revokedAt != 0) revert ContributionRegistry_Revoked(attester, uid);
        if (status.attestedAt != 0) revert ContributionRegistry_AlreadyAttested(attester, uid);
        address receiver = _receiverOf(attestation.data);

        status.attestedAt = time;

        emit Attested({
            attester: attester,
            recipient: attestation.recipient,
            schema: attestation.schema,
            uid: uid,
            attestation: attestation
        });

        if (receiver != address(0)) IJudgementReceiver(receiver).onJudgement(attestation, attester, uid, context);
    }

    function _requireTimely(Attestation calldata attestation, uint64 time) private pure {
        if (attestation.time > time) revert ContributionRegistry_FromTheFuture(attestation.time, time);
        if (attestation.expirationTime != 0 && attestation.expirationTime <= time) {
            revert ContributionRegistry_Expired(attestation.expirationTime, time);
        }
    }

    function _receiverOf(bytes calldata values) private view returns (address receiver) {
        if (values.length < 32) revert ContributionRegistry_ReceiverInvalid();
        uint256 word = uint256(bytes32(values[:32]));
        receiver = address(uint160(word));
        if (word > type(uint160).max || (word != 0 && receiver.code.length == 0)) {
            revert ContributionRegistry_ReceiverInvalid();
        }
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
