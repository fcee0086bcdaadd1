// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TokenHandler} from "./TokenHandler.sol";
import {TokenTest} from "./TokenTest.sol";

contract TokenInvariantTest is TokenTest {
    TokenHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new TokenHandler(token, owner);
        targetContract(address(_handler));
    }

    function invariant_supply_and_reservations_stay_below_the_cap() external view {
        assertLe(token.totalSupply() + token.totalReserved(), token.cap());
    }

    function invariant_supply_is_the_sum_of_balances() external view {
        uint256 sum;
        for (uint256 i = 0; i < 3; i++) sum += token.balanceOf(_handler.accounts(i));
        assertEq(token.totalSupply(), sum);
    }

    function invariant_reservations_add_up() external view {
        uint256 sum;
        for (uint256 i = 0; i < 3; i++) sum += token.reservedBy(_handler.accounts(i));
        assertEq(token.totalReserved(), sum);
    }

    function invariant_votes_are_the_balances_of_who_delegates() external view {
        uint256 votes;
        uint256 delegated;
        for (uint256 i = 0; i < 3; i++) {
            address account = _handler.accounts(i);
            votes += token.getVotes(account);
            if (token.delegates(account) != address(0)) delegated += token.balanceOf(account);
        }
        assertEq(votes, delegated);
    }
}
