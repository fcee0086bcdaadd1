// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "../../../contracts/interfaces/IJudgementReceiver.sol";

/// @title RecordingReceiver
/// @notice Remembers the judgement that it was given last, and refuses when told to.
contract RecordingReceiver is IJudgementReceiver {
    error RecordingReceiver_Refused();

    uint256 public count;
    bool public refuses;
    address public caller;
    bytes32 public attestationHash;
    address public attester;
    bytes32 public uid;
    bytes public context;

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function onJudgement(
        IContributionRegistry.Attestation calldata attestation,
        address attester_,
        bytes32 uid_,
        bytes calldata context_
    ) external {
        if (refuses) revert RecordingReceiver_Refused();
        ++count;
        (caller, attestationHash) = (msg.sender, keccak256(abi.encode(attestation)));
        (attester, uid, context) = (attester_, uid_, context_);
    }
}
