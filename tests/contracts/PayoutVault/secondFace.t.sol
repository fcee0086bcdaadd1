// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";

/// @notice A token whose balances a second contract shows and moves too.
contract TwoFacedYen is TestYen {
    SecondFace public immutable SECOND = new SecondFace(this);

    function moveFrom(address from, address to, uint256 amount) external {
        require(msg.sender == address(SECOND));
        _transfer(from, to, amount);
    }
}

contract SecondFace {
    TwoFacedYen private immutable _FIRST;

    constructor(TwoFacedYen first) {
        _FIRST = first;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _FIRST.balanceOf(account);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _FIRST.moveFrom(msg.sender, to, amount);
        return true;
    }
}

/// @notice The limit of what the vault can promise: `IPayoutVault` warns of it.
contract SecondFaceTest is Test {
    function test_settle_cannot_see_that_two_addresses_are_one_money() external {
        (PayoutVault vault, TwoFacedYen yen) = (new PayoutVault(), new TwoFacedYen());
        (address worker, address thief, address second) = (
            makeAddr("worker"),
            makeAddr("thief"),
            address(yen.SECOND())
        );
        yen.mint(address(vault), 100);
        vault.settle(address(yen), worker, 100);

        // it should credit it under each, which is why such a token must not be credited
        vm.startPrank(thief);
        vault.settle(second, thief, 100);
        vault.withdraw(second, 100);
        assertEq(yen.balanceOf(thief), 100, "taken");
        assertEq(vault.creditOf(address(yen), worker), 100, "credit without money");
    }
}
