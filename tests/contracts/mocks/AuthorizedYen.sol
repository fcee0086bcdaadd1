// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title AuthorizedYen
/// @notice A yen coin as issuers make them: permit (ERC-2612) and authorizations (ERC-3009).
contract AuthorizedYen is ERC20, ERC20Permit, ERC3009 {
    constructor() ERC20("Authorized Yen", "aJPY") ERC20Permit("Authorized Yen") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
