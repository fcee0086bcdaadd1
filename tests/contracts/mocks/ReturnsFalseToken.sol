// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title ReturnsFalseToken
/// @notice Says false instead of reverting when it is told to fail; told to lie, it says true and moves nothing.
contract ReturnsFalseToken is ERC20("Returns false", "FALSE") {
    bool public failing;
    bool public lying;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function set(bool failing_, bool lying_) external {
        (failing, lying) = (failing_, lying_);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (failing || lying) return lying;
        return super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        if (failing || lying) return lying;
        return super.transferFrom(from, to, value);
    }
}
