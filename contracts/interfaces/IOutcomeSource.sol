// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IOutcomeSource
/// @notice A contract that vouches for what work achieved: an escrow, or a view beside one.
interface IOutcomeSource {
    /// @notice What became of one outcome of accepted work.
    /// @param projectId The project.
    /// @param bountyId The bounty.
    /// @param worker Who handed the work in.
    /// @param settled Whether the outcome exists and is final. A tranche without a share of the award is no outcome.
    /// @param achievedBps What was achieved, in basis points; it may be above 10,000.
    /// @param settledAt From when the outcome ages, unix s; never in the future, and the same in every answer.
    struct Outcome {
        uint256 projectId;
        uint256 bountyId;
        address worker;
        bool settled;
        uint16 achievedBps;
        uint40 settledAt;
    }

    /// @notice Returns an outcome, or reverts when terms or submission are not those that the source knows.
    /// @dev Whoever asks trusts every field of the answer, so the source compares both hashes first.
    /// @param terms The bounty's terms, as `abi.encode` gave their hash.
    /// @param submission The submission, as `abi.encode` gave its hash.
    /// @param submissionId The submission's number in the bounty.
    /// @param tranche Which of the bounty's outcomes.
    /// @return outcome The outcome.
    function outcomeOf(
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche
    ) external view returns (Outcome memory outcome);
}
