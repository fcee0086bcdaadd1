// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";

/// @title FakeEscrow
/// @notice An escrow's books that a test writes as it likes.
contract FakeEscrow {
    IProjectRegistry public projects;
    IPayoutVault public vault;

    mapping(uint256 bountyId => bytes32 termsHash) private _terms;
    mapping(uint256 bountyId => IBountyEscrow.BountyState state) private _bounties;
    mapping(uint256 bountyId => mapping(uint256 submissionId => bytes32 contentHash)) private _works;
    mapping(uint256 bountyId => mapping(uint256 submissionId => IBountyEscrow.SubmissionState state)) private _states;

    constructor(IProjectRegistry projects_, IPayoutVault vault_) {
        projects = projects_;
        vault = vault_;
    }

    function setBounty(uint256 bountyId, bytes calldata terms, IBountyEscrow.BountyState calldata state) external {
        _terms[bountyId] = keccak256(terms);
        _bounties[bountyId] = state;
    }

    function setSubmission(
        uint256 bountyId,
        uint256 submissionId,
        bytes32 contentHash,
        IBountyEscrow.SubmissionState calldata state
    ) external {
        _works[bountyId][submissionId] = contentHash;
        _states[bountyId][submissionId] = state;
    }

    function admit(IAdmission admission, uint256 bountyId, address worker) external returns (uint256 amount) {
        return admission.admit(bountyId, worker);
    }

    function bountyOf(uint256 bountyId) external view returns (bytes32, IBountyEscrow.BountyState memory) {
        return (_terms[bountyId], _bounties[bountyId]);
    }

    function submissionOf(
        uint256 bountyId,
        uint256 submissionId
    ) external view returns (bytes32, IBountyEscrow.SubmissionState memory) {
        return (_works[bountyId][submissionId], _states[bountyId][submissionId]);
    }
}
