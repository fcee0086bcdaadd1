// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LogHandler} from "./LogHandler.sol";
import {LogTest} from "./LogTest.sol";
import {NaiveTree} from "./NaiveTree.sol";

contract LogInvariantTest is LogTest {
    LogHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new LogHandler(ledger);
        targetContract(address(_handler));
    }

    function invariant_the_log_grows_and_is_what_was_written() external view {
        assertFalse(_handler.shrunk());
        for (uint256 i = 0; i < 2; i++) {
            bytes32[] memory written = _handler.writtenBy(_handler.publishers(i));
            assertEq(ledger.sizeOf(_handler.publishers(i)), written.length);
            assertEq(ledger.rootOf(_handler.publishers(i)), NaiveTree.head(written));
        }
    }

    // Every leaf that was ever written is still there: nothing can be taken back.
    function afterInvariant() external view {
        for (uint256 i = 0; i < 2; i++) {
            bytes32[] memory written = _handler.writtenBy(_handler.publishers(i));
            for (uint256 j = 0; j < written.length; j += 7) {
                bytes32[] memory path = NaiveTree.path(written, j);
                assertTrue(ledger.verifyInclusion(_handler.publishers(i), written[j], uint64(j), path));
            }
        }
    }
}
