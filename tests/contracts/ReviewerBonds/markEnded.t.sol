// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {BondsTest} from "./BondsTest.sol";

contract MarkEndedTest is BondsTest {
    function _expectRefused(bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.expectRevert(refusal);
        bonds.markEnded(BOUNTY, encoded);
    }

    function test_markEnded_reverts_when_terms_differ() external {
        bounty.reclaimed = true;
        _write();
        terms.maxAwards = 3;

        // it should revert with ReviewerBonds_TermsMismatch
        _expectRefused(_termsMismatch());
    }

    function test_markEnded_reverts_when_work_can_be_accepted() external {
        // it should revert with ReviewerBonds_NotEnded, even when the bounty is closed and nothing waits
        _expectRefused(_notEnded());
        bounty.awards = 1;
        _write();
        _expectRefused(_notEnded());
        bounty.closed = true;
        _write();
        _expectRefused(_notEnded());
    }

    function test_markEnded_reverts_when_noted_before() external {
        _toEnded();
        skip(1);

        // it should revert with ReviewerBonds_AlreadyEnded
        _expectRefused(abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_AlreadyEnded.selector, BOUNTY));
        assertEq(bonds.bondsOf(BOUNTY).endedAt, NOW, "endedAt");
    }

    function test_markEnded_notes_the_return_of_awards() external {
        (bounty.closed, bounty.reclaimed) = (true, true);
        _write();

        // it should note the time and emit BountyEnded
        vm.expectEmit(address(bonds));
        emit IReviewerBonds.BountyEnded(BOUNTY, outsider, uint40(NOW));
        _markEnded();
        assertEq(bonds.bondsOf(BOUNTY).endedAt, NOW, "endedAt");
    }

    function test_markEnded_notes_the_last_award() external {
        (bounty.awards, bounty.pending) = (2, 1);
        _write();

        // it should note the time even when work waits and the bounty is open
        _markEnded();
        assertEq(bonds.bondsOf(BOUNTY).endedAt, NOW, "endedAt");
    }
}
