// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title HostileToken
/// @notice Makes a call of its owner's choice in the middle of every transfer that somebody else moves, and in permit.
contract HostileToken is ERC20("Hostile", "HOST") {
    address public target;
    bytes public call;
    bytes public answer;
    bool public succeeded;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function prepare(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        bool done = super.transferFrom(from, to, value);
        _strike();
        return done;
    }

    function permit(address owner, address spender, uint256 value, uint256, uint8, bytes32, bytes32) external {
        _approve(owner, spender, value);
        _strike();
    }

    function _strike() private {
        if (target != address(0)) (succeeded, answer) = target.call(call);
    }
}
