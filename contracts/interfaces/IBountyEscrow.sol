// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IContributionRegistry} from "./IContributionRegistry.sol";
import {IJudgementReceiver} from "./IJudgementReceiver.sol";
import {IPayoutVault} from "./IPayoutVault.sol";
import {IProjectRegistry} from "./IProjectRegistry.sol";

/// @title IBountyEscrow
/// @notice Impact Share: bounties whose pay follows what the work achieved: a base at once, a success tranche when the
/// agreed target is reported, a long-term tranche by the value later, and a guaranteed minimum.
/// @dev Terms are fixed and hashed at opening; callers pass them again and the escrow compares the hash. Everything
/// that can be owed is in the escrow's credit at the vault from the opening on: `amount x maxMultiplierBps` for each
/// award still possible or still open. Pay is only ever a credit moved inside the vault, so no payee can block another.
///
/// Every state has a clock, a default and a function that anyone may call: a silent reviewer accepts, a silent source
/// or arbiter means `silentBps`. Windows are half-open: `[start, end)`.
///
/// Rounding: a tranche's ceiling is cut so that the three ceilings sum to the award exactly; what a tranche pays is
/// rounded down; what a payee receives is rounded down and the remainder goes to the first payee.
interface IBountyEscrow is IJudgementReceiver {
    /// @notice The two tranches that wait for an outcome.
    enum Tranche {
        Success,
        LongTerm
    }

    /// @notice Where a submission stands.
    enum Stage {
        None,
        Pending,
        Rejected,
        Accepted,
        Completed
    }

    /// @notice Where a tranche stands.
    enum TrancheStage {
        Waiting,
        Reported,
        Challenged,
        Ruled,
        Settled
    }

    /// @notice One outcome tranche of the terms. Times are seconds after acceptance.
    /// @param shareBps Its share of the award, in basis points; zero means that there is no such tranche.
    /// @param silentBps What counts as achieved when the source, or the arbiter of a challenge, stays silent.
    /// @param opensAfter From when the source may report.
    /// @param closesAfter Until when the source may report.
    /// @param challengeWindow How long a report can be challenged, in s; zero makes reports final.
    /// @param source The account that reports, agreed by both sides: an owner accepts by opening, a worker by
    /// submitting.
    struct TrancheTerms {
        uint16 shareBps;
        uint16 silentBps;
        uint32 opensAfter;
        uint32 closesAfter;
        uint32 challengeWindow;
        address source;
    }

    /// @notice The terms of a bounty, fixed at opening.
    /// @param projectId The project.
    /// @param token The token that pays.
    /// @param amount An award at a multiplier of 1, in base units.
    /// @param guaranteed The least that an award pays in total, in base units; at most `amount x minMultiplierBps`.
    /// @param tokenReward Project tokens per award, in base units; reserved under the token's cap at opening.
    /// @param maxAwards How many submissions can be accepted.
    /// @param minMultiplierBps The lower end of the multiplier band; 10,000 is 1.
    /// @param maxMultiplierBps The upper end of the multiplier band.
    /// @param baseBps The share of the award that is credited at acceptance; with both tranches it sums to 10,000.
    /// @param quorum How many reviewers must approve.
    /// @param reviewers The reviewers, in ascending order, at most 16.
    /// @param submitBy Until when work can be submitted, unix s.
    /// @param reviewWindow How long the reviewers have, in s; then silence accepts.
    /// @param arbiter Who rules on challenges; zero when no tranche can be challenged.
    /// @param arbiterWindow How long the arbiter has, in s.
    /// @param success The success tranche.
    /// @param longTerm The long-term tranche.
    /// @param document The CID of the terms as a person reads them.
    struct Terms {
        uint256 projectId;
        address token;
        uint128 amount;
        uint128 guaranteed;
        uint128 tokenReward;
        uint16 maxAwards;
        uint16 minMultiplierBps;
        uint16 maxMultiplierBps;
        uint16 baseBps;
        uint16 quorum;
        address[] reviewers;
        uint64 submitBy;
        uint32 reviewWindow;
        address arbiter;
        uint32 arbiterWindow;
        TrancheTerms success;
        TrancheTerms longTerm;
        string document;
    }

    /// @notice Work handed in. Its hash, with the terms' hash, is what reviewers name.
    /// @param bountyId The bounty.
    /// @param worker Who hands it in.
    /// @param payees Who is paid, at most 250; never a reviewer, source or arbiter of the bounty.
    /// @param sharesBps The payees' shares, which sum to 10,000.
    /// @param evidence The CID of the evidence.
    struct Submission {
        uint256 bountyId;
        address worker;
        address[] payees;
        uint16[] sharesBps;
        string evidence;
    }

