// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";
import {BatchedLogTest} from "./BatchedLogTest.sol";

contract VerifyInclusionTest is BatchedLogTest {
    struct Claim {
        address publisher;
        bytes32 leaf;
        uint64 index;
        IBatchedLog.Batch batch;
        bytes32[] inner;
        uint64 position;
        bytes32[] outer;
    }

    function _verify(Claim memory claim) private view returns (bool) {
        return
            ledger.verifyInclusion(
                claim.publisher,
                claim.leaf,
                claim.index,
                claim.batch,
                claim.inner,
                claim.position,
                claim.outer
            );
    }

    function _claim(uint64 position, uint64 offset) private view returns (Claim memory) {
        IBatchedLog.Batch memory batch = batches[position];
        return
            Claim({
                publisher: publisher,
                leaf: _record(batch.first + offset),
                index: batch.first + offset,
                batch: batch,
                inner: NaiveTree.path(_records(batch.first, batch.count), offset),
                position: position,
                outer: NaiveTree.path(_leaves(), position)
            });
    }

    function testFuzz_empty_log(Claim memory claim) external view {
        // it should refuse everything
        assertFalse(_verify(claim));
    }

    function test_every_record() external {
        for (uint64 count = 1; count <= 9; count++) _append(count);

        // it should accept every record of every batch
        for (uint64 position = 0; position < batches.length; position++) {
            for (uint64 offset = 0; offset < batches[position].count; offset++) {
                assertTrue(_verify(_claim(position, offset)));
            }
        }
    }

    function testFuzz_false_claims(uint8[5] memory counts, uint64 position, uint64 offset, uint64 other) external {
        for (uint256 i = 0; i < counts.length; i++) _append(uint64(bound(counts[i], 1, 20)));
        position = uint64(bound(position, 0, batches.length - 1));
        offset = uint64(bound(offset, 0, batches[position].count - 1));
        Claim memory claim = _claim(position, offset);
        assertTrue(_verify(claim));

        // it should refuse another leaf, index, publisher or position
        claim.leaf = keccak256("other");
        assertFalse(_verify(claim));
        claim = _claim(position, offset);
        if (other != claim.index) {
            claim.index = other;
            assertFalse(_verify(claim));
        }
        claim = _claim(position, offset);
        claim.publisher = outsider;
        assertFalse(_verify(claim));
        claim = _claim(position, offset);
        if (other != position) {
            claim.position = other;
            assertFalse(_verify(claim));
        }

        // it should refuse a batch of other bounds or another root
        claim = _claim(position, offset);
        claim.batch.first = other;
        if (other != batches[position].first) assertFalse(_verify(claim));
        claim = _claim(position, offset);
        claim.batch.count = other;
        if (other != batches[position].count) assertFalse(_verify(claim));
        claim = _claim(position, offset);
        claim.batch.root = keccak256("other");
        assertFalse(_verify(claim));

        // it should refuse paths that are cut or exchanged
        claim = _claim(position, offset);
        claim.outer = new bytes32[](0);
        assertFalse(_verify(claim));
        claim = _claim(position, offset);
        (claim.inner, claim.outer) = (claim.outer, claim.inner);
        assertFalse(_verify(claim));
    }

    function test_an_index_outside_the_batch() external {
        _append(2);
        _append(2);
        Claim memory claim = _claim(1, 0);

        // it should refuse an index before or behind the batch
        claim.index = 1;
        assertFalse(_verify(claim));
        claim.index = 4;
        assertFalse(_verify(claim));
        claim.index = type(uint64).max;
        assertFalse(_verify(claim));
    }
}
