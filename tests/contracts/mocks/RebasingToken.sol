// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title RebasingToken
/// @notice Balances that change without a transfer, up or down, for everyone at once.
contract RebasingToken is ERC20("Rebasing", "REBASE") {
    uint256 private _percent = 100;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function rebase(uint256 percent) external {
        _percent = percent;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return (super.balanceOf(account) * _percent) / 100;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, (value * 100) / _percent);
    }
}