    /// @notice What is stored of a bounty besides the hash of its terms.
    /// @param funder Who escrowed the money and receives what is not owed.
    /// @param submissions How many submissions there were; ids run from 1.
    /// @param pending How many submissions are not decided.
    /// @param awards How many submissions were accepted.
    /// @param closed Whether it takes no more work.
    struct BountyState {
        address funder;
        uint24 submissions;
        uint24 pending;
        uint16 awards;
        bool closed;
    }

    /// @notice What is stored of a tranche. One without a share of the award is settled from acceptance on.
    /// @param stage Where it stands.
    /// @param achievedBps The achievement reported or ruled, in basis points.
    /// @param clock When it was reported, challenged or ruled, unix s.
    struct TrancheState {
        TrancheStage stage;
        uint16 achievedBps;
        uint40 clock;
    }

    /// @notice What is stored of a submission besides its hash.
    /// @param stage Where it stands.
    /// @param tokensClaimed Whether its project tokens were minted.
    /// @param multiplierBps The multiplier, snapshotted at acceptance.
    /// @param approvals The reviewers who approved, bit i for reviewer i.
    /// @param rejections The reviewers who rejected, bit i for reviewer i.
    /// @param clock When it was handed in, and from acceptance on when it was accepted, unix s.
    /// @param success The success tranche.
    /// @param longTerm The long-term tranche.
    struct SubmissionState {
        Stage stage;
        bool tokensClaimed;
        uint16 multiplierBps;
        uint16 approvals;
        uint16 rejections;
        uint40 clock;
        TrancheState success;
        TrancheState longTerm;
    }

    /* ERRORS: TERMS */

    /// @notice Thrown when the caller may not act for the project.
    /// @param projectId The project.
    /// @param caller The caller.
    error BountyEscrow_NotAuthorized(uint256 projectId, address caller);

    /// @notice Thrown when the project is closed.
    /// @param projectId The project.
    error BountyEscrow_ProjectClosed(uint256 projectId);

    /// @notice Thrown when the shares of a division do not sum to 10,000 basis points.
    /// @param sum The sum found.
    error BountyEscrow_SharesSum(uint256 sum);

    /// @notice Thrown when the token, the number of awards, what an award can pay, or a payee's share is zero.
    error BountyEscrow_Zero();

    /// @notice Thrown when the multiplier band is empty, starts at zero or goes beyond 5.
    /// @param minMultiplierBps The lower end.
    /// @param maxMultiplierBps The upper end.
    error BountyEscrow_BandInvalid(uint16 minMultiplierBps, uint16 maxMultiplierBps);

    /// @notice Thrown when more is guaranteed than the smallest award pays.
    /// @param guaranteed The guarantee, in base units.
    /// @param highest The most that can be guaranteed, in base units.
    error BountyEscrow_GuaranteeTooHigh(uint256 guaranteed, uint256 highest);

    /// @notice Thrown when reviewers are none, more than 16, not ascending, or the quorum is not within their number.
    error BountyEscrow_ReviewersInvalid();

    /// @notice Thrown when a tranche has no source, an achievement above 10,000, a window that is empty or ends after
    /// ten years, or can be challenged without an arbiter who is another than its source.
    /// @param tranche The tranche.
    error BountyEscrow_TrancheInvalid(Tranche tranche);

    /// @notice Thrown when the review window, or the arbiter's where one is needed, is zero or over ten years.
    /// @param length The length, in s.
    error BountyEscrow_WindowInvalid(uint256 length);

    /// @notice Thrown when a deadline has passed, or is further away than ten years.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error BountyEscrow_DeadlineInvalid(uint64 deadline, uint64 time);

    /// @notice Thrown when the terms given are not the bounty's, or there is no such bounty.
    /// @param bountyId The bounty.
    error BountyEscrow_TermsMismatch(uint256 bountyId);

    /* ERRORS: WORK */

    /// @notice Thrown when the bounty takes no more work.
    /// @param bountyId The bounty.
    error BountyEscrow_Closed(uint256 bountyId);

    /// @notice Thrown when the caller is not the worker.
    /// @param worker The worker.
    /// @param caller The caller.
    error BountyEscrow_NotWorker(address worker, address caller);

