// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {TransparencyLog} from "../../../contracts/TransparencyLog.sol";

/// @title LogTest
/// @notice The cast: a log, a publisher, an outsider, and the leaves of `tests/vectors/log/`.
abstract contract LogTest is Test {
    bytes32 internal constant MANIFEST = keccak256("manifest");

    TransparencyLog internal ledger;
    address internal publisher = makeAddr("publisher");
    address internal outsider = makeAddr("outsider");

    function setUp() public virtual {
        ledger = new TransparencyLog();
    }

    function _append(bytes32[] memory leaves) internal {
        uint64 size = ledger.sizeOf(publisher);
        vm.prank(publisher);
        ledger.append(size, leaves, MANIFEST);
    }

    /// @dev Leaf i is keccak256(0x00 || keccak256("record i")).
    function _leaves(uint256 from, uint256 to) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](to - from);
        for (uint256 i = from; i < to; i++) {
            leaves[i - from] = keccak256(
                abi.encodePacked(uint8(0), keccak256(abi.encodePacked("record ", vm.toString(i))))
            );
        }
    }
}
