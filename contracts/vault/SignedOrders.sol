// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {ISignedOrders} from "../interfaces/ISignedOrders.sol";

/// @title SignedOrders
/// @notice Nonce, deadline and signature of the orders that others may carry.
/// @dev An order hashes its signer and the nonce that `_spendNonce` returns into its struct, then asks
/// `_requireSigned`. The nonce is spent before the signature is checked; a signature that fails undoes the call.
abstract contract SignedOrders is ISignedOrders, EIP712 {
    /// @inheritdoc ISignedOrders
    mapping(address signer => uint256 nonce) public nonces;

    /// @inheritdoc ISignedOrders
    function cancelSignature() external {
        _spendNonce(msg.sender);
    }

    function _spendNonce(address signer) internal returns (uint256 nonce) {
        nonce = nonces[signer]++;

        emit NonceUsed(signer, nonce);
    }

    function _requireSigned(
        address signer,
        uint256 deadline,
        bytes32 structHash,
        bytes calldata signature
    ) internal view {
        if (block.timestamp >= deadline) revert SignedOrders_Expired(deadline, block.timestamp);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, _hashTypedDataV4(structHash), signature)) {
            revert SignedOrders_SignatureInvalid(signer);
        }
    }
}