    /// @notice Thrown when a signature is not the worker's for this message.
    /// @param worker The worker.
    error BountyEscrow_SignatureInvalid(address worker);

    /// @notice Thrown when payees are none, more than 250, zero, or not as many as shares.
    error BountyEscrow_PayeesInvalid();

    /// @notice Thrown when someone who judges the work hands it in or would be paid for it.
    /// @param payee The account.
    error BountyEscrow_PayeeJudges(address payee);

    /// @notice Thrown when a document, evidence or a reason is not 1 to 128 bytes long; an approval needs no reason.
    /// @param length The length found, in bytes.
    error BountyEscrow_TextLength(uint256 length);

    /// @notice Thrown when the submission given, or the hash that a judgement names, is not the stored one.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error BountyEscrow_SubmissionMismatch(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when a submission is not in the stage that the call needs.
    /// @param submissionId The submission.
    /// @param found The stage found.
    /// @param needed The stage needed.
    error BountyEscrow_WrongStage(uint256 submissionId, Stage found, Stage needed);

    /* ERRORS: JUDGEMENTS */

    /// @notice Thrown when a judgement does not come through the contribution registry.
    /// @param caller The caller.
    error BountyEscrow_NotRegistry(address caller);

    /// @notice Thrown when a judgement has a schema that the escrow does not act on.
    /// @param schema The schema.
    error BountyEscrow_SchemaUnknown(bytes32 schema);

    /// @notice Thrown when a judgement names another escrow, or another recipient than the worker.
    error BountyEscrow_SubjectMismatch();

    /// @notice Thrown when the attester is not a reviewer of the bounty.
    /// @param attester The attester.
    error BountyEscrow_NotReviewer(address attester);

    /// @notice Thrown when a reviewer judges the same submission twice.
    /// @param attester The attester.
    error BountyEscrow_AlreadyReviewed(address attester);

    /// @notice Thrown when the attester is neither the tranche's source nor, in a challenge, the arbiter.
    /// @param attester The attester.
    /// @param needed The account that may report or rule now.
    error BountyEscrow_NotSource(address attester, address needed);

    /// @notice Thrown when an achievement or score is above 10,000 basis points.
    /// @param bps The value found.
    error BountyEscrow_BpsTooHigh(uint16 bps);

    /// @notice Thrown when an action is taken outside its window `[start, end)`.
    /// @param start The window's start, unix s; zero when it has none.
    /// @param end The window's end, unix s; 2^256 - 1 when it has none.
    /// @param time The time now, unix s.
    error BountyEscrow_OutsideWindow(uint256 start, uint256 end, uint256 time);

    /// @notice Thrown when a tranche is not in the stage that the call needs.
    /// @param tranche The tranche.
    /// @param found The stage found.
    error BountyEscrow_TrancheStage(Tranche tranche, TrancheStage found);

    /// @notice Thrown when the caller is no party of the award: not worker, payee, owner or steward.
    /// @param caller The caller.
    error BountyEscrow_NotParty(address caller);

    /// @notice Thrown when every award of the bounty was given.
    /// @param bountyId The bounty.
    error BountyEscrow_NoAwardLeft(uint256 bountyId);

    /// @notice Thrown when a bounty is closed while submissions wait for a decision and an award is left for them.
    /// @param bountyId The bounty.
    /// @param pending How many wait.
    error BountyEscrow_SubmissionsPending(uint256 bountyId, uint256 pending);

    /// @notice Thrown when project tokens are claimed twice, or there are none.
    /// @param submissionId The submission.
    error BountyEscrow_NoTokensToClaim(uint256 submissionId);

    /* EVENTS */

    /// @notice Emitted when a bounty is opened and funded.
    /// @param bountyId The bounty.
    /// @param projectId The project.
    /// @param funder Who escrowed the money.
    /// @param termsHash The hash of the terms.
    /// @param escrowed What was escrowed, in base units.
    /// @param terms The terms.
    event BountyOpened(
        uint256 indexed bountyId,
        uint256 indexed projectId,
        address indexed funder,
        bytes32 termsHash,
        uint256 escrowed,
        Terms terms
    );

    /// @notice Emitted when work is handed in.
    /// @param bountyId The bounty.
    /// @param submissionId The submission, from 1 within the bounty.
    /// @param worker Who handed it in.
    /// @param contentHash The hash that reviewers name.
    /// @param submission The submission.
    event SubmissionReceived(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed worker,
        bytes32 contentHash,
        Submission submission
    );

