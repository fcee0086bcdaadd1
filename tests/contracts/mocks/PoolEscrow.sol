// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IFunder} from "../../../contracts/interfaces/IFunder.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";

/// @title PoolOpener
/// @notice What a funding pool sees of the escrow's opener: it asks for money. Terms escrow their amount.
contract PoolOpener {
    function openFrom(IFunder funder, uint256 bountyId, bytes32 termsHash, address token, uint256 amount) external {
        funder.fund(bountyId, termsHash, token, amount);
    }

    function escrowOf(IBountyEscrow.Terms calldata terms) external pure returns (uint256) {
        return terms.amount;
    }
}

/// @title PoolEscrow
/// @notice What a funding pool sees of the escrow: its credit, from which some money comes back.
contract PoolEscrow {
    IPayoutVault public immutable vault;
    PoolOpener public immutable opener = new PoolOpener();

    constructor(IPayoutVault vault_) {
        vault = vault_;
        vault_.refusePush(true);
    }

    function refund(address token, address account, uint256 amount) external {
        vault.transfer(account, uint256(uint160(token)), amount);
    }
}
