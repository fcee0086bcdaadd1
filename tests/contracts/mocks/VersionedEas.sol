// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title VersionedEas
/// @notice The one thing that the registry asks of EAS: its version.
contract VersionedEas {
    string public version;

    constructor(string memory version_) {
        version = version_;
    }
}