    /// @notice Emitted when a review is counted.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param reviewer The reviewer.
    /// @param uid The uid of the attestation.
    /// @param approved Whether the reviewer approved.
    /// @param scoreBps The score, in basis points.
    /// @param reasonCode A short code, zero when none.
    /// @param reason The CID of the written review.
    event ReviewCounted(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed reviewer,
        bytes32 uid,
        bool approved,
        uint16 scoreBps,
        bytes32 reasonCode,
        string reason
    );

    /// @notice Emitted when a submission is accepted and its base is credited.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param contentHash The hash that was accepted.
    /// @param multiplierBps The multiplier, snapshotted now.
    /// @param award The award, in base units.
    /// @param base The base credited, in base units.
    /// @param bySilence True when the reviewers were silent.
    event SubmissionAccepted(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        bytes32 contentHash,
        uint16 multiplierBps,
        uint256 award,
        uint256 base,
        bool bySilence
    );

    /// @notice Emitted when a submission is rejected.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param contentHash The hash that was rejected.
    /// @param reasonCode The code of the review that decided.
    /// @param reason The CID of the review that decided.
    event SubmissionRejected(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        bytes32 contentHash,
        bytes32 reasonCode,
        string reason
    );

    /// @notice Emitted when a source reports, or an arbiter rules on a challenge.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param attester The source or the arbiter.
    /// @param uid The uid of the attestation.
    /// @param achievedBps The achievement, in basis points.
    /// @param ruling True when the arbiter ruled.
    /// @param evidence The CID of the evidence.
    event OutcomeReported(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        address attester,
        bytes32 uid,
        uint16 achievedBps,
        bool ruling,
        string evidence
    );

    /// @notice Emitted when a report is challenged.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param challenger Who challenged.
    /// @param reason The CID of the written reason.
    event OutcomeChallenged(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        address challenger,
        string reason
    );

    /// @notice Emitted when a tranche pays.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param achievedBps What counted as achieved, in basis points.
    /// @param amount What it paid to all payees together, in base units.
    /// @param bySilence True when the default counted because source or arbiter was silent.
    event TrancheSettled(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        uint16 achievedBps,
        uint256 amount,
        bool bySilence
    );

    /// @notice Emitted when nothing of an award is open any more.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param paid What the award paid in total, top-up included, in base units.
    /// @param topUp What the guarantee added, in base units.
    /// @param returned What went back to the funder's credit, in base units.
    event AwardCompleted(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        uint256 paid,
        uint256 topUp,
        uint256 returned
    );

    /// @notice Emitted when the project tokens of an award are minted to its payees.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param amount The amount, in base units.
    event TokensClaimed(uint256 indexed bountyId, uint256 indexed submissionId, uint256 amount);

    /// @notice Emitted when a bounty is closed.
    /// @param bountyId The bounty.
    /// @param caller Who closed it.
    /// @param reasonCode A short code.
    /// @param reason The CID of the written reason.
    /// @param returned What went back to the funder's credit, in base units.
    event BountyClosed(
        uint256 indexed bountyId,
        address indexed caller,
        bytes32 indexed reasonCode,
        string reason,
        uint256 returned
    );

    /* OPENING AND CLOSING */

    /// @notice Opens a bounty and escrows all that it can owe. The project's owner or a steward.
    /// @dev Needs an allowance of the caller to the escrow of `amount x maxMultiplierBps / 10,000 (down) x maxAwards`,
    /// and, when project tokens are promised, that the escrow is a minter of the project's token.
    /// @param terms The terms.
    /// @return bountyId The new bounty; ids run from 1.
    function open(Terms calldata terms) external returns (uint256 bountyId);

    /// @notice Opens a bounty with an ERC-2612 permit in place of an allowance.
    /// @dev A permit that was front-run is no obstacle: the allowance it made is used.
    /// @param terms The terms.
    /// @param deadline The permit's deadline, unix s.
    /// @param v Part of the permit's signature.
    /// @param r Part of the permit's signature.
    /// @param s Part of the permit's signature.
    /// @return bountyId The new bounty.
    function openWithPermit(
        Terms calldata terms,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 bountyId);

    /// @notice Closes a bounty and returns what can no longer be owed to the funder's credit.
    /// @dev The project's owner or a steward at any time, anyone from `submitBy` on; never while a submission is
    /// pending and an award is left for it. Submissions still pending when no award is left stay so, or are rejected.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param reasonCode A short code, such as `bytes32("expired")`.
    /// @param reason The CID of the written reason.
    function close(uint256 bountyId, Terms calldata terms, bytes32 reasonCode, string calldata reason) external;

