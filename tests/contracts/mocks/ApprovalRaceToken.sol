// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title ApprovalRaceToken
/// @notice Refuses to change an allowance from one amount to another without zero between, as USDT does.
contract ApprovalRaceToken is ERC20("Approval race", "RACE") {
    error ApprovalRaceToken_NotZeroFirst(uint256 present);

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function approve(address spender, uint256 value) public override returns (bool) {
        uint256 present = allowance(msg.sender, spender);
        if (present != 0 && value != 0) revert ApprovalRaceToken_NotZeroFirst(present);
        return super.approve(spender, value);
    }
}
