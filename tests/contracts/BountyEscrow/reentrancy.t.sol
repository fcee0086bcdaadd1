// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {HostileToken} from "../mocks/HostileToken.sol";
import {ReenteringReceiver} from "../mocks/ReenteringReceiver.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Only opening calls a token that the escrow does not know; from there nothing of the escrow can be entered.
contract ReentrancyTest is EscrowTest {
    HostileToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new HostileToken();
        _token.mint(owner, 100 * MAX_AWARD);
        vm.prank(owner);
        _token.approve(address(escrow), type(uint256).max);
    }

    /// @dev Every function that writes, with arguments that would be taken from outside.
    function _calls() private returns (bytes[] memory calls) {
        calls = new bytes[](10);
        calls[0] = abi.encodeCall(escrow.open, (terms));
        calls[1] = abi.encodeCall(escrow.openWithPermit, (terms, 0, 0, 0, 0));
        calls[2] = abi.encodeCall(escrow.close, (bountyId, terms, "code", "reason"));
        calls[3] = abi.encodeCall(escrow.submit, (terms, work));
        calls[4] = abi.encodeCall(escrow.submitBySignature, (terms, work, block.timestamp + 1, ""));
        calls[5] = abi.encodeCall(
            escrow.onJudgement,
            (_attestation(escrow.OUTCOME_SCHEMA(), _values(_outcomeOf(SUCCESS, 1))), source, 0, "")
        );
        calls[6] = abi.encodeCall(escrow.acceptBySilence, (submissionId, terms, work));
        calls[7] = abi.encodeCall(escrow.challenge, (submissionId, terms, work, SUCCESS, "reason"));
        calls[8] = abi.encodeCall(escrow.settle, (submissionId, terms, work, SUCCESS));
        calls[9] = abi.encodeCall(escrow.claimTokens, (submissionId, terms, work));
    }

    function test_reentrancy_from_a_hostile_token_is_refused_everywhere() external {
        _toAccepted();
        skip(400 days);
        bytes[] memory calls = _calls();
        terms.submitBy = uint64(block.timestamp + 1 days);
        terms.token = address(_token);
        for (uint256 i = 0; i < calls.length; ++i) {
            _token.prepare(address(escrow), calls[i]);
            vm.startPrank(owner);
            _token.approve(address(escrow), type(uint256).max);
            if (i % 2 == 0) escrow.open(terms);
            else escrow.openWithPermit(terms, block.timestamp, 0, 0, 0);
            vm.stopPrank();

            assertFalse(_token.succeeded(), "entered");
            assertEq(
                _token.answer(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "refusal"
            );
        }
        assertEq(vault.creditOf(address(_token), address(escrow)), calls.length * 2 * MAX_AWARD, "credit");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD - 90_000 ether, "other token");
    }

    function test_reentrancy_into_the_vault_takes_only_the_hostile_tokens_own_money() external {
        _open();
        terms.token = address(_token);
        _token.prepare(address(vault), abi.encodeCall(vault.settle, (address(_token), outsider, 2 * MAX_AWARD)));

        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, address(_token), 0, 2 * MAX_AWARD)
        );
        escrow.open(terms);
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "other token");
    }

    function test_reentrancy_from_a_hostile_receiver_gains_nothing() external {
        _toAccepted();
        ReenteringReceiver hostile = new ReenteringReceiver();
        uint256 before = _credit(address(escrow));
        bytes[] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; ++i) {
            hostile.prepare(address(escrow), calls[i]);
            _attest(outsider, escrow.REVIEW_SCHEMA(), abi.encode(address(hostile)));

            // Tokens are claimed for the payees, whoever calls.
            assertEq(hostile.succeeded(), i == 9, "entered");
        }
        assertEq(_credit(address(escrow)), before, "credit");
        assertEq(projectToken.balanceOf(address(hostile)), 0, "tokens");
        assertEq(projectToken.balanceOf(worker), 700 ether, "tokens of the worker");
    }
}