    /* WORK */

    /// @notice Hands in work with the worker's own wallet.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @return submissionId The new submission; ids run from 1 within the bounty.
    function submit(Terms calldata terms, Submission calldata submission) external returns (uint256 submissionId);

    /// @notice Hands in work with the worker's EIP-712 signature. Anyone may relay.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param deadline Until when the signature is good, unix s.
    /// @param signature The worker's signature over
    /// `SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)`.
    /// @return submissionId The new submission.
    function submitBySignature(
        Terms calldata terms,
        Submission calldata submission,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 submissionId);

    /// @notice Uses up the caller's nonce, so that work it signed and nobody relayed cannot come in any more.
    function cancelSignature() external;

    /// @notice Accepts a submission that the reviewers let lie. Anyone, from the end of the review window on.
    /// @dev Warning: work that waits while the last award is given to other work cannot be accepted any more. It
    /// lapses: nothing is owed for it, reviewers can only reject it, and it does not keep the bounty from being closed.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    function acceptBySilence(uint256 submissionId, Terms calldata terms, Submission calldata submission) external;

    /* OUTCOMES */

    /// @notice Challenges a report within its window. Worker, payee, owner or steward.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param tranche The tranche.
    /// @param reason The CID of the written reason.
    function challenge(
        uint256 submissionId,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche,
        string calldata reason
    ) external;

    /// @notice Pays a tranche whose outcome is final, by report, ruling or silence. Anyone.
    /// @dev The last tranche of an award tops up to the guarantee and returns the rest to the funder's credit.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param tranche The tranche.
    function settle(
        uint256 submissionId,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche
    ) external;

    /// @notice Mints the project tokens of an award to its payees. Anyone.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    function claimTokens(uint256 submissionId, Terms calldata terms, Submission calldata submission) external;

    /* VIEWS */

    /// @notice Returns what is stored of a bounty.
    /// @param bountyId The bounty.
    /// @return termsHash The hash of its terms, zero when there is no such bounty.
    /// @return state The rest.
    function bountyOf(uint256 bountyId) external view returns (bytes32 termsHash, BountyState memory state);

    /// @notice Returns what is stored of a submission.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @return contentHash Its hash, zero when there is no such submission.
    /// @return state The rest.
    function submissionOf(
        uint256 bountyId,
        uint256 submissionId
    ) external view returns (bytes32 contentHash, SubmissionState memory state);

    /// @notice Returns the registry that says who may act for a project.
    /// @return registry The registry.
    function projects() external view returns (IProjectRegistry registry);

    /// @notice Returns the registry that judgements come through.
    /// @return registry The registry.
    function contributions() external view returns (IContributionRegistry registry);

    /// @notice Returns the vault in which the escrow's money lies.
    /// @return account The vault.
    function vault() external view returns (IPayoutVault account);

    /// @notice Returns how many bounties were opened.
    /// @return count The number.
    function bountyCount() external view returns (uint256 count);

    /// @notice Returns the hash of terms: `keccak256(abi.encode(terms))`.
    /// @param terms The terms.
    /// @return termsHash The hash.
    function hashTerms(Terms calldata terms) external pure returns (bytes32 termsHash);

    /// @notice Returns the hash that reviewers name: `keccak256(abi.encode(termsHash, submission))`.
    /// @param termsHash The hash of the bounty's terms.
    /// @param submission The submission.
    /// @return contentHash The hash.
    function hashSubmission(
        bytes32 termsHash,
        Submission calldata submission
    ) external pure returns (bytes32 contentHash);

    /// @notice Returns the uid of the review schema.
    /// @dev The fields, which are also the text that the schema's UID is made of, with no resolver, revocable:
    /// `address escrow,uint256 bountyId,uint256 submissionId,bytes32 contentHash,bool approved,`
    /// `uint16 scoreBps,bytes32 reasonCode,string reason`. The context of a review is `abi.encode(Terms, Submission)`.
    /// @return uid The uid.
    function REVIEW_SCHEMA() external view returns (bytes32 uid);

    /// @notice Returns the uid of the outcome schema.
    /// @dev `address escrow,uint256 bountyId,uint256 submissionId,uint8 tranche,uint16 achievedBps,string evidence`, no
    /// resolver, revocable. The context of an outcome is `abi.encode(Terms, Submission)`.
    /// @return uid The uid.
    function OUTCOME_SCHEMA() external view returns (bytes32 uid);
}
