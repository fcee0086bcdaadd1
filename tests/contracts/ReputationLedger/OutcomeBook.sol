// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOutcomeSource} from "../../../contracts/interfaces/IOutcomeSource.sol";

/// @title OutcomeBook
/// @notice An escrow as the ledger sees it: it answers what the test has written, under the terms and the submission.
contract OutcomeBook is IOutcomeSource {
    mapping(bytes32 id => Outcome) private _outcomes;

    function write(
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche,
        Outcome calldata outcome
    ) external {
        _outcomes[keccak256(abi.encode(terms, submission, submissionId, tranche))] = outcome;
    }

    function outcomeOf(
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche
    ) external view returns (Outcome memory outcome) {
        outcome = _outcomes[keccak256(abi.encode(terms, submission, submissionId, tranche))];
        require(outcome.projectId != 0, "unknown work");
    }
}
