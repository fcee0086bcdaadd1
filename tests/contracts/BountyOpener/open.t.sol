// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

contract OpenTest is EscrowTest {
    function _expectOpenRefused(bytes memory refusal) private {
        vm.prank(owner);
        vm.expectRevert(refusal);
        opener.open(terms);
    }

    function _notOpener(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyOpener.BountyOpener_NotAuthorized.selector, projectId, account);
    }

    /* WHO */

    function test_open_reverts_when_terms_name_another_funder() external {
        terms.funder = outsider;

        // it should revert with BountyOpener_FunderMismatch
        _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_FunderMismatch.selector, outsider, owner));
    }

    function test_open_reverts_when_caller_is_an_outsider() external {
        terms.funder = outsider;

        // it should revert with BountyOpener_NotAuthorized
        vm.prank(outsider);
        vm.expectRevert(_notOpener(outsider));
        opener.open(terms);
    }

    function test_open_reverts_when_there_is_no_such_project() external {
        terms.projectId = 2;

        // it should revert with ProjectRegistry_Unknown
        _expectOpenRefused(abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_Unknown.selector, 2));
    }

    function test_open_reverts_given_project_is_closed() external {
        vm.prank(owner);
        projects.close(projectId, "done", "bafkreireason");

        // it should revert with BountyOpener_ProjectClosed
        _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_ProjectClosed.selector, projectId));
    }

    /* AMOUNTS */

    function test_open_reverts_when_shares_do_not_sum() external {
        uint16[4] memory bases = [0, 2_999, 3_001, type(uint16).max];
        for (uint256 i = 0; i < bases.length; ++i) {
            terms.baseBps = bases[i];

            // it should revert with BountyOpener_SharesSum
            uint256 sum = uint256(bases[i]) + 7_000;
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_SharesSum.selector, sum));
        }
    }

    function test_open_reverts_when_band_is_invalid() external {
        uint16[4] memory lows = [0, 12_001, 8_000, 0];
        uint16[4] memory highs = [12_000, 12_000, 50_001, 0];
        for (uint256 i = 0; i < lows.length; ++i) {
            (terms.minMultiplierBps, terms.maxMultiplierBps) = (lows[i], highs[i]);

            // it should revert with BountyOpener_BandInvalid
            _expectOpenRefused(
                abi.encodeWithSelector(IBountyOpener.BountyOpener_BandInvalid.selector, lows[i], highs[i])
            );
        }
    }

    function test_open_reverts_when_token_amount_awards_or_largest_award_is_zero() external {
        terms.guaranteed = 0;
        IBountyEscrow.Terms memory good = terms;
        for (uint256 i = 0; i < 4; ++i) {
            terms = good;
            if (i == 0) terms.token = address(0);
            if (i == 1) terms.amount = 0;
            if (i == 2) terms.maxAwards = 0;
            if (i == 3) (terms.amount, terms.minMultiplierBps, terms.maxMultiplierBps) = (1, 1, 9_999);

            // it should revert with BountyOpener_Zero
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_Zero.selector));
        }
    }

    function test_open_takes_a_guarantee_up_to_the_smallest_award() external {
        uint256 smallest = (AMOUNT * 8) / 10;
        terms.guaranteed = uint128(smallest + 1);

        // it should revert with BountyOpener_GuaranteeTooHigh
        _expectOpenRefused(
            abi.encodeWithSelector(IBountyOpener.BountyOpener_GuaranteeTooHigh.selector, smallest + 1, smallest)
        );

        // it should open at exactly the smallest award
        terms.guaranteed = uint128(smallest);
        _open();
    }

    /* REVIEWERS */

    function test_open_reverts_when_reviewers_are_invalid() external {
        IBountyEscrow.Terms memory good = terms;
        for (uint256 i = 0; i < 6; ++i) {
            terms = good;
            if (i == 0) delete terms.reviewers;
            if (i == 1) terms.reviewers = _ascending(17);
            if (i == 2) terms.reviewers[1] = terms.reviewers[0];
            if (i == 3) (terms.reviewers[0], terms.reviewers[1]) = (terms.reviewers[1], terms.reviewers[0]);
            if (i == 4) terms.reviewers[0] = address(0);
            if (i == 5) (terms.quorum, terms.reviewers) = (0, new address[](0));

            // it should revert with BountyOpener_ReviewersInvalid
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_ReviewersInvalid.selector));
        }
        terms.quorum = 16;
        terms.reviewers = _ascending(16);
        _open();
    }

    function _ascending(uint160 count) private pure returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint160 i = 0; i < count; ++i) accounts[i] = address(i + 1);
    }

    function test_open_reverts_when_quorum_is_not_within_the_reviewers() external {
        uint16[3] memory quorums = [0, 4, type(uint16).max];
        for (uint256 i = 0; i < quorums.length; ++i) {
            terms.quorum = quorums[i];

            // it should revert with BountyOpener_ReviewersInvalid
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_ReviewersInvalid.selector));
        }
    }

    /* TIMES */

    function test_open_takes_a_deadline_within_ten_years() external {
        uint64[4] memory wrong = [0, NOW - 1, NOW, NOW + 3_650 days + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            terms.submitBy = wrong[i];

            // it should revert with BountyOpener_DeadlineInvalid
            _expectOpenRefused(
                abi.encodeWithSelector(IBountyOpener.BountyOpener_DeadlineInvalid.selector, wrong[i], NOW)
            );
        }

        // it should open one second inside
        terms.submitBy = NOW + 1;
        _open();
        terms.submitBy = NOW + 3_650 days;
        _open();
    }

    function test_open_reverts_when_a_needed_window_is_invalid() external {
        uint32[2] memory wrong = [0, 3_650 days + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IBountyOpener.BountyOpener_WindowInvalid.selector, wrong[i]);
            // it should revert with BountyOpener_WindowInvalid
            (terms.reviewWindow, terms.arbiterWindow) = (wrong[i], 5 days);
            _expectOpenRefused(refusal);
            (terms.reviewWindow, terms.arbiterWindow) = (7 days, wrong[i]);
            _expectOpenRefused(refusal);
        }
        (terms.reviewWindow, terms.arbiterWindow, terms.appealWindow) = (7 days, 5 days, 3_650 days + 1);
        _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_WindowInvalid.selector, 3_650 days + 1));

        // it should need no arbiter's window without appeals and challenges
        (terms.success.challengeWindow, terms.longTerm.challengeWindow) = (0, 0);
        (terms.appealWindow, terms.arbiterWindow, terms.arbiter) = (0, 0, address(0));
        _open();
    }

    /* ARBITER */

    function test_pitfall_19_open_reverts_when_the_arbiter_is_missing_or_not_impartial() external {
        vm.prank(owner);
        projects.setSteward(projectId, colleague, true);
        address[6] memory wrong = [address(0), owner, colleague, reviewers[2], source, outsider];
        for (uint256 i = 0; i < 5; ++i) {
            terms.arbiter = wrong[i];

            // it should revert with BountyOpener_ArbiterInvalid
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_ArbiterInvalid.selector, wrong[i]));
        }
        terms.arbiter = outsider;
        _open();
    }

    function test_pitfall_19_open_reverts_when_the_arbiter_measures_either_tranche() external {
        IBountyEscrow.Terms memory good = terms;
        bytes memory refusal = abi.encodeWithSelector(IBountyOpener.BountyOpener_ArbiterInvalid.selector, outsider);
        for (uint256 i = 0; i < 2; ++i) {
            terms = good;
            terms.arbiter = outsider;
            (i == 0 ? terms.success : terms.longTerm).source = outsider;

            // it should revert with BountyOpener_ArbiterInvalid
            _expectOpenRefused(refusal);
        }
    }

    function test_open_reverts_when_any_rule_that_needs_an_arbiter_has_none() external {
        IBountyEscrow.Terms memory good = terms;
        bytes memory refusal = abi.encodeWithSelector(IBountyOpener.BountyOpener_ArbiterInvalid.selector, address(0));
        for (uint256 i = 0; i < 3; ++i) {
            terms = good;
            terms.arbiter = address(0);
            (terms.appealWindow, terms.success.challengeWindow, terms.longTerm.challengeWindow) = (0, 0, 0);
            if (i == 0) terms.appealWindow = 1;
            if (i == 1) terms.success.challengeWindow = 1;
            if (i == 2) terms.longTerm.challengeWindow = 1;
            _expectOpenRefused(refusal);
        }
    }

    /* WITHHOLDING */

    function test_open_reverts_when_the_schedule_is_unknown_or_for_another_token() external {
        terms.withholding = "schedule";
        bytes memory refusal = abi.encodeWithSelector(
            IBountyOpener.BountyOpener_WithholdingInvalid.selector,
            bytes32("schedule")
        );

        // it should revert with BountyOpener_WithholdingInvalid
        _expectOpenRefused(refusal);
        withholdings.state("schedule", outsider, outsider, 1_021);
        _expectOpenRefused(refusal);

        withholdings.state("schedule", address(yen), outsider, 1_021);
        _open();
    }

    /* TRANCHES */

    function test_open_reverts_when_a_tranche_is_invalid() external {
        IBountyEscrow.Terms memory good = terms;
        for (uint256 i = 0; i < 9; ++i) {
            terms = good;
            terms.success = _broken(terms.success, i);
            // it should revert with BountyOpener_TrancheInvalid
            _expectTrancheRefused(SUCCESS);

            terms = good;
            terms.longTerm = _broken(terms.longTerm, i);
            _expectTrancheRefused(LONG_TERM);
        }
    }

    function test_open_takes_caps_and_targets_at_their_edges() external {
        (terms.success.capBps, terms.success.target) = (20_000, 1);
        (terms.longTerm.capBps, terms.longTerm.target) = (10_000, type(uint128).max);

        // it should open
        _open();
    }

    function _broken(
        IBountyEscrow.TrancheTerms memory part,
        uint256 way
    ) private pure returns (IBountyEscrow.TrancheTerms memory) {
        if (way == 0) part.source = address(0);
        if (way == 1) part.silentBps = 10_001;
        if (way == 2) part.opensAfter = part.closesAfter;
        if (way == 3) part.opensAfter = part.closesAfter + 1;
        if (way == 4) part.closesAfter = 3_650 days + 1;
        if (way == 5) part.challengeWindow = 3_650 days + 1;
        if (way == 6) part.target = 0;
        if (way == 7) part.capBps = 9_999;
        if (way == 8) part.capBps = 20_001;
        return part;
    }

    function _expectTrancheRefused(IBountyEscrow.Tranche tranche) private {
        _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_TrancheInvalid.selector, tranche));
    }

    function test_open_reverts_when_admission_has_no_code() external {
        address[2] memory accounts = [outsider, address(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            terms.admission = accounts[i];

            // it should revert with BountyOpener_AdmissionInvalid
            _expectOpenRefused(
                abi.encodeWithSelector(IBountyOpener.BountyOpener_AdmissionInvalid.selector, accounts[i])
            );
        }
    }

    function test_open_takes_an_empty_tranche_without_a_share() external {
        delete terms.success;
        delete terms.longTerm;
        (terms.baseBps, terms.arbiter, terms.arbiterWindow, terms.appealWindow) = (10_000, address(0), 0, 0);

        // it should open
        _open();
    }

    function test_open_reverts_when_document_has_the_wrong_length() external {
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            terms.document = string(new bytes(wrong[i]));

            // it should revert with BountyOpener_TextLength
            _expectOpenRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_TextLength.selector, wrong[i]));
        }
        terms.document = string(new bytes(128));
        _open();
    }

    /* FUNDING */

    function test_open_reverts_when_token_takes_a_fee() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(owner, 2 * MAX_AWARD);
        vm.prank(owner);
        token.approve(address(opener), type(uint256).max);
        terms.token = address(token);

        // it should revert with PayoutVault_NotFunded
        uint256 found = (2 * MAX_AWARD * 99) / 100;
        _expectOpenRefused(
            abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, address(token), found, 2 * MAX_AWARD)
        );
    }

    function test_open_reverts_when_token_is_no_contract() external {
        terms.token = outsider;

        // it should revert
        _expectOpenRefused(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, outsider));
    }

    function test_open_reverts_when_funder_has_no_allowance_or_no_money() external {
        // it should revert
        vm.prank(owner);
        yen.approve(address(opener), 2 * MAX_AWARD - 1);
        _expectOpenRefused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(opener),
                2 * MAX_AWARD - 1,
                2 * MAX_AWARD
            )
        );

        vm.startPrank(owner);
        yen.approve(address(opener), type(uint256).max);
        require(yen.transfer(outsider, yen.balanceOf(owner)));
        vm.stopPrank();
        _expectOpenRefused(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, owner, 0, 2 * MAX_AWARD)
        );
    }

    function test_open_reverts_when_escrow_is_no_minter() external {
        vm.prank(owner);
        projectToken.setMinter(address(escrow), false);

        // it should revert with ProjectToken_NotMinter
        _expectOpenRefused(abi.encodeWithSelector(IProjectToken.ProjectToken_NotMinter.selector, address(escrow)));

        terms.tokenReward = 0;
        _open();
    }

    function test_open_reverts_when_reward_exceeds_the_cap() external {
        terms.tokenReward = 500_000 ether + 1;

        // it should revert with ProjectToken_CapExceeded
        _expectOpenRefused(
            abi.encodeWithSelector(
                IProjectToken.ProjectToken_CapExceeded.selector,
                1_000_000 ether + 2,
                1_000_000 ether
            )
        );
    }

    function test_open_reverts_when_value_comes_with_a_token() external {
        vm.deal(owner, 1 ether);

        // it should revert with BountyOpener_NotFunded
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotFunded.selector, 1, 0));
        opener.open{value: 1}(terms);
    }

    function test_open_takes_native_coin_of_exactly_the_escrowed_amount() external {
        (terms.token, terms.amount, terms.guaranteed) = (vault.NATIVE(), 1 ether, 0);
        uint256 needed = opener.escrowOf(terms);
        vm.deal(owner, 10 ether);
        uint256[3] memory wrong = [uint256(0), needed - 1, needed + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with BountyOpener_NotFunded
            vm.prank(owner);
            vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotFunded.selector, wrong[i], needed));
            opener.open{value: wrong[i]}(terms);
        }

        // it should escrow native coin
        vm.prank(owner);
        opener.open{value: needed}(terms);
        assertEq(vault.creditOf(terms.token, address(escrow)), needed, "credit");
        assertEq(address(vault).balance, needed, "coin");
        assertEq(address(opener).balance + address(escrow).balance, 0, "kept");
    }

    function test_open_escrows_what_lies_beyond_a_target_too() external {
        (terms.success.capBps, terms.longTerm.capBps) = (20_000, 15_000);

        // it should escrow the most that an award can pay: 30 + 2 x 50 + 1.5 x 20 = 160 %
        assertEq(opener.escrowOf(terms), (2 * MAX_AWARD * 16) / 10);
        _open();
        assertEq(_credit(address(escrow)), (2 * MAX_AWARD * 16) / 10, "credit");
    }

    /* OPENED */

    function test_open_escrows_reserves_stores_and_emits() external {
        bytes32 termsHash = keccak256(abi.encode(terms));

        // it should emit {BountyOpened}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyOpened(1, projectId, owner, termsHash, 2 * MAX_AWARD, _terms());
        _open();

        // it should escrow the maximum liability in the vault
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(yen.balanceOf(address(vault)), 2 * MAX_AWARD, "money");

        // it should hold no token itself
        assertEq(yen.balanceOf(address(escrow)), 0, "own balance");

        // it should reserve the project tokens
        assertEq(projectToken.reservedBy(address(escrow)), 2_000 ether, "reserved");

        // it should store the hash
        (bytes32 storedHash, IBountyEscrow.BountyState memory state) = escrow.bountyOf(1);
        assertEq(storedHash, termsHash, "hash");
        assertEq(opener.hashTerms(terms), termsHash, "hash view");
        assertEq(opener.escrowOf(terms), 2 * MAX_AWARD, "escrow view");
        assertFalse(state.closed, "closed");
        assertEq(uint256(state.submissions) + state.pending + state.awards, 0, "counts");
    }

    function test_open_counts_from_one() external {
        // it should count from 1
        _open();
        assertEq(bountyId, 1, "first");
        _open();
        assertEq(bountyId, 2, "second");
        assertEq(escrow.bountyCount(), 2, "count");
    }

    function test_open_lets_a_steward_open() external {
        vm.prank(owner);
        projects.setSteward(projectId, outsider, true);
        yen.mint(outsider, 2 * MAX_AWARD);
        vm.startPrank(outsider);
        yen.approve(address(opener), 2 * MAX_AWARD);

        // it should let a steward open without project tokens
        (terms.funder, terms.tokenReward) = (outsider, 0);
        bountyId = opener.open(terms);
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        vm.stopPrank();

        // it should revert with BountyOpener_NotAuthorized for a steward who promises project tokens
        terms.tokenReward = 1;
        vm.prank(outsider);
        vm.expectRevert(_notOpener(outsider));
        opener.open(terms);
    }
}
