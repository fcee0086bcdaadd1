// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ClaimTokensTest is EscrowTest {
    function _claim() private {
        vm.prank(outsider);
        escrow.claimTokens(submissionId, _terms(), _work());
    }

    function _expectClaimRefused(bytes memory refusal) private {
        vm.prank(worker);
        vm.expectRevert(refusal);
        escrow.claimTokens(submissionId, _terms(), _work());
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
    }

    function test_claimTokens_mints_by_shares_and_emits() external {
        _toAccepted();

        // it should emit {TokensClaimed}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TokensClaimed(bountyId, submissionId, 1_000 ether);
        _claim();

        // it should mint to the payees by their shares
        assertEq(projectToken.balanceOf(worker), 700 ether, "worker");
        assertEq(projectToken.balanceOf(colleague), 300 ether, "colleague");

        // it should draw on the reservation
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved");
        assertTrue(_state().tokensClaimed, "claimed");
    }

    function test_claimTokens_mints_to_250_payees_in_one_transaction() external {
        (work.payees, work.sharesBps) = (new address[](250), new uint16[](250));
        for (uint160 i = 0; i < 250; ++i) {
            (work.payees[i], work.sharesBps[i]) = (address(1_000_000 + i), 40);
        }
        _toAccepted();
        uint256 gas = gasleft();
        _claim();

        // it should mint to them all for less gas than a transaction may use
        assertLt(gas - gasleft(), 16_000_000, "claim");
        assertEq(projectToken.balanceOf(work.payees[249]), 4 ether, "last payee");
    }
}
