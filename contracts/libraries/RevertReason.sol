// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title RevertReason
/// @notice What a caught call reverted with, cut to a length that its gas can be told beforehand.
/// @dev `catch (bytes memory reason)` copies all of it, and whoever was called chooses how much that is: the copy and
/// the event that carries it would be paid from the gas that the caller kept for the rest of its work.
library RevertReason {
    uint256 internal constant MAX_LENGTH = 256;

    /// @notice Returns the reason of the last call of this contract, at most its first 256 bytes.
    /// @dev First thing in a `catch` block: any other call replaces what is read here.
    /// @return reason The reason.
    function last() internal pure returns (bytes memory reason) {
        uint256 length;
        // solhint-disable-next-line no-inline-assembly
        assembly {
            length := returndatasize()
        }
        reason = new bytes(length < MAX_LENGTH ? length : MAX_LENGTH);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            returndatacopy(add(reason, 32), 0, mload(reason))
        }
    }
}
