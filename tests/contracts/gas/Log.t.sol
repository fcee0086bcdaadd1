// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchedLog} from "../../../contracts/BatchedLog.sol";
import {TransparencyLog} from "../../../contracts/TransparencyLog.sol";
import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {GasTest} from "./GasTest.sol";

/// @notice Batches appended to a log that has over 4,000 records, most of its slots in use.
contract LogGasTest is GasTest {
    TransparencyLog private _log = new TransparencyLog();
    BatchedLog private _batched = new BatchedLog();

    /// forge-config: default.isolate = true
    function test_gas_log() external {
        _append(4095);
        _append(1);
        _record("TransparencyLog.append of 0001 that completes 4096");
        _append(4);
        uint256[5] memory counts = [uint256(1), 16, 64, 256, 1024];
        for (uint256 i = 0; i < counts.length; i++) {
            _append(counts[i]);
            _record(string.concat("TransparencyLog.append of ", _four(counts[i])));
        }
    }

    /// forge-config: default.isolate = true
    function test_gas_batched_log() external {
        for (uint256 i = 0; i < 4095; i++) _appendBatch(1);
        _appendBatch(4096);
        _record("BatchedLog.append of any size that completes 4096 batches");
        for (uint256 i = 0; i < 4; i++) _appendBatch(1);
        _appendBatch(1);
        _record("BatchedLog.append of 0001");
        _appendBatch(1);
        _appendBatch(4096);
        _record("BatchedLog.append of 4096");
    }

    function _appendBatch(uint64 count) private {
        uint64 first = _batched.sizeOf(address(this));
        _batched.append(IBatchedLog.Batch(first, count, keccak256(abi.encode(first))), keccak256("manifest"));
    }

    function _append(uint256 count) private {
        uint64 size = _log.sizeOf(address(this));
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) leaves[i] = keccak256(abi.encode(size + i));
        _log.append(size, leaves, keccak256("manifest"));
    }

    // Four digits, so that the file sorts by number.
    function _four(uint256 count) private pure returns (string memory text) {
        text = vm.toString(count);
        while (bytes(text).length < 4) text = string.concat("0", text);
    }
}
