// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BatchedLog} from "../../../contracts/BatchedLog.sol";
import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";

/// @title BatchedLogHandler
/// @notice Two publishers append batches of one to seven records; what each wrote is remembered.
contract BatchedLogHandler is Test {
    BatchedLog public immutable LOG;
    address[2] public publishers = [address(0xA11CE), address(0xB0B)];
    bool public shrunk;

    mapping(address publisher => bytes32[]) private _written;
    mapping(address publisher => IBatchedLog.Batch[]) private _batches;

    constructor(BatchedLog log) {
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
        IBatchedLog.Batch memory batch = IBatchedLog.Batch({
            first: size,
            count: uint64(leaves.length),
            root: NaiveTree.head(leaves)
        });
        _batches[publisher].push(batch);
        vm.prank(publisher);
        LOG.append(batch, seed);
        if (LOG.sizeOf(publisher) <= size) shrunk = true;
    }

    function appendElsewhere(uint256 who, uint64 first, uint64 count) external {
        address publisher = publishers[who % 2];
        if (first == LOG.sizeOf(publisher)) count = 0;
        vm.prank(publisher);
        vm.expectRevert();
        LOG.append(IBatchedLog.Batch({first: first, count: count, root: 0}), 0);
    }

    function writtenBy(address publisher) external view returns (bytes32[] memory) {
        return _written[publisher];
    }

    function batchesBy(address publisher) external view returns (IBatchedLog.Batch[] memory) {
        return _batches[publisher];
    }
}
