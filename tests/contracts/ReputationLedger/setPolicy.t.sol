// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract SetPolicyTest is LedgerTest {
    function _expectRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        _setPolicy();
    }

    /* REFUSED */

    function test_setPolicy_reverts_when_there_is_no_such_project() external {
        projectId = 99;

        // it should revert with ProjectRegistry_Unknown
        _expectRefused(abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_Unknown.selector, 99));
    }

    function test_setPolicy_reverts_when_caller_is_not_the_owner() external {
        address[2] memory callers = [steward, outsider];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with ReputationLedger_NotOwner, for a steward too
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotOwner.selector, projectId, callers[i])
            );
            ledger.setPolicy(projectId, policy);
        }
    }

    function test_setPolicy_reverts_given_there_is_a_policy() external {
        _setPolicy();
        bytes memory refusal = abi.encodeWithSelector(
            IReputationLedger.ReputationLedger_PolicyExists.selector,
            projectId
        );

        // it should revert with ReputationLedger_PolicyExists, for a new owner too
        _expectRefused(refusal);
        vm.prank(owner);
        projects.offerOwnership(projectId, outsider);
        vm.startPrank(outsider);
        projects.acceptOwnership(projectId);
        vm.expectRevert(refusal);
        ledger.setPolicy(projectId, policy);
    }

    function test_setPolicy_reverts_when_escrow_has_no_code() external {
        address[2] memory wrong = [address(0), outsider];
        for (uint256 i = 0; i < wrong.length; ++i) {
            policy.escrow = wrong[i];

            // it should revert with ReputationLedger_EscrowInvalid
            _expectRefused(abi.encodeWithSelector(IReputationLedger.ReputationLedger_EscrowInvalid.selector, wrong[i]));
        }
    }

    function test_setPolicy_reverts_when_a_window_has_the_wrong_length() external {
        uint32[4] memory wrong = [0, 1 days - 1, 365 days + 1, type(uint32).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IReputationLedger.ReputationLedger_WindowInvalid.selector,
                wrong[i]
            );

            // it should revert with ReputationLedger_WindowInvalid
            (policy.appealWindow, policy.arbiterWindow) = (wrong[i], 1 days);
            _expectRefused(refusal);
            (policy.appealWindow, policy.arbiterWindow) = (1 days, wrong[i]);
            _expectRefused(refusal);
        }
    }

    function test_setPolicy_reverts_when_raters_are_not_in_order() external {
        address[][4] memory wrong;
        wrong[0] = _ascending(17);
        wrong[1] = _ascending(2);
        wrong[1][0] = address(0);
        wrong[2] = _ascending(2);
        wrong[2][1] = wrong[2][0];
        wrong[3] = _ascending(3);
        (wrong[3][1], wrong[3][2]) = (wrong[3][2], wrong[3][1]);
        for (uint256 i = 0; i < wrong.length; ++i) {
            policy.raters = wrong[i];

            // it should revert with ReputationLedger_RatersInvalid
            _expectRefused(abi.encodeWithSelector(IReputationLedger.ReputationLedger_RatersInvalid.selector));
        }
    }

    function _ascending(uint256 count) private pure returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint256 i = 0; i < count; ++i) accounts[i] = address(uint160(1_000 + i));
    }

    function test_setPolicy_reverts_when_arbiter_is_not_impartial() external {
        address[5] memory wrong = [address(0), owner, steward, raters[0], raters[1]];
        for (uint256 i = 0; i < wrong.length; ++i) {
            policy.arbiter = wrong[i];

            // it should revert with ReputationLedger_ArbiterInvalid
            _expectRefused(
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_ArbiterInvalid.selector, wrong[i])
            );
        }
    }

    /* SET */

    function test_setPolicy_stores_and_tells_it() external {
        // it should emit {PolicySet}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.PolicySet(projectId, owner, policy);
        _setPolicy();

        // it should store it
        assertEq(abi.encode(ledger.policyOf(projectId)), abi.encode(policy), "policy");
        assertEq(abi.encode(ledger.explain(projectId, worker).policy), abi.encode(policy), "explained");

        // it should leave other projects without one
        assertEq(ledger.policyOf(projectId + 1).escrow, address(0), "other");
    }

    function test_setPolicy_takes_the_ends_of_what_is_allowed() external {
        // it should take windows of a day and of 365 days
        (policy.appealWindow, policy.arbiterWindow) = (1 days, 365 days);

        // it should take 16 raters, and none
        policy.raters = _ascending(16);
        _setPolicy();
        assertEq(ledger.policyOf(projectId).raters.length, 16, "most");
        projectId = _openProject();
        delete policy.raters;
        _setPolicy();
        assertEq(ledger.policyOf(projectId).raters.length, 0, "none");
    }
}
