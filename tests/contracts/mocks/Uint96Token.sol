// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Uint96Token
/// @notice Refuses amounts of 2^96 and more, as UNI and COMP do.
contract Uint96Token is ERC20("Uint96", "U96") {
    error Uint96Token_TooLarge(uint256 value);

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function approve(address spender, uint256 value) public override returns (bool) {
        if (value > type(uint96).max && value != type(uint256).max) revert Uint96Token_TooLarge(value);
        return super.approve(spender, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (value > type(uint96).max) revert Uint96Token_TooLarge(value);
        super._update(from, to, value);
    }
}
