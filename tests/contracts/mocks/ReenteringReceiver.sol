// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "../../../contracts/interfaces/IJudgementReceiver.sol";

/// @title ReenteringReceiver
/// @notice Calls back with what it was told to, and keeps the answer.
contract ReenteringReceiver is IJudgementReceiver {
    address public target;
    bytes public call;
    bytes public answer;
    bool public succeeded;

    function prepare(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function onJudgement(IContributionRegistry.Attestation calldata, address, bytes32, bytes calldata) external {
        (succeeded, answer) = target.call(call);
    }
}
