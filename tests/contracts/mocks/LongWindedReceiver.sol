// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "../../../contracts/interfaces/IJudgementReceiver.sol";

/// @title LongWindedReceiver
/// @notice Refuses with as many bytes as it was told to, each 0xab.
contract LongWindedReceiver is IJudgementReceiver {
    uint256 public length;

    constructor(uint256 length_) {
        length = length_;
    }

    function onJudgement(IContributionRegistry.Attestation calldata, address, bytes32, bytes calldata) external view {
        bytes memory reason = new bytes(length);
        for (uint256 i = 0; i < length && i < 512; ++i) reason[i] = 0xab;
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
