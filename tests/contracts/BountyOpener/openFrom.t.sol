// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";
import {StatedFunder} from "../mocks/StatedFunder.sol";

contract OpenFromTest is EscrowTest {
    uint256 private constant NEEDED = 2 * MAX_AWARD;

    StatedFunder private _funder;

    function setUp() public override {
        super.setUp();
        _funder = new StatedFunder(opener);
        yen.mint(address(this), 4 * NEEDED);
        yen.approve(address(vault), 4 * NEEDED);
        vault.deposit(address(yen), address(_funder), 4 * NEEDED);
        terms.funder = address(_funder);
    }

    function _expectRefused(bytes memory refusal) private {
        vm.prank(owner);
        vm.expectRevert(refusal);
        opener.openFrom(terms);
        assertEq(escrow.bountyCount(), 0, "bounties");
    }

    function test_openFrom_reverts_when_the_caller_may_not_act_for_the_project() external {
        // it should revert with BountyOpener_NotAuthorized
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotAuthorized.selector, projectId, outsider));
        opener.openFrom(terms);
    }

    function test_openFrom_reverts_when_the_funder_is_no_contract() external {
        terms.funder = outsider;

        // it should revert
        vm.prank(owner);
        vm.expectRevert();
        opener.openFrom(terms);
    }

    function test_openFrom_reverts_when_the_funder_refuses() external {
        _funder.state(0, true, "");

        // it should revert with the funder's reason
        _expectRefused(abi.encodeWithSelector(StatedFunder.Refused.selector));
    }

    function test_openFrom_reverts_when_the_funder_brings_another_amount() external {
        int256[3] memory wrong = [int256(-1), 1, -int256(NEEDED)];
        for (uint256 i = 0; i < wrong.length; ++i) {
            _funder.state(wrong[i], false, "");

            // it should revert with BountyOpener_NotFunded
            uint256 found = uint256(int256(NEEDED) + wrong[i]);
            _expectRefused(abi.encodeWithSelector(IBountyOpener.BountyOpener_NotFunded.selector, found, NEEDED));
        }
    }

    function test_openFrom_reverts_when_the_funder_opens_again() external {
        vm.prank(owner);
        projects.setSteward(projectId, address(_funder), true);
        terms.tokenReward = 0;
        _funder.state(0, false, abi.encodeCall(IBountyOpener.openFrom, (terms)));

        // it should revert
        _expectRefused(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
    }

    function test_openFrom_opens_and_returns_to_the_funder() external {
        vm.prank(owner);
        bountyId = opener.openFrom(terms);

        // it should open with the number that the funder was told
        assertEq(_funder.toldBounty(), bountyId, "number");
        assertEq(_funder.toldTerms(), keccak256(_terms()), "terms");
        assertEq(_credit(address(escrow)), NEEDED, "credit");

        // it should return what is not owed to the funder's credit
        _close();
        assertEq(_credit(address(_funder)), 4 * NEEDED, "returned");
    }
}
