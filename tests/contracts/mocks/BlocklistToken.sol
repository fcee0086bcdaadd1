// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title BlocklistToken
/// @notice Reverts when a blocked account would send or receive, as USDC does.
contract BlocklistToken is ERC20("Blocklist", "BLOCK") {
    error BlocklistToken_Blocked(address account);

    mapping(address account => bool) public isBlocked;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (isBlocked[from]) revert BlocklistToken_Blocked(from);
        if (isBlocked[to]) revert BlocklistToken_Blocked(to);
        super._update(from, to, value);
    }
}
