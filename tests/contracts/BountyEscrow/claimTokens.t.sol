// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ClaimTokensTest is EscrowTest {
    uint256 private constant FIRST = 1;
    uint256 private constant SECOND = 2;

    function _claim() private {
        _claimFor(EVERYBODY);
    }

    function _claimFor(uint256 payees) private {
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        vm.prank(outsider);
        escrow.claimTokens(submissionId, encoded, submission, payees);
    }

    function _expectClaimRefused(bytes memory refusal) private {
        _expectClaimRefused(EVERYBODY, refusal);
    }

    function _expectClaimRefused(uint256 payees, bytes memory refusal) private {
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        vm.prank(worker);
        vm.expectRevert(refusal);
        escrow.claimTokens(submissionId, encoded, submission, payees);
    }

    function _claimed() private view returns (uint256 payees) {
        return escrow.claimedPayeesOf(bountyId, submissionId);
    }

    function _namePayees(uint160 count) private {
        (work.payees, work.sharesBps) = (new address[](count), new uint16[](count));
        for (uint160 i = 0; i < count; ++i) {
            (work.payees[i], work.sharesBps[i]) = (address(1_000_000 + i), uint16(10_000 / count));
        }
        work.sharesBps[0] += 10_000 % uint16(count);
    }

    function _nothing() private view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoTokensToClaim.selector, submissionId);
    }

    function test_claimTokens_reverts_when_work_or_terms_are_others() external {
        _toAccepted();
        uint256 snapshot = vm.snapshotState();
        work.payees[0] = outsider;

        // it should revert with the mismatch
        _expectClaimRefused(_mismatch());
        vm.revertToState(snapshot);
        terms.tokenReward *= 2;
        _expectClaimRefused(_termsMismatch());
    }

    function test_claimTokens_reverts_given_submission_is_not_accepted() external {
        _toPending();

        // it should revert with BountyEscrow_WrongStage
        _expectClaimRefused(_wrongStage(IBountyEscrow.Stage.Pending));
        _review(0, REJECT);
        _review(1, REJECT);
        _expectClaimRefused(_wrongStage(IBountyEscrow.Stage.Rejected));
    }

    function test_claimTokens_reverts_given_no_tokens_were_promised() external {
        terms.tokenReward = 0;
        _toAccepted();

        // it should revert with BountyEscrow_NoTokensToClaim
        _expectClaimRefused(_nothing());
    }

    function test_claimTokens_reverts_given_tokens_were_claimed() external {
        _toAccepted();
        _claim();

        // it should revert with BountyEscrow_NoTokensToClaim
        _expectClaimRefused(_nothing());
        _expectClaimRefused(FIRST, _nothing());
        _expectClaimRefused(SECOND, _nothing());
    }

    function test_claimTokens_reverts_when_no_payee_is_named() external {
        _toAccepted();

        // it should revert with BountyEscrow_NoTokensToClaim
        _expectClaimRefused(0, _nothing());
        _expectClaimRefused(EVERYBODY << 2, _nothing());
        assertEq(_claimed(), 0, "claimed");
    }

    function test_claimTokens_mints_given_award_is_completed() external {
        _toCompleted(8_000, 5_000);
        _claim();

        // it should mint
        assertEq(projectToken.totalSupply(), 1_000 ether, "supply");
        _assertStage(IBountyEscrow.Stage.Completed);
        _expectClaimRefused(_nothing());
    }

    function test_claimTokens_mints_given_escrow_was_dismissed() external {
        _toAccepted();
        vm.prank(owner);
        projectToken.setMinter(address(escrow), false);

        // it should mint
        _claim();
        assertEq(projectToken.totalSupply(), 1_000 ether, "supply");
    }

    function test_claimTokens_mints_given_bounty_was_reclaimed() external {
        _toAccepted();
        _close();
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved for the award");

        // it should mint
        _claim();
        assertEq(projectToken.totalSupply(), 1_000 ether, "supply");
        assertEq(projectToken.reservedBy(address(escrow)), 0, "reserved");
    }

    function test_claimTokens_mints_to_the_account_that_followed_a_payee() external {
        _toAccepted();
        address successor = makeAddr("successor");
        vm.prank(colleague);
        vault.announceRotation(colleague, successor);
        skip(7 days);
        vault.finishRotation(colleague, successor);
        _claim();

        // it should mint to the account that followed
        assertEq(projectToken.balanceOf(successor), 300 ether, "successor");
        assertEq(projectToken.balanceOf(colleague), 0, "former account");
        assertEq(projectToken.balanceOf(worker), 700 ether, "worker");
        assertEq(vault.creditOf(address(yen), colleague), 27_000 ether, "credit stays under the payee");
    }

    function test_claimTokens_mints_to_the_others_given_a_part_is_nothing() external {
        terms.tokenReward = 3;
        _toAccepted();
        _claim();

        // it should mint to the others
        assertEq(projectToken.balanceOf(worker), 3, "worker");
        assertEq(projectToken.balanceOf(colleague), 0, "colleague");

        // it should count that payee as claimed
        assertEq(_claimed(), FIRST | SECOND, "claimed");
        _expectClaimRefused(SECOND, _nothing());
    }

    function test_claimTokens_mints_by_shares_and_emits() external {
        _toAccepted();

        // it should emit {TokensClaimed} for every payee
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TokensClaimed(bountyId, submissionId, worker, 0, 700 ether);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TokensClaimed(bountyId, submissionId, colleague, 1, 300 ether);
        _claim();

        // it should mint to the payees by their shares
        assertEq(projectToken.balanceOf(worker), 700 ether, "worker");
        assertEq(projectToken.balanceOf(colleague), 300 ether, "colleague");

        // it should draw on the reservation
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved");
        assertEq(_claimed(), FIRST | SECOND, "claimed");
    }

    /* SOME PAYEES AT A TIME */

    function test_claimTokens_mints_to_the_payees_named() external {
        _toAccepted();
        _claimFor(SECOND);

        // it should mint to them
        assertEq(projectToken.balanceOf(colleague), 300 ether, "colleague");
        assertEq(_claimed(), SECOND, "claimed");

        // it should keep what the others have to get
        assertEq(projectToken.balanceOf(worker), 0, "worker");
        assertEq(projectToken.reservedBy(address(escrow)), 1_700 ether, "reserved");

        // it should mint to none of them again
        _expectClaimRefused(SECOND, _nothing());
        _claim();
        assertEq(projectToken.balanceOf(worker), 700 ether, "worker at last");
        assertEq(projectToken.balanceOf(colleague), 300 ether, "colleague once");
        assertEq(projectToken.totalSupply(), 1_000 ether, "supply");
    }

    function test_claimTokens_mints_to_each_entry_of_a_payee() external {
        (work.payees[1], terms.tokenReward) = (worker, 3);
        _toAccepted();
        _claimFor(SECOND);
        assertEq(projectToken.balanceOf(worker), 0, "30 % of 3 is nothing");

        // it should mint to each of its entries
        _claim();
        assertEq(projectToken.balanceOf(worker), 3, "worker");
    }

    function testFuzz_claimTokens_mints_once_in_any_order(
        uint160 count,
        uint128 reward,
        uint256[4] memory calls
    ) external {
        terms.tokenReward = uint128(bound(reward, 1, 100_000 ether));
        _namePayees(uint160(bound(count, 1, 20)));
        _toAccepted();
        uint256 claimed = 0;
        uint256 everybody = (1 << work.payees.length) - 1;
        for (uint256 i = 0; i < calls.length; ++i) {
            if (calls[i] & everybody & ~claimed == 0) _expectClaimRefused(calls[i], _nothing());
            else _claimFor(calls[i]);
            claimed |= calls[i] & everybody;
            assertEq(_claimed(), claimed, "claimed");
        }
        if (claimed != everybody) _claim();

        // it should mint to each payee once, whatever the order
        for (uint256 i = 1; i < work.payees.length; ++i) {
            uint256 amount = (uint256(terms.tokenReward) * work.sharesBps[i]) / 10_000;
            assertEq(projectToken.balanceOf(work.payees[i]), amount, "part");
        }
        assertEq(projectToken.totalSupply(), terms.tokenReward, "nothing lost, nothing twice");
        assertEq(projectToken.reservedBy(address(escrow)), terms.tokenReward, "kept for the other award");
    }

    function _rotateTooFar(address account) private returns (bytes memory refusal) {
        address first = account;
        for (uint160 i = 0; i <= vault.MAX_HOPS(); ++i) {
            address next = address(2_000_000 + i);
            vm.prank(account);
            vault.announceRotation(account, next);
            skip(7 days);
            vault.finishRotation(account, next);
            account = next;
        }
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_PathTooLong.selector, first);
    }

    function test_claimTokens_mints_to_the_others_given_one_payee_cannot_be_found() external {
        _toAccepted();
        bytes memory refusal = _rotateTooFar(worker);

        // it should revert with the reason when that payee is named
        _expectClaimRefused(EVERYBODY, refusal);
        _expectClaimRefused(FIRST, refusal);

        // it should mint to the others when it is left out
        _claimFor(EVERYBODY - FIRST);
        assertEq(projectToken.balanceOf(colleague), 300 ether, "colleague");

        // it should mint to that payee once it can be found
        vault.shortenPath(worker);
        _claim();
        assertEq(projectToken.balanceOf(vault.payeeOf(worker)), 700 ether, "worker's last account");
        assertEq(projectToken.totalSupply(), 1_000 ether, "supply");
    }
}
