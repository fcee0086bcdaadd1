// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {Vm} from "forge-std/Vm.sol";
import {StatedAdmission} from "../mocks/StatedAdmission.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice One unit, one second, one byte; and zero, which must be as if the rule was not there.
contract SmallestTest is EscrowTest {
    uint128 private constant BOND = 5_000 ether;

    function _expectCloseRefused(address caller, bytes32 code, string memory reason, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        escrow.close(bountyId, encoded, code, reason);
    }

    function _bondEvents() private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == IBountyEscrow.BondCredited.selector) ++count;
        }
    }

    /* PROJECT TOKENS */

    function test_one_project_token_is_reserved_and_released() external {
        (terms.maxAwards, terms.tokenReward) = (1, 1);
        _open();

        // it should reserve it at the opening
        assertEq(projectToken.reservedBy(address(escrow)), 1, "reserved");

        // it should release it at the closing
        _close();
        assertEq(projectToken.reservedBy(address(escrow)), 0, "released");
    }

    function test_a_bounty_without_project_tokens_does_not_call_the_projects_token() external {
        terms.tokenReward = 0;

        // it should leave the project's token alone
        vm.expectCall(address(projectToken), abi.encodeWithSelector(IProjectToken.reserve.selector), 0);
        vm.expectCall(address(projectToken), abi.encodeWithSelector(IProjectToken.release.selector), 0);
        _open();
        _close();
        assertTrue(_bounty().reclaimed, "reclaimed");
    }

    function test_a_part_of_nothing_is_not_minted() external {
        terms.tokenReward = 3;
        _toAccepted();

        // it should mint nothing to that payee
        bytes4 selector = IProjectToken.mintReserved.selector;
        vm.expectCall(address(projectToken), abi.encodeWithSelector(selector, worker, 3), 1);
        vm.expectCall(address(projectToken), abi.encodeWithSelector(selector, colleague), 0);
        escrow.claimTokens(submissionId, _terms(), _work(), EVERYBODY);
        assertEq(projectToken.totalSupply(), 3, "supply");
    }

    /* CLOSING */

    function test_close_waits_for_a_single_worker_who_was_selected() external {
        StatedAdmission admission = new StatedAdmission();
        admission.hold(1);
        terms.admission = address(admission);
        _open();

        // it should revert with BountyEscrow_WorkersSelected
        bytes4 selector = IBountyEscrow.BountyEscrow_WorkersSelected.selector;
        _expectCloseRefused(owner, "enough", "bafkreireason", abi.encodeWithSelector(selector, bountyId, 1));
    }

    function test_close_by_an_outsider_reverts_with_a_reason_of_one_byte() external {
        _open();
        vm.warp(terms.submitBy);

        // it should revert with BountyEscrow_NotAuthorized
        _expectCloseRefused(outsider, "expired", "x", _notAuthorized(outsider));
    }

    function test_an_appeal_window_of_one_second_is_kept() external {
        terms.appealWindow = 1;
        _toPending();
        _review(0, REJECT);
        bytes32 contentHash = _contentHash();

        // it should say until when the rejection can be appealed
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(
            bountyId,
            submissionId,
            contentHash,
            "off-brief",
            "bafkreireview",
            NOW + 1
        );
        _review(1, REJECT);

        // it should keep the money for that second
        _close();
        assertFalse(_bounty().reclaimed, "reclaimed at once");
        skip(1);
        _reclaim();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
    }

    /* REVIEW AND TAX */

    function test_a_review_with_the_highest_score_is_counted() external {
        _toPending();
        Judgement.Review memory review = _reviewOf(APPROVE);
        review.scoreBps = 10_000;

        // it should count it
        _attest(reviewers[0], escrow.REVIEW_SCHEMA(), _values(review));
        assertEq(_state().approvals, 1, "approvals");
    }

    function test_one_unit_is_asked_for_its_tax() external {
        (terms.amount, terms.guaranteed, terms.tokenReward) = (4, 0, 0);
        terms.withholding = "all of it";
        withholdings.state(terms.withholding, address(yen), outsider, 10_000);
        _toPending();
        _approve(0);

        // it should report the tax of one unit
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TaxWithheld(bountyId, submissionId, worker, outsider, 1, 1, 0);
        _approve(1);
        assertEq(_credit(outsider), 1, "collector");
        assertEq(_credit(worker), 0, "worker");
    }

    /* BONDS */

    function test_a_bond_of_one_unit_is_given_back() external {
        terms.challengeBond = 1;
        _toReported(SUCCESS, 8_000);
        yen.mint(outsider, 1);
        vm.prank(owner);
        projects.setSteward(projectId, outsider, true);
        vm.prank(outsider);
        yen.approve(address(escrow), 1);
        _challengeBy(outsider, SUCCESS);
        assertEq(yen.balanceOf(outsider), 0, "taken");

        // it should give it back
        _rule(SUCCESS, 4_000);
        assertEq(_credit(outsider), 1, "given back");
    }

    function test_a_challenge_without_a_bond_credits_none() external {
        _toChallenged(SUCCESS, 8_000);
        vm.recordLogs();

        // it should credit no bond
        _rule(SUCCESS, 8_000);
        assertEq(_bondEvents(), 0, "events");
    }

    function test_a_report_that_nobody_can_challenge_touches_no_bond() external {
        (terms.challengeBond, terms.success.challengeWindow) = (BOND, 0);
        _toAccepted();
        skip(terms.success.opensAfter);
        uint256 before = _credit(address(escrow));
        vm.recordLogs();

        // it should credit nobody's bond when it reports
        _report(SUCCESS, 8_000);
        assertEq(_bondEvents(), 0, "events");
        assertEq(before - _credit(address(escrow)), 120_000 ether, "the tranche and no more");
    }
}
