// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MountainRange} from "../../../contracts/libraries/MountainRange.sol";
import {LogTest} from "./LogTest.sol";
import {NaiveTree} from "./NaiveTree.sol";

contract ViewsTest is LogTest {
    string private constant ROOTS = "tests/vectors/log/roots.json";
    string private constant PROOFS = "tests/vectors/log/inclusion.json";

    struct Proof {
        uint256 index;
        uint256 size;
        bytes32 leaf;
        bytes32 root;
        bytes32[] hashes;
    }

    function test_empty_log() external view {
        // it should give the head of nothing, and no peaks
        assertEq(ledger.rootOf(publisher), keccak256(""));
        assertEq(ledger.peaksOf(publisher).length, 0);
        assertEq(ledger.sizeOf(publisher), 0);
    }

    function test_known_roots_and_peaks() external {
        string memory json = vm.readFile(ROOTS);
        uint256 count;
        uint256 grown;
        for (; vm.keyExistsJson(json, _at(".logs", count)); count++) {
            uint256 size = vm.parseJsonUint(json, string.concat(_at(".logs", count), ".size"));
            if (size > grown) _append(_leaves(grown, size));
            grown = size;

            // it should give the known roots and peaks
            assertEq(ledger.rootOf(publisher), vm.parseJsonBytes32(json, string.concat(_at(".logs", count), ".root")));
            assertEq(
                ledger.peaksOf(publisher),
                vm.parseJsonBytes32Array(json, string.concat(_at(".logs", count), ".peaks"))
            );
        }
        assertGt(count, 20);
    }

    function test_known_proofs() external {
        // it should accept every known proof
        assertGt(_verifyAll(".accepted", true), 10);
    }

    function test_known_mutations() external {
        // it should refuse every known mutation
        assertGt(_verifyAll(".refused", false), 300);
    }

    // A vector whose root is not that of the log it names cannot be asked of a log: it is refused by its root alone.
    function _verifyAll(string memory list, bool expected) private returns (uint256 asked) {
        string memory json = vm.readFile(PROOFS);
        for (uint256 i = 0; vm.keyExistsJson(json, _at(list, i)); i++) {
            Proof memory proof = _read(json, _at(list, i));
            address account = _logOf(proof.size);
            bool included =
                proof.index <= type(uint64).max &&
                    ledger.rootOf(account) == proof.root &&
                    ledger.verifyInclusion(account, proof.leaf, uint64(proof.index), proof.hashes);
            assertEq(included, expected, _at(list, i));
            asked++;
        }
    }

    // One log for each size, filled when it is first asked for.
    function _logOf(uint256 size) private returns (address account) {
        account = address(uint160(0x10000 + size));
        if (size == 0 || size > 1024 || ledger.sizeOf(account) != 0) return account;
        vm.prank(account);
        ledger.append(0, _leaves(0, size), MANIFEST);
    }

    function _read(string memory json, string memory at) private pure returns (Proof memory) {
        return
            Proof({
                index: vm.parseJsonUint(json, string.concat(at, ".index")),
                size: vm.parseJsonUint(json, string.concat(at, ".size")),
                leaf: vm.parseJsonBytes32(json, string.concat(at, ".leaf")),
                root: vm.parseJsonBytes32(json, string.concat(at, ".root")),
                hashes: vm.parseJsonBytes32Array(json, string.concat(at, ".hashes"))
            });
    }

    function _at(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(i), "]");
    }

    function testFuzz_paths(uint256 size, uint256 index, uint256 other) external {
        size = bound(size, 2, 130);
        index = bound(index, 0, size - 1);
        other = bound(other, 0, size + 1);
        bytes32[] memory leaves = _leaves(0, size);
        bytes32[] memory proof = NaiveTree.path(leaves, index);
        _append(leaves);

        // it should accept the path of every leaf and refuse it for every other index
        assertTrue(ledger.verifyInclusion(publisher, leaves[index], uint64(index), proof));
        assertEq(ledger.verifyInclusion(publisher, leaves[index], uint64(other), proof), other == index);

        // it should refuse another leaf
        assertFalse(ledger.verifyInclusion(publisher, keccak256("other"), uint64(index), proof));

        // it should refuse the proof under another publisher
        assertFalse(ledger.verifyInclusion(outsider, leaves[index], uint64(index), proof));
    }

    /// @dev The library takes calldata, so the test calls itself.
    function headFrom(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata proof
    ) external pure returns (bool valid, bytes32 top) {
        return MountainRange.headFrom(leaf, index, size, proof);
    }

    function testFuzz_paths_of_a_wrong_length(uint256 size, uint256 index) external view {
        size = bound(size, 2, 130);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = _leaves(0, size);
        bytes32[] memory proof = NaiveTree.path(leaves, index);

        // it should call a path that is too long or too short invalid
        (bool valid, bytes32 top) = this.headFrom(leaves[index], index, size, proof);
        assertTrue(valid);
        assertEq(top, NaiveTree.head(leaves));
        (valid, ) = this.headFrom(leaves[index], index, size, _resized(proof, proof.length + 1));
        assertFalse(valid);
        (valid, ) = this.headFrom(leaves[index], index, size, _resized(proof, proof.length - 1));
        assertFalse(valid);
    }

    function _resized(bytes32[] memory proof, uint256 length) private pure returns (bytes32[] memory other) {
        other = new bytes32[](length);
        for (uint256 i = 0; i < length && i < proof.length; i++) other[i] = proof[i];
    }

    function testFuzz_empty_log_includes_nothing(bytes32 leaf, uint64 index, bytes32[] memory proof) external view {
        // it should refuse paths of any length in the empty log
        assertFalse(ledger.verifyInclusion(publisher, leaf, index, proof));
    }
}
