// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {HostileToken} from "../mocks/HostileToken.sol";
import {BondsTest} from "./BondsTest.sol";

/// @notice Only putting down a bond calls a token; from there nothing of the bonds can be entered.
contract ReentrancyTest is BondsTest {
    HostileToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new HostileToken();
        terms.token = address(_token);
        _write();
    }

    function _calls() private view returns (bytes[] memory calls) {
        calls = new bytes[](5);
        calls[0] = abi.encodeCall(bonds.setBond, (BOUNTY, _terms(), BOND, LOSS_BPS));
        calls[1] = abi.encodeCall(bonds.post, (BOUNTY, _terms(), BOND, LOSS_BPS));
        calls[2] = abi.encodeCall(bonds.claimSilence, (SUBMISSION, _terms(), _work()));
        calls[3] = abi.encodeCall(bonds.markEnded, (BOUNTY, _terms()));
        calls[4] = abi.encodeCall(bonds.withdraw, (BOUNTY, _terms(), reviewers[0]));
    }

    function test_reentrancy_from_a_hostile_token_is_refused_everywhere() external {
        _setBond();
        bytes[] memory calls = _calls();
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < calls.length; ++i) {
            _token.mint(reviewers[0], BOND);
            vm.prank(reviewers[0]);
            _token.approve(address(bonds), BOND);
            _token.prepare(address(bonds), calls[i]);
            _post(0);

            assertFalse(_token.succeeded(), "entered");
            assertEq(
                _token.answer(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "refusal"
            );
            assertEq(_credit(address(bonds)), BOND, "credit");
            vm.revertToState(before);
        }
    }
}
