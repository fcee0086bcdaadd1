// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFunder} from "../../../contracts/interfaces/IFunder.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";

/// @title PoolEscrow
/// @notice What a funding pool sees of the escrow: it asks for money, and later some comes back.
contract PoolEscrow {
    IPayoutVault public immutable vault;

    constructor(IPayoutVault vault_) {
        vault = vault_;
        vault_.refusePush(true);
    }

    /// @dev It is its own opener.
    function opener() external view returns (address) {
        return address(this);
    }

    function openFrom(IFunder funder, uint256 bountyId, bytes32 termsHash, address token, uint256 amount) external {
        funder.fund(bountyId, termsHash, token, amount);
    }

    function refund(address token, address account, uint256 amount) external {
        vault.transfer(account, uint256(uint160(token)), amount);
    }
}
