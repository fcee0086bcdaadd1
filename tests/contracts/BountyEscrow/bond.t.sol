// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract BondTest is EscrowTest {
    uint128 private constant BOND = 5_000 ether;
    string private constant REASON = "bafkreichallenge";

    address private _steward = makeAddr("steward");

    function setUp() public override {
        super.setUp();
        terms.challengeBond = BOND;
        vm.prank(owner);
        projects.setSteward(projectId, _steward, true);
    }

    /// @dev Leaves the account with exactly the bond, allowed to the escrow.
    function _provide(address account) private {
        if (account != owner) yen.mint(account, BOND - yen.balanceOf(account));
        vm.prank(account);
        yen.approve(address(escrow), BOND);
    }

    function _toBonded(address challenger, uint16 achievedBps) private {
        _toReported(SUCCESS, achievedBps);
        _provide(challenger);
        _challengeBy(challenger, SUCCESS);
    }

    function _expectChallengeRefused(address challenger, uint256 value, bytes memory refusal) private {
        vm.deal(challenger, value);
        vm.prank(challenger);
        vm.expectRevert(refusal);
        escrow.challenge{value: value}(submissionId, _terms(), _work(), SUCCESS, challenger, REASON, _unsigned());
    }

    function _notFunded(uint256 found, uint256 needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotFunded.selector, found, needed);
    }

    function _allowanceMissing(uint256 allowance) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(escrow),
                allowance,
                uint256(BOND)
            );
    }

    /* TAKEN */

    function test_bond_reverts_when_allowance_is_missing() external {
        _toReported(SUCCESS, 8_000);
        yen.mint(worker, BOND);

        // it should revert as the token does and store nothing
        _expectChallengeRefused(worker, 0, _allowanceMissing(0));
        vm.prank(worker);
        yen.approve(address(escrow), BOND - 1);
        _expectChallengeRefused(worker, 0, _allowanceMissing(BOND - 1));
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Reported));

        // it should revert as the allowance is the escrow's
        vm.startPrank(worker);
        yen.approve(address(escrow), 0);
        yen.approve(address(opener), BOND);
        yen.approve(address(vault), BOND);
        vm.stopPrank();
        _expectChallengeRefused(worker, 0, _allowanceMissing(0));
    }

    function test_bond_reverts_when_value_is_sent_with_a_token() external {
        _toReported(SUCCESS, 8_000);
        _provide(worker);

        // it should revert with BountyEscrow_NotFunded
        _expectChallengeRefused(worker, 1, _notFunded(1, 0));
    }

    function test_bond_is_not_taken_when_challenge_is_refused() external {
        _toReported(SUCCESS, 8_000);
        skip(7 days);
        _provide(worker);

        // it should take no bond
        _expectChallengeRefused(worker, 0, _outside(NOW + 30 days, NOW + 37 days));
        assertEq(yen.balanceOf(worker), BOND);
    }

    function test_bond_is_taken() external {
        _toReported(SUCCESS, 8_000);
        uint256 before = _credit(address(escrow));
        _provide(colleague);
        _challengeBy(colleague, SUCCESS);

        // it should take just the bond into the escrow's credit
        assertEq(_credit(address(escrow)), before + BOND, "credit");
        assertEq(yen.balanceOf(colleague), 0, "challenger");
        assertEq(yen.balanceOf(address(escrow)), 0, "the escrow keeps no token");
        assertEq(yen.allowance(colleague, address(escrow)), 0, "allowance");
    }

    /* NATIVE COIN */

    function _toReportedInCoin() private {
        terms.token = vault.NATIVE();
        vm.deal(owner, 2 * MAX_AWARD);
        vm.prank(owner);
        bountyId = opener.open{value: 2 * MAX_AWARD}(terms);
        work.bountyId = bountyId;
        _submit();
        _approve(0);
        _approve(1);
        skip(30 days);
        _report(SUCCESS, 8_000);
    }

    function test_bond_reverts_when_value_is_not_the_bond() external {
        _toReportedInCoin();
        uint256[3] memory values = [uint256(0), BOND - 1, BOND + 1];
        for (uint256 i = 0; i < values.length; ++i) {
            // it should revert with BountyEscrow_NotFunded and both amounts
            _expectChallengeRefused(worker, values[i], _notFunded(values[i], BOND));
        }
    }

    function test_bond_is_taken_and_given_back_in_coin() external {
        _toReportedInCoin();
        address coin = terms.token;
        uint256 before = vault.creditOf(coin, address(escrow));
        vm.deal(worker, BOND);
        vm.prank(worker);
        escrow.challenge{value: BOND}(submissionId, _terms(), _work(), SUCCESS, worker, REASON, _unsigned());

        // it should take just the value into the escrow's credit
        assertEq(vault.creditOf(coin, address(escrow)), before + BOND, "credit");
        assertEq(address(escrow).balance, 0, "the escrow keeps no coin");

        // it should give it back as credit in the native coin
        uint256 credit = vault.creditOf(coin, worker);
        _rule(SUCCESS, 0);
        assertEq(vault.creditOf(coin, worker), credit + BOND, "given back");
    }

    /* LOST */

    function test_bond_is_lost_to_the_funder_given_the_worker_challenged_in_vain() external {
        address[2] memory challengers = [worker, colleague];
        for (uint256 i = 0; i < challengers.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _toBonded(challengers[i], 8_000);
            uint256 before = _credit(owner);

            // it should credit the funder
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, owner, BOND, true);
            _rule(SUCCESS, 8_000);
            assertEq(_credit(owner), before + BOND);
            vm.revertToState(snapshot);
        }
    }

    function test_bond_is_lost_to_the_worker_given_the_project_challenged_in_vain() external {
        // The first payee is another account than the worker.
        work.payees = [makeAddr("first payee"), colleague];
        address[2] memory challengers = [owner, _steward];
        for (uint256 i = 0; i < challengers.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _toBonded(challengers[i], 8_000);

            // it should credit the worker
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, worker, BOND, true);
            _rule(SUCCESS, 8_000);
            assertEq(_credit(worker), BOND);
            vm.revertToState(snapshot);
        }
    }

    function test_pitfall_18_bond_of_a_funder_who_is_a_payee_is_lost_to_the_worker() external {
        // By a share of its own it would challenge for nothing.
        work.payees[1] = owner;
        _toBonded(owner, 8_000);
        uint256 funded = _credit(owner);
        uint256 earned = _credit(worker);

        // it should credit the worker
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, worker, BOND, true);
        _rule(SUCCESS, 8_000);
        assertEq(_credit(worker), earned + BOND + (120_000 ether * 7) / 10, "worker");
        assertEq(_credit(owner), funded + (120_000 ether * 3) / 10, "funder");
    }

    function test_bond_is_lost_given_the_ruling_counts_as_much() external {
        (terms.success.target, terms.success.capBps) = (1_000, 12_000);
        _toBonded(owner, 1_200);

        // it should credit the other side
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, worker, BOND, true);
        _rule(SUCCESS, 5_000);
    }

    /* GIVEN BACK */

    function test_bond_is_given_back_given_the_arbiter_finds_otherwise() external {
        uint16[3] memory rulings = [7_999, 8_001, 0];
        for (uint256 i = 0; i < rulings.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _toBonded(owner, 8_000);
            uint256 before = _credit(owner);

            // it should give the bond back
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, owner, BOND, false);
            _rule(SUCCESS, rulings[i]);
            assertEq(_credit(owner), before + BOND);
            vm.revertToState(snapshot);
        }
    }

    function test_pitfall_19_bond_is_given_back_given_the_arbiter_is_silent() external {
        // Silence counts as just what was reported, and is no ruling all the same.
        _toBonded(_steward, 5_000);
        skip(5 days);

        // it should give the bond back
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, _steward, BOND, false);
        _settle(SUCCESS);
        assertEq(_credit(_steward), BOND);
    }

    function test_bond_is_released_once() external {
        _toBonded(_steward, 8_000);
        uint256 escrowed = _credit(address(escrow));

        // it should emit {BondCredited}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BondCredited(bountyId, submissionId, SUCCESS, _steward, BOND, false);
        _rule(SUCCESS, 4_000);
        assertEq(_credit(address(escrow)), escrowed - BOND - 60_000 ether, "bond and tranche");

        // it should not release it again
        skip(5 days);
        vm.expectRevert(_wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled));
        escrow.settle(submissionId, _terms(), _work(), SUCCESS);
        vm.warp(NOW + 400 days);
        _settle(LONG_TERM);
        assertEq(_credit(_steward), BOND, "steward");
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
    }

    function test_bond_of_each_tranche_goes_to_its_own_challenger() external {
        // Both tranches are open at the same time.
        (terms.longTerm.opensAfter, terms.longTerm.closesAfter) = (30 days, 60 days);
        _toBonded(_steward, 8_000);
        _report(LONG_TERM, 8_000);
        _provide(colleague);
        _challengeBy(colleague, LONG_TERM);
        uint256 before = _credit(colleague);
        skip(5 days);
        _settle(LONG_TERM);

        // it should give each bond to its own challenger
        assertEq(_credit(colleague), before + BOND + (15_000 ether * 3) / 10, "colleague");
        assertEq(_credit(_steward), 0, "steward waits");
        _settle(SUCCESS);
        assertEq(_credit(_steward), BOND, "steward");
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
    }
}
