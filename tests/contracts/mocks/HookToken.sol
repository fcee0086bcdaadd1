// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title ITokenHook
/// @notice What a party of a transfer is told.
interface ITokenHook {
    function onTokenMoved() external;
}

/// @title HookToken
/// @notice Calls sender and receiver around every transfer when they asked for it, as ERC-777 does.
contract HookToken is ERC20("Hook", "HOOK") {
    mapping(address account => bool) public wantsHook;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setHook(bool wanted) external {
        wantsHook[msg.sender] = wanted;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (wantsHook[from]) ITokenHook(from).onTokenMoved();
        super._update(from, to, value);
        if (wantsHook[to]) ITokenHook(to).onTokenMoved();
    }
}
