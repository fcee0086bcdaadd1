// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {TransparencyLog} from "../../contracts/TransparencyLog.sol";

/// @title TransparencyLogProof
/// @notice Who can write to a log, and what its root is while it is small.
contract TransparencyLogProof is Test {
    TransparencyLog private _log;

    function setUp() external {
        _log = new TransparencyLog();
    }

    /// Whatever another publisher appends, the size and root of this log stay.
    function check_nobody_writes_to_the_log_of_another(address caller, address publisher, bytes32 leaf) external {
        vm.assume(caller != publisher);
        _append(publisher, 0, leaf);
        bytes32 root = _log.rootOf(publisher);

        vm.prank(caller);
        (bool done, ) = address(_log).call(abi.encodeCall(_log.append, (0, _one(leaf), bytes32(0))));

        assert(done);
        assert(_log.sizeOf(publisher) == 1 && _log.rootOf(publisher) == root);
    }

    /// A batch is taken exactly when it names the present size of the log.
    function check_a_batch_is_taken_at_the_end_of_the_log_only(address publisher, uint64 size, bytes32 leaf) external {
        _append(publisher, 0, leaf);
        vm.prank(publisher);
        (bool done, ) = address(_log).call(abi.encodeCall(_log.append, (size, _one(leaf), bytes32(0))));

        assert(done == (size == 1));
        assert(_log.sizeOf(publisher) == (done ? 2 : 1));
    }

    /// The root of one leaf is that leaf; of two, the hash of 0x01 and both, as RFC 6962 says.
    function check_the_root_of_two_leaves_is_that_of_rfc_6962(
        address publisher,
        bytes32 first,
        bytes32 second
    ) external {
        _append(publisher, 0, first);
        assert(_log.rootOf(publisher) == first);

        _append(publisher, 1, second);
        assert(_log.rootOf(publisher) == keccak256(abi.encodePacked(bytes1(0x01), first, second)));
    }

    function _append(address publisher, uint64 size, bytes32 leaf) private {
        vm.prank(publisher);
        _log.append(size, _one(leaf), bytes32(0));
    }

    function _one(bytes32 leaf) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](1);
        leaves[0] = leaf;
    }
}
