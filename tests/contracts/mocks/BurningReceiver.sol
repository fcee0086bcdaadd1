// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "../../../contracts/interfaces/IJudgementReceiver.sol";

/// @title BurningReceiver
/// @notice Burns all the gas that it is given.
contract BurningReceiver is IJudgementReceiver {
    function onJudgement(IContributionRegistry.Attestation calldata, address, bytes32, bytes calldata) external pure {
        assembly {
            invalid()
        }
    }
}
