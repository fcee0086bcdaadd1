// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract OpenTest is EscrowTest {
    function _expectOpenRefused(bytes memory refusal) private {
        vm.prank(owner);
        vm.expectRevert(refusal);
        escrow.open(terms);
    }

    /* WHO */

    function test_open_reverts_when_caller_is_an_outsider() external {
        // it should revert with BountyEscrow_NotAuthorized
        vm.prank(outsider);
        vm.expectRevert(_notAuthorized(outsider));
        escrow.open(terms);
    }

    function test_open_reverts_when_there_is_no_such_project() external {
        terms.projectId = 2;

        // it should revert with ProjectRegistry_Unknown
        _expectOpenRefused(abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_Unknown.selector, 2));
    }

    function test_open_reverts_given_project_is_closed() external {
        vm.prank(owner);
        projects.close(projectId, "done", "bafkreireason");

        // it should revert with BountyEscrow_ProjectClosed
        _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_ProjectClosed.selector, projectId));
    }

    /* AMOUNTS */

    function test_open_reverts_when_shares_do_not_sum() external {
        uint16[4] memory bases = [0, 2_999, 3_001, type(uint16).max];
        for (uint256 i = 0; i < bases.length; ++i) {
            terms.baseBps = bases[i];

            // it should revert with BountyEscrow_SharesSum
            uint256 sum = uint256(bases[i]) + 7_000;
            _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SharesSum.selector, sum));
        }
    }

    function test_open_reverts_when_band_is_invalid() external {
        uint16[4] memory lows = [0, 12_001, 8_000, 0];
        uint16[4] memory highs = [12_000, 12_000, 50_001, 0];
        for (uint256 i = 0; i < lows.length; ++i) {
            (terms.minMultiplierBps, terms.maxMultiplierBps) = (lows[i], highs[i]);

            // it should revert with BountyEscrow_BandInvalid
            _expectOpenRefused(
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_BandInvalid.selector, lows[i], highs[i])
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

            // it should revert with BountyEscrow_Zero
            _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Zero.selector));
        }
    }

    function test_open_takes_a_guarantee_up_to_the_smallest_award() external {
        uint256 smallest = (AMOUNT * 8) / 10;
        terms.guaranteed = uint128(smallest + 1);

        // it should revert with BountyEscrow_GuaranteeTooHigh
        _expectOpenRefused(
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_GuaranteeTooHigh.selector, smallest + 1, smallest)
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

            // it should revert with BountyEscrow_ReviewersInvalid
            _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_ReviewersInvalid.selector));
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

            // it should revert with BountyEscrow_ReviewersInvalid
            _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_ReviewersInvalid.selector));
        }
    }

    /* TIMES */

    function test_open_takes_a_deadline_within_ten_years() external {
        uint64[4] memory wrong = [0, NOW - 1, NOW, NOW + 3_650 days + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            terms.submitBy = wrong[i];

            // it should revert with BountyEscrow_DeadlineInvalid
            _expectOpenRefused(
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_DeadlineInvalid.selector, wrong[i], NOW)
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
            bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_WindowInvalid.selector, wrong[i]);
            // it should revert with BountyEscrow_WindowInvalid
            (terms.reviewWindow, terms.arbiterWindow) = (wrong[i], 5 days);
            _expectOpenRefused(refusal);
            (terms.reviewWindow, terms.arbiterWindow) = (7 days, wrong[i]);
            _expectOpenRefused(refusal);
        }
        (terms.success.challengeWindow, terms.longTerm.challengeWindow, terms.arbiterWindow) = (0, 0, 0);
        _open();
    }

    /* TRANCHES */

    function test_open_reverts_when_a_tranche_is_invalid() external {
        IBountyEscrow.Terms memory good = terms;
        for (uint256 i = 0; i < 7; ++i) {
            terms = good;
            terms.success = _broken(terms.success, i);
            // it should revert with BountyEscrow_TrancheInvalid
            _expectTrancheRefused(SUCCESS);

            terms = good;
            terms.longTerm = _broken(terms.longTerm, i);
            _expectTrancheRefused(LONG_TERM);
        }
        terms = good;
        terms.arbiter = address(0);
        _expectTrancheRefused(SUCCESS);
    }

    function _broken(
        IBountyEscrow.TrancheTerms memory part,
        uint256 way
    ) private view returns (IBountyEscrow.TrancheTerms memory) {
        if (way == 0) part.source = address(0);
        if (way == 1) part.silentBps = 10_001;
        if (way == 2) part.opensAfter = part.closesAfter;
        if (way == 3) part.opensAfter = part.closesAfter + 1;
        if (way == 4) part.closesAfter = 3_650 days + 1;
        if (way == 5) part.challengeWindow = 3_650 days + 1;
        if (way == 6) part.source = arbiter;
        return part;
    }

    function _expectTrancheRefused(IBountyEscrow.Tranche tranche) private {
        _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TrancheInvalid.selector, tranche));
    }

    function test_open_takes_an_empty_tranche_without_a_share() external {
        delete terms.success;
        delete terms.longTerm;
        (terms.baseBps, terms.arbiter, terms.arbiterWindow) = (10_000, address(0), 0);

        // it should open
        _open();
    }

    function test_open_reverts_when_document_has_the_wrong_length() external {
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            terms.document = string(new bytes(wrong[i]));

            // it should revert with BountyEscrow_TextLength
            _expectOpenRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i]));
        }
        terms.document = string(new bytes(128));
        _open();
    }

    /* FUNDING */

    function test_open_reverts_when_token_takes_a_fee() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(owner, 2 * MAX_AWARD);
        vm.prank(owner);
        token.approve(address(escrow), type(uint256).max);
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
        yen.approve(address(escrow), 2 * MAX_AWARD - 1);
        _expectOpenRefused(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(escrow),
                2 * MAX_AWARD - 1,
                2 * MAX_AWARD
            )
        );

        vm.startPrank(owner);
        yen.approve(address(escrow), type(uint256).max);
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

    /* OPENED */

    function test_open_escrows_reserves_stores_and_emits() external {
        bytes32 termsHash = keccak256(abi.encode(terms));

        // it should emit {BountyOpened}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyOpened(1, projectId, owner, termsHash, 2 * MAX_AWARD, terms);
        _open();

        // it should escrow the maximum liability in the vault
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(yen.balanceOf(address(vault)), 2 * MAX_AWARD, "money");

        // it should hold no token itself
        assertEq(yen.balanceOf(address(escrow)), 0, "own balance");

        // it should reserve the project tokens
        assertEq(projectToken.reservedBy(address(escrow)), 2_000 ether, "reserved");

        // it should store the hash and the funder
        (bytes32 storedHash, IBountyEscrow.BountyState memory state) = escrow.bountyOf(1);
        assertEq(storedHash, termsHash, "hash");
        assertEq(escrow.hashTerms(terms), termsHash, "hash view");
        assertEq(state.funder, owner, "funder");
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
        yen.approve(address(escrow), 2 * MAX_AWARD);

        // it should let a steward open
        bountyId = escrow.open(terms);
        assertEq(_bounty().funder, outsider, "funder");
    }
}
