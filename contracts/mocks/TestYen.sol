// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @title TestYen
/// @notice Money for demos and tests: an ERC-20 that anyone may mint and that is worth nothing; with permit (ERC-2612)
/// and authorizations (ERC-3009), as yen coins have them.
contract TestYen is ERC20, ERC20Permit, ERC3009 {
    constructor() ERC20("Test Yen (no value)", "tJPY") ERC20Permit("Test Yen (no value)") {}

    /// @notice Mints `amount` for `to`. Anyone may call.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
