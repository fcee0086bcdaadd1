// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IContributionRegistry} from "./IContributionRegistry.sol";

/// @title IJudgementReceiver
/// @notice A contract that acts on judgements, such as the bounty escrow.
interface IJudgementReceiver {
    /// @notice Acts on a judgement that the registry has verified and stored, or reverts to refuse it.
    /// @param attestation What was attested.
    /// @param attester Who attested it; the registry has checked the signature or the sender.
    /// @param uid The attestation's uid.
    /// @param context Values that the receiver asked for and checks itself; they are not signed.
    function onJudgement(
        IContributionRegistry.Attestation calldata attestation,
        address attester,
        bytes32 uid,
        bytes calldata context
    ) external;
}
