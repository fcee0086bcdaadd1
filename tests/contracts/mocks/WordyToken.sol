// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title WordyToken
/// @notice Refuses every transfer with a reason of as many zero bytes as it was told.
contract WordyToken is ERC20 {
    uint256 private _length;

    constructor() ERC20("Wordy", "WORD") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function setReason(uint256 length) external {
        _length = length;
    }

    function transfer(address, uint256) public view override returns (bool) {
        bytes memory reason = new bytes(_length);
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
