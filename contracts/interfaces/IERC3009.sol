// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IERC3009
/// @notice The part of ERC-3009 by which a payee collects what a payer authorized.
interface IERC3009 {
    /// @notice Moves tokens by the payer's signature. Only the receiver may call.
    /// @param from The payer.
    /// @param to The receiver, who is the caller.
    /// @param value The amount, in base units.
    /// @param validAfter From when the authorization is good, unix s.
    /// @param validBefore Until when it is good, unix s.
    /// @param nonce The authorization's number, used once per payer.
    /// @param v Part of the signature.
    /// @param r Part of the signature.
    /// @param s Part of the signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
