// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {TransparencyLog} from "../../../contracts/TransparencyLog.sol";

/// @title LogHandler
/// @notice Two publishers append batches of one to seven leaves; what each wrote is remembered.
contract LogHandler is Test {
    TransparencyLog public immutable LOG;
    address[2] public publishers = [address(0xA11CE), address(0xB0B)];
    bool public shrunk;

    mapping(address publisher => bytes32[]) private _written;

    constructor(TransparencyLog log) {
        LOG = log;
    }

    function append(uint256 who, uint256 count, bytes32 seed) external {
        address publisher = publishers[who % 2];
        uint64 size = LOG.sizeOf(publisher);
        bytes32[] memory leaves = new bytes32[](bound(count, 1, 7));
        for (uint256 i = 0; i < leaves.length; i++) {
            leaves[i] = keccak256(abi.encode(seed, i));
            _written[publisher].push(leaves[i]);
        }
        vm.prank(publisher);
        LOG.append(size, leaves, seed);
        if (LOG.sizeOf(publisher) <= size) shrunk = true;
    }

    function appendElsewhere(uint256 who, uint64 size) external {
        address publisher = publishers[who % 2];
        if (size == LOG.sizeOf(publisher)) return;
        vm.prank(publisher);
        vm.expectRevert();
        LOG.append(size, new bytes32[](1), 0);
    }

    function writtenBy(address publisher) external view returns (bytes32[] memory) {
        return _written[publisher];
    }
}
