// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {VaultTest} from "./VaultTest.sol";

contract RefusePushTest is VaultTest {
    function test_push_reverts_given_account_refuses() external {
        _deposit(worker, 100);
        vm.prank(worker);
        vault.refusePush(true);

        // it should revert with PayoutVault_PushRefused
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_PushRefused.selector, worker));
        vault.push(address(yen), worker);
    }

    function test_push_reverts_when_outsider_pushes_the_escrow() external {
        BountyEscrow escrow = new BountyEscrow(
            IProjectRegistry(address(1)),
            IContributionRegistry(address(1)),
            vault,
            IReputationLedger(address(1)),
            IWithholdingSchedules(address(1))
        );
        _deposit(address(escrow), 100);

        // it should keep the credit that backs every bounty
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_PushRefused.selector, address(escrow)));
        vault.push(address(yen), address(escrow));
        assertEq(vault.creditOf(address(yen), address(escrow)), 100, "escrow's credit");
    }

    function test_refusePush_binds_only_the_caller() external {
        _deposit(worker, 100);

        // it should leave other accounts alone
        vm.prank(outsider);
        vault.refusePush(true);
        assertTrue(vault.refusesPush(outsider), "outsider refuses");
        assertFalse(vault.refusesPush(worker), "worker does not");
        assertEq(vault.push(address(yen), worker), 100, "pushed");
    }

    function test_refusePush_keeps_withdrawals_open_and_can_be_taken_back() external {
        _deposit(worker, 100);

        // it should emit {PushRefusalChanged}
        vm.expectEmit(address(vault));
        emit IPayoutVault.PushRefusalChanged(worker, true);
        vm.startPrank(worker);
        vault.refusePush(true);

        // it should not touch the caller's withdrawals
        vault.withdraw(address(yen), 40);

        // it should allow pushes again
        vault.refusePush(false);
        assertEq(vault.push(address(yen), worker), 60, "pushed");
    }
}
