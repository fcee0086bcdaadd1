// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ISignedOrders
/// @notice Orders that an account signs (EIP-712, or ERC-1271 for a contract) and that anyone may carry to the chain.
/// @dev Every order names who gives it, its nonce and its deadline; the domain names the contract and the chain. An
/// order holds while `block.timestamp < deadline` and once. The carrier gets nothing and can change nothing.
interface ISignedOrders {
    /// @notice Thrown when a signed order comes at or after its deadline.
    /// @param deadline The end of the order, exclusive, in unix seconds.
    /// @param time The time of the block, in unix seconds.
    error SignedOrders_Expired(uint256 deadline, uint256 time);

    /// @notice Thrown when the signature is not the signer's, or is for another nonce, order, contract or chain.
    /// @param signer The account that should have signed.
    error SignedOrders_SignatureInvalid(address signer);

    /// @notice Emitted when a nonce is used, by an order or by `cancelSignature`.
    /// @param signer The account.
    /// @param nonce The nonce that no signature can use any more.
    event NonceUsed(address indexed signer, uint256 nonce);

    /// @notice Voids every order that the caller has signed and nobody has carried yet.
    /// @dev There is one order at a time for each signer, so to void the next one is to void them all.
    function cancelSignature() external;

    /// @notice Returns the nonce that the next order of `signer` must carry.
    /// @param signer The account.
    /// @return nonce The nonce.
    function nonces(address signer) external view returns (uint256 nonce);
}
