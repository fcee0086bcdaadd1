// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {BountyOpener} from "../BountyOpener.sol";
import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../interfaces/IBountyOpener.sol";
import {IContributionRegistry} from "../interfaces/IContributionRegistry.sol";
import {IPayoutVault} from "../interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../interfaces/IWithholdingSchedules.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {SubmissionSlot, pack} from "../libraries/SubmissionSlot.sol";

/// @title BountyBook
/// @notice What the escrow remembers: two slots a bounty, two slots a submission, the rest by hash; and how money comes
/// in.
abstract contract BountyBook is IBountyEscrow, ReentrancyGuardTransient {
    using Preimage for bytes;
    using SafeERC20 for IERC20;

    /// @dev A bounty's two slots.
    struct BountyRecord {
        bytes32 termsHash;
        BountyState state;
    }

    /// @dev A submission's two slots.
    struct SubmissionRecord {
        bytes32 contentHash;
        SubmissionSlot slot;
    }

    /// @dev A submission whose bytes were checked against the stored hashes; they stay in the calldata.
    struct Case {
        uint256 bountyId;
        uint256 submissionId;
        bytes32 contentHash;
        SubmissionState state;
    }

    uint256 internal constant FOREVER = type(uint256).max;
    address internal constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE; // ERC-7528

    /// @inheritdoc IBountyEscrow
    bytes32 public immutable REVIEW_SCHEMA;

    /// @inheritdoc IBountyEscrow
    bytes32 public immutable OUTCOME_SCHEMA;

    // solhint-disable immutable-vars-naming

    /// @inheritdoc IBountyEscrow
    IBountyOpener public immutable opener;

    /// @inheritdoc IBountyEscrow
    IProjectRegistry public immutable projects;

    /// @inheritdoc IBountyEscrow
    IContributionRegistry public immutable contributions;

    /// @inheritdoc IBountyEscrow
    IPayoutVault public immutable vault;

    /// @inheritdoc IBountyEscrow
    IReputationLedger public immutable reputation;

    /// @inheritdoc IBountyEscrow
    IWithholdingSchedules public immutable withholdings;

    // solhint-enable immutable-vars-naming

    /// @inheritdoc IBountyEscrow
    uint256 public bountyCount;

    mapping(uint256 bountyId => BountyRecord record) internal _bounties;
    mapping(uint256 bountyId => mapping(uint256 submissionId => SubmissionRecord record)) internal _submissions;

    /// @inheritdoc IBountyEscrow
    mapping(uint256 bountyId => mapping(uint256 submissionId => uint256 amount)) public agreedAmountOf;

    /// @inheritdoc IBountyEscrow
    mapping(uint256 bountyId => mapping(uint256 submissionId => uint256 payees)) public claimedPayeesOf;

    constructor(
        IProjectRegistry projects_,
        IContributionRegistry contributions_,
        IPayoutVault vault_,
        IReputationLedger reputation_,
        IWithholdingSchedules withholdings_
    ) {
        projects = projects_;
        contributions = contributions_;
        vault = vault_;
        reputation = reputation_;
        withholdings = withholdings_;
        opener = new BountyOpener(projects_, vault_, withholdings_);
        REVIEW_SCHEMA = Judgement.schemaUid(Judgement.REVIEW);
        OUTCOME_SCHEMA = Judgement.schemaUid(Judgement.OUTCOME);

        // Pushed out of the vault, the credit that backs every bounty would be tokens that the escrow cannot move.
        vault_.refusePush(true);
    }

    /* RECORDS */

    function _load(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) internal view returns (Case memory work) {
        work.bountyId = submission.asSubmission().bountyId;
        work.submissionId = submissionId;
        SubmissionRecord storage record = _submissions[work.bountyId][submissionId];
        bytes32 termsHash = keccak256(terms);
        work.contentHash = Preimage.contentHash(termsHash, submission);
        if (record.contentHash != work.contentHash) {
            // The content hash holds the terms' hash, which was compared when the work came in.
            _requireTerms(work.bountyId, termsHash);
            revert BountyEscrow_SubmissionMismatch(work.bountyId, submissionId);
        }
        work.state = record.slot.unpack();
    }

    function _store(Case memory work) internal {
        _submissions[work.bountyId][work.submissionId].slot = pack(work.state);
    }

    /* MONEY IN */

    /// @dev What comes in is credited to the escrow at the vault, which measures that it is there.
    function _pull(address token, address from, uint256 amount) internal {
        uint256 value = token == NATIVE ? amount : 0;
        if (msg.value != value) revert BountyEscrow_NotFunded(msg.value, value);
        if (token == NATIVE) {
            vault.depositNative{value: amount}(address(this));
        } else {
            IERC20(token).safeTransferFrom({from: from, to: address(vault), value: amount});
            vault.settle({token: token, account: address(this), amount: amount});
        }
    }

    /* REQUIREMENTS */

    function _requireTerms(uint256 bountyId, bytes32 termsHash) internal view {
        if (termsHash != _bounties[bountyId].termsHash) revert BountyEscrow_TermsMismatch(bountyId);
    }

    function _requireStage(Case memory work, Stage needed) internal pure {
        if (work.state.stage != needed) revert BountyEscrow_WrongStage(work.submissionId, work.state.stage);
    }

    function _requireWithin(uint256 start, uint256 end) internal view {
        if (block.timestamp < start || block.timestamp >= end) {
            revert BountyEscrow_OutsideWindow(start, end, block.timestamp);
        }
    }

    /* VIEWS */

    /// @inheritdoc IBountyEscrow
    function bountyOf(uint256 bountyId) external view returns (bytes32 termsHash, BountyState memory state) {
        return (_bounties[bountyId].termsHash, _bounties[bountyId].state);
    }

    /// @inheritdoc IBountyEscrow
    function submissionOf(
        uint256 bountyId,
        uint256 submissionId
    ) external view returns (bytes32 contentHash, SubmissionState memory state) {
        SubmissionRecord storage record = _submissions[bountyId][submissionId];
        return (record.contentHash, record.slot.unpack());
    }

    /// @inheritdoc IBountyEscrow
    function hashSubmission(
        bytes32 termsHash,
        Submission calldata submission
    ) external pure returns (bytes32 contentHash) {
        return Preimage.contentHash(termsHash, abi.encode(submission));
    }
}
