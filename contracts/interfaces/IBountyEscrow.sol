// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBountyOpener} from "./IBountyOpener.sol";
import {IContributionRegistry} from "./IContributionRegistry.sol";
import {IJudgementReceiver} from "./IJudgementReceiver.sol";
import {IPayoutVault} from "./IPayoutVault.sol";
import {IProjectRegistry} from "./IProjectRegistry.sol";
import {IReputationLedger} from "./IReputationLedger.sol";
import {IWithholdingSchedules} from "./IWithholdingSchedules.sol";

/// @title IBountyEscrow
/// @notice Impact Share: bounties whose pay follows what the work achieved: a base at once, a success tranche when the
/// agreed target is reported, a long-term tranche by the value later, and a guaranteed minimum.
/// @dev Terms and submissions are fixed by hash. The opener's `open`, and `submit` and `revise` here, take them as
/// structs; the events hold the exact bytes that were hashed, `abi.encode(Terms)` and `abi.encode(Submission)`, and
/// every later call passes those bytes again. Everything that can be owed is in the escrow's credit at the vault from
/// the opening on: the most that an award can pay, for each award still possible or still open. Pay is only ever a
/// credit moved inside the vault, so no payee can block another.
///
/// Every state has a clock, a default and a function that anyone may call: silent reviewers accept, changes that nobody
/// makes reject, a silent arbiter of an appeal follows the terms, a silent source or arbiter of an outcome means
/// `silentBps`. Windows are half-open: `[start, end)`.
///
/// Rounding: achievement is rounded down to a basis point; a tranche's ceiling is cut so that the three ceilings sum to
/// the award exactly; what a tranche pays is rounded down; what a payee receives is rounded down and the remainder goes
/// to the first payee.
interface IBountyEscrow is IJudgementReceiver {
    /// @notice The two tranches that wait for an outcome.
    enum Tranche {
        Success,
        LongTerm
    }

    /// @notice What a reviewer says. `None` is never valid.
    enum Verdict {
        None,
        Approve,
        Reject,
        RequestChanges
    }

    /// @notice Where a submission stands.
    enum Stage {
        None,
        Pending,
        ChangesRequested,
        Rejected,
        Appealed,
        Accepted,
        Completed
    }

    /// @notice Where a tranche stands.
    enum TrancheStage {
        Waiting,
        Reported,
        Challenged,
        Settled
    }

    /// @notice One outcome tranche of the terms. Times are seconds after acceptance.
    /// @param shareBps Its share of the award, in basis points; zero means that there is no such tranche.
    /// @param silentBps What counts as achieved when the source, or the arbiter of a challenge, stays silent; at most
    /// 10,000.
    /// @param capBps The most that counts as achieved, from 10,000, when nothing beyond the target is paid, to 20,000.
    /// @param opensAfter From when the source may report.
    /// @param closesAfter Until when the source may report.
    /// @param challengeWindow How long a report can be challenged, in s; zero makes reports final, and they pay at
    /// once.
    /// @param target The measured value that counts as 10,000, in units of the metric that the document names.
    /// @param source The account that reports, agreed by both sides: an owner accepts by opening, a worker by
    /// submitting.
    struct TrancheTerms {
        uint16 shareBps;
        uint16 silentBps;
        uint16 capBps;
        uint32 opensAfter;
        uint32 closesAfter;
        uint32 challengeWindow;
        uint128 target;
        address source;
    }

    /// @notice The terms of a bounty, fixed at opening.
    /// @param projectId The project.
    /// @param funder Who escrows the money and receives what is not owed.
    /// @param token The token that pays; the native coin is 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE (ERC-7528).
    /// @param amount An award at a multiplier of 1, in base units; with an admission, the highest that can be agreed.
    /// @param guaranteed The least that an award of `amount` pays in total, in base units; at most `amount x
    /// minMultiplierBps`. An award of a lower agreed amount has a guarantee lower in proportion, rounded down.
    /// @param tokenReward Project tokens per award, in base units; reserved under the token's cap at opening.
    /// @param maxAwards How many submissions can be accepted.
    /// @param minMultiplierBps The lower end of the multiplier band; 10,000 is 1.
    /// @param maxMultiplierBps The upper end of the multiplier band.
    /// @param baseBps The share of the award that is credited at acceptance; with both tranches it sums to 10,000.
    /// @param quorum How many reviewers must approve.
    /// @param reviewers The reviewers, in ascending order, at most 16.
    /// @param submitBy Until when work can be submitted, unix s.
    /// @param reviewWindow How long the reviewers have, in s, and the worker for changes that they request.
    /// @param appealWindow How long a rejection can be appealed, in s; zero means never.
    /// @param silentAppealAccepts Whether an appeal on which the arbiter stays silent accepts the work.
    /// @param arbiter Who rules on appeals and challenges; no one of the project and no judge; zero when there are
    /// none.
    /// @param arbiterWindow How long the arbiter has, in s.
    /// @param challengeBond What a challenger puts down, in base units of `token`. It comes back unless the arbiter
    /// finds just what was reported; then it goes to the other side: from worker or payee to the funder, else to the
    /// worker. A funder who is also a payee counts as the funder.
    /// @param admission The contract that admits workers and their amount (`IAdmission`); zero lets everybody submit.
    /// @param withholding The schedule by which tax is withheld from payees that are not exempt; zero for none.
    /// @param success The success tranche.
    /// @param longTerm The long-term tranche. Nothing in these terms lets anybody cancel it after acceptance.
    /// @param document The CID of the terms as a person reads them.
    struct Terms {
        uint256 projectId;
        address funder;
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
        uint32 appealWindow;
        bool silentAppealAccepts;
        address arbiter;
        uint32 arbiterWindow;
        uint128 challengeBond;
        address admission;
        bytes32 withholding;
        TrancheTerms success;
        TrancheTerms longTerm;
        string document;
    }

    /// @notice Work handed in. Its hash, with the terms' hash, is what reviewers name.
    /// @param bountyId The bounty.
    /// @param worker Who hands it in.
    /// @param payees Who is paid, at most 250; never a reviewer, source or arbiter of the bounty.
    /// @param sharesBps The payees' shares, which sum to 10,000.
    /// @param exempt Who is not subject to withholding, bit i for payee i: declared by the worker, accepted with the
    /// work.
    /// @param evidence The CID of the evidence.
    struct Submission {
        uint256 bountyId;
        address worker;
        address[] payees;
        uint16[] sharesBps;
        uint256 exempt;
        string evidence;
    }

    /// @notice An EIP-712 signature that stands for the wallet of the one who acts.
    /// @param deadline Until when it is good, unix s.
    /// @param signature 65 bytes, or whatever the signer's contract accepts (ERC-1271); empty when the call comes from
    /// the wallet itself.
    struct Signed {
        uint256 deadline;
        bytes signature;
    }

    /// @notice What is stored of a bounty besides the hash of its terms.
    /// @param submissions How many submissions there were; ids run from 1.
    /// @param pending How many submissions wait for a decision: handed in, to be changed, or appealed.
    /// @param awards How many submissions were accepted.
    /// @param closed Whether it takes no more work.
    /// @param reclaimed Whether the awards that nobody won went back.
    /// @param appealableUntil Until when some rejection can be appealed, unix s.
    struct BountyState {
        uint32 submissions;
        uint32 pending;
        uint16 awards;
        bool closed;
        bool reclaimed;
        uint40 appealableUntil;
    }

    /// @notice What is stored of a tranche. One without a share of the award is settled from acceptance on.
    /// @param stage Where it stands.
    /// @param achievedBps The achievement reported, ruled or taken for silence, in basis points.
    /// @param clock When it was reported, challenged or settled, unix s; zero before, and without a share.
    struct TrancheState {
        TrancheStage stage;
        uint16 achievedBps;
        uint40 clock;
    }

    /// @notice What is stored of a submission besides its hash.
    /// @param stage Where it stands.
    /// @param bySilence Whether it was accepted because the reviewers were silent.
    /// @param appealed Whether its one appeal was used.
    /// @param version Which version of the work this is, from 1.
    /// @param changeRequests How often changes were requested.
    /// @param multiplierBps The multiplier, snapshotted at acceptance.
    /// @param approvals The reviewers who approved this version, bit i for reviewer i.
    /// @param rejections The reviewers who rejected this version, bit i for reviewer i.
    /// @param clock When it came to the stage: handed in or changed, changes requested, rejected, appealed, accepted;
    /// unix s.
    /// @param success The success tranche.
    /// @param longTerm The long-term tranche.
    struct SubmissionState {
        Stage stage;
        bool bySilence;
        bool appealed;
        uint8 version;
        uint8 changeRequests;
        uint16 multiplierBps;
        uint16 approvals;
        uint16 rejections;
        uint40 clock;
        TrancheState success;
        TrancheState longTerm;
    }

    /* ERRORS: THE BOUNTY */

    /// @notice Thrown when a bounty does not come through the opener.
    /// @param caller The caller.
    error BountyEscrow_NotOpener(address caller);

    /// @notice Thrown when someone closes a bounty of a project that is not its own before it has expired, or gives a
    /// reason.
    /// @param projectId The project.
    /// @param account The account.
    error BountyEscrow_NotAuthorized(uint256 projectId, address account);

    /// @notice Thrown when the project closes a bounty before `submitBy` while selected workers have handed nothing in.
    /// @param bountyId The bounty.
    /// @param held How many were selected.
    error BountyEscrow_WorkersSelected(uint256 bountyId, uint256 held);

    /// @notice Thrown when the value sent is another amount than is needed.
    /// @param found The amount found, in base units.
    /// @param needed The amount needed, in base units.
    error BountyEscrow_NotFunded(uint256 found, uint256 needed);

    /// @notice Thrown when the terms given are not the bounty's, or there is no such bounty.
    /// @param bountyId The bounty.
    error BountyEscrow_TermsMismatch(uint256 bountyId);

    /* ERRORS: WORK */

    /// @notice Thrown when the bounty takes no more work.
    /// @param bountyId The bounty.
    error BountyEscrow_Closed(uint256 bountyId);

    /// @notice Thrown when the call comes without a signature from another wallet than the one who acts.
    /// @param actor The account that acts.
    /// @param caller The caller.
    error BountyEscrow_NotSender(address actor, address caller);

    /// @notice Thrown when a signature is not the signer's for this message.
    /// @param signer The signer.
    error BountyEscrow_SignatureInvalid(address signer);

    /// @notice Thrown when the payees' shares do not sum to 10,000 basis points.
    /// @param sum The sum found.
    error BountyEscrow_SharesSum(uint256 sum);

    /// @notice Thrown when a payee's share is zero.
    error BountyEscrow_Zero();

    /// @notice Thrown when payees are none, more than 250, zero, or not as many as shares.
    error BountyEscrow_PayeesInvalid();

    /// @notice Thrown when someone who judges the work hands it in or would be paid for it.
    /// @param payee The account.
    error BountyEscrow_PayeeJudges(address payee);

    /// @notice Thrown when the admission agreed to nothing, or to more than the terms allow.
    /// @param agreed The amount agreed, in base units.
    /// @param highest The highest amount, in base units.
    error BountyEscrow_AmountNotAgreed(uint256 agreed, uint256 highest);

    /// @notice Thrown when evidence or a reason is not 1 to 128 bytes long; an approval needs no reason.
    /// @param length The length found, in bytes.
    error BountyEscrow_TextLength(uint256 length);

    /// @notice Thrown when the submission given, or the hash that a judgement names, is not the stored one.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    error BountyEscrow_SubmissionMismatch(uint256 bountyId, uint256 submissionId);

    /// @notice Thrown when a submission is not in a stage in which the call is possible.
    /// @param submissionId The submission.
    /// @param found The stage found.
    error BountyEscrow_WrongStage(uint256 submissionId, Stage found);

    /// @notice Thrown when a version that a reviewer has judged would be changed without a request.
    /// @param submissionId The submission.
    error BountyEscrow_AlreadyJudged(uint256 submissionId);

    /// @notice Thrown when something was done as often as is possible: 3 requests for changes, 255 versions, 1 appeal.
    /// @param limit The number.
    error BountyEscrow_LimitReached(uint256 limit);

    /* ERRORS: JUDGEMENTS */

    /// @notice Thrown when a judgement does not come through the contribution registry.
    /// @param caller The caller.
    error BountyEscrow_NotRegistry(address caller);

    /// @notice Thrown when a judgement has a schema that the escrow does not act on.
    /// @param schema The schema.
    error BountyEscrow_SchemaUnknown(bytes32 schema);

    /// @notice Thrown when a judgement names another escrow, or another recipient than the worker.
    error BountyEscrow_SubjectMismatch();

    /// @notice Thrown when the attester may not judge the work now: no reviewer, or, after an appeal, not the arbiter.
    /// @param attester The attester.
    error BountyEscrow_NotReviewer(address attester);

    /// @notice Thrown when a reviewer judges the same version twice.
    /// @param attester The attester.
    error BountyEscrow_AlreadyReviewed(address attester);

    /// @notice Thrown when a verdict is none, or asks the worker of an appeal for changes.
    /// @param verdict The verdict.
    error BountyEscrow_VerdictInvalid(Verdict verdict);

    /// @notice Thrown when the attester is neither the tranche's source nor, in a challenge, the arbiter.
    /// @param attester The attester.
    /// @param needed The account that may report or rule now.
    error BountyEscrow_NotSource(address attester, address needed);

    /// @notice Thrown when a rejection, or a closing by the project, has no code; or the project gives "expired" before
    /// `submitBy`.
    /// @param reasonCode The code found.
    error BountyEscrow_ReasonCodeInvalid(bytes32 reasonCode);

    /// @notice Thrown when a score is above 10,000 basis points.
    /// @param bps The value found.
    error BountyEscrow_BpsTooHigh(uint16 bps);

    /// @notice Thrown when an action is taken outside its window `[start, end)`.
    /// @param start The window's start, unix s; zero when it has none.
    /// @param end The window's end, unix s; 2^256 - 1 when it has none.
    /// @param time The time now, unix s.
    error BountyEscrow_OutsideWindow(uint256 start, uint256 end, uint256 time);

    /// @notice Thrown when a tranche is not in a stage in which the call is possible.
    /// @param tranche The tranche.
    /// @param found The stage found.
    error BountyEscrow_TrancheStage(Tranche tranche, TrancheStage found);

    /// @notice Thrown when the challenger is no party of the award: not worker, payee, funder, owner or steward.
    /// @param account The account.
    error BountyEscrow_NotParty(address account);

    /// @notice Thrown when every award of the bounty was given.
    /// @param bountyId The bounty.
    error BountyEscrow_NoAwardLeft(uint256 bountyId);

    /// @notice Thrown when awards are reclaimed from a bounty that is open, was reclaimed, or has work that can still
    /// win.
    /// @param bountyId The bounty.
    /// @param pending How many submissions wait for a decision.
    /// @param appealableUntil Until when a rejection can be appealed, unix s.
    error BountyEscrow_NotReclaimable(uint256 bountyId, uint256 pending, uint256 appealableUntil);

    /// @notice Thrown when a bond comes in while a bounty is being opened: it would be taken for the funder's money.
    error BountyEscrow_Opening();

    /// @notice Thrown when none of the payees named has project tokens to claim: none were promised, or all minted.
    /// @param submissionId The submission.
    error BountyEscrow_NoTokensToClaim(uint256 submissionId);

    /* EVENTS */

    /// @notice Emitted when a bounty is opened and funded.
    /// @param bountyId The bounty.
    /// @param projectId The project.
    /// @param funder Who escrowed the money.
    /// @param termsHash The hash of the terms.
    /// @param escrowed What was escrowed, in base units.
    /// @param terms The terms: `abi.encode(Terms)`, which later calls pass again.
    event BountyOpened(
        uint256 indexed bountyId,
        uint256 indexed projectId,
        address indexed funder,
        bytes32 termsHash,
        uint256 escrowed,
        bytes terms
    );

    /// @notice Emitted when work is handed in.
    /// @param bountyId The bounty.
    /// @param submissionId The submission, from 1 within the bounty.
    /// @param worker Who handed it in.
    /// @param contentHash The hash that reviewers name.
    /// @param amount The award at a multiplier of 1, agreed at admission or that of the terms, in base units.
    /// @param submission The submission: `abi.encode(Submission)`, which later calls pass again.
    event SubmissionReceived(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed worker,
        bytes32 contentHash,
        uint256 amount,
        bytes submission
    );

    /// @notice Emitted when work is changed. Reviews of former versions count no more.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param version The number of this version.
    /// @param contentHash The hash that reviewers name from now on.
    /// @param submission The submission: `abi.encode(Submission)`, which later calls pass again.
    event SubmissionRevised(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        uint8 version,
        bytes32 contentHash,
        bytes submission
    );

    /// @notice Emitted when a review is counted, or the arbiter of an appeal decides.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param reviewer The reviewer or arbiter.
    /// @param uid The uid of the attestation.
    /// @param verdict The verdict. A request for changes lets the worker change the work.
    /// @param scoreBps The score, in basis points. It tells readers and reputations how good the work is; in the escrow
    /// it decides nothing and changes no pay.
    /// @param reasonCode A short code; only a rejection must have one, else zero when none.
    /// @param reason The CID of the written review.
    event ReviewCounted(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed reviewer,
        bytes32 uid,
        Verdict verdict,
        uint16 scoreBps,
        bytes32 reasonCode,
        string reason
    );

    /// @notice Emitted when a submission is accepted and its base is credited.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param contentHash The hash that was accepted.
    /// @param multiplierBps The multiplier, snapshotted now.
    /// @param award The award, in base units; what is achieved beyond a target comes on top.
    /// @param base The base credited, in base units.
    /// @param bySilence True when the reviewers, or the arbiter of an appeal, were silent.
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
    /// @param reasonCode The code of the review that decided; "changes-not-made" or "arbiter-silent" when time did.
    /// @param reason The CID of the review that decided, empty when time did.
    /// @param appealableUntil Until when the worker can appeal, unix s; zero when it cannot.
    event SubmissionRejected(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        bytes32 contentHash,
        bytes32 reasonCode,
        string reason,
        uint256 appealableUntil
    );

    /// @notice Emitted when a worker appeals against a rejection.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param worker The worker.
    /// @param reason The CID of the written reason.
    event RejectionAppealed(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed worker,
        string reason
    );

    /// @notice Emitted when a source reports, or an arbiter rules on a challenge.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param attester The source or the arbiter.
    /// @param uid The uid of the attestation.
    /// @param value The value that was measured, in units of the metric.
    /// @param achievedBps The achievement that follows, in basis points.
    /// @param ruling True when the arbiter ruled.
    /// @param evidence The CID of the evidence.
    event OutcomeReported(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        address attester,
        bytes32 uid,
        uint256 value,
        uint16 achievedBps,
        bool ruling,
        string evidence
    );

    /// @notice Emitted when a report is challenged.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param challenger Who challenged, and put down the bond of the terms.
    /// @param reason The CID of the written reason.
    event OutcomeChallenged(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        address challenger,
        string reason
    );

    /// @notice Emitted when the bond of a challenge is credited.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param account Who is credited: the challenger, or the other side when the challenger lost.
    /// @param amount The bond, in base units.
    /// @param lost Whether the challenger lost it.
    event BondCredited(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        Tranche indexed tranche,
        address account,
        uint256 amount,
        bool lost
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

    /// @notice Emitted when tax is withheld from what a payee earned.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param payee The payee.
    /// @param collector Who is credited with the tax and pays it over.
    /// @param gross What was earned, in base units.
    /// @param tax What was withheld, in base units.
    /// @param net What the payee was credited with, in base units.
    event TaxWithheld(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed payee,
        address collector,
        uint256 gross,
        uint256 tax,
        uint256 net
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

    /// @notice Emitted when the project tokens of an award are minted to one of its payees.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param payee The payee that the submission names; the tokens go to the account that followed it, if one did.
    /// @param index The payee's place in the submission, from 0.
    /// @param amount The amount, in base units; zero when its share of the reward rounds down to nothing.
    event TokensClaimed(
        uint256 indexed bountyId,
        uint256 indexed submissionId,
        address indexed payee,
        uint256 index,
        uint256 amount
    );

    /// @notice Emitted when a bounty is closed: it takes no more work, and what waits is still decided.
    /// @param bountyId The bounty.
    /// @param caller Who closed it.
    /// @param reasonCode A short code; "expired" when it was not the project that closed.
    /// @param reason The CID of the written reason; empty when it was not the project that closed.
    event BountyClosed(uint256 indexed bountyId, address indexed caller, bytes32 indexed reasonCode, string reason);

    /// @notice Emitted when the awards that nobody won go back to the funder's credit.
    /// @param bountyId The bounty.
    /// @param awards How many awards nobody won.
    /// @param returned What went back, in base units.
    event AwardsReclaimed(uint256 indexed bountyId, uint256 awards, uint256 returned);

    /// @notice Emitted when a signature was used, or the account cancelled what it had signed.
    /// @param account The account.
    /// @param nonce The nonce that is used up.
    event NonceUsed(address indexed account, uint256 nonce);

    /* OPENING AND CLOSING */

    /// @notice Takes a bounty whose terms the opener has checked and whose money is in the escrow's credit. The opener.
    /// @param terms The terms: `abi.encode(Terms)`.
    /// @param escrowed The money, in base units.
    /// @return bountyId The new bounty; ids run from 1.
    function register(bytes calldata terms, uint256 escrowed) external returns (uint256 bountyId);

    /// @notice Closes a bounty to new work, and reclaims at once where nothing waits.
    /// @dev The project's owner or a steward at any time, but not before `submitBy` while its admission holds a place
    /// for somebody; anyone from `submitBy` on, with the code "expired" and no reason.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    /// @param reasonCode A short code, never zero; "expired" only from `submitBy` on.
    /// @param reason The CID of the written reason; empty when it is not the project that closes.
    function close(uint256 bountyId, bytes calldata terms, bytes32 reasonCode, string calldata reason) external;

    /// @notice Returns the awards that nobody can win any more to the funder's credit, once. Anyone.
    /// @dev Possible as soon as the bounty is closed, no submission waits for a decision and the last appeal window
    /// has ended; closing reclaims by itself where that is so at once. A bounty that nobody closes keeps its money, and
    /// anyone can close it from `submitBy` on. Where every award was given nothing is left to return, and a closed
    /// bounty can be reclaimed whatever still waits.
    ///
    /// What comes back is the most that an award can pay, for each award not given, with its reserved project tokens.
    /// What a given award does not pay comes back when its last tranche settles, whether the bounty is closed or not.
    /// @param bountyId The bounty.
    /// @param terms Its terms.
    function reclaim(uint256 bountyId, bytes calldata terms) external;

    /* WORK */

    /// @notice Hands in work, from the worker's wallet or with its signature. Anyone may relay a signature.
    /// @dev Where the terms name an admission, it says for which amount; a worker accepts it with the terms.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param signed The worker's signature over
    /// `SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)`.
    /// @return submissionId The new submission; ids run from 1 within the bounty.
    function submit(
        bytes calldata terms,
        Submission calldata submission,
        Signed calldata signed
    ) external returns (uint256 submissionId);

    /// @notice Changes work that nobody has judged yet, until `submitBy`, or after a request for changes, within the
    /// review window. The reviewers' time starts again.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param former The submission as it is.
    /// @param submission The submission as it will be, by the same worker for the same bounty.
    /// @param signed The worker's signature over `ReviseWork(uint256 bountyId,uint256 submissionId,bytes32
    /// contentHash,` `address worker,uint256 nonce,uint256 deadline)`.
    function revise(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata former,
        Submission calldata submission,
        Signed calldata signed
    ) external;

    /// @notice Uses up the caller's nonce, so that what it signed and nobody relayed cannot come in any more.
    function cancelSignature() external;

    /// @notice Accepts a submission that the reviewers let lie. Anyone, from the end of the review window on.
    /// @dev Warning: in a bounty without an admission, work that waits while the last award is given to other work
    /// cannot be accepted any more. It lapses: nothing is owed for it, reviewers can only reject it, and it does not
    /// keep the unused awards from going back.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    function acceptBySilence(uint256 submissionId, bytes calldata terms, bytes calldata submission) external;

    /// @notice Rejects a submission whose worker did not make the changes requested. Anyone, from the end of the
    /// worker's window on.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    function rejectBySilence(uint256 submissionId, bytes calldata terms, bytes calldata submission) external;

    /// @notice Appeals against a rejection, once, within the appeal window. The arbiter then judges by a review.
    /// @dev Warning: in a bounty without an admission the last award can go to other work meanwhile. Then the arbiter
    /// can only reject, nothing is owed, and the appeal keeps nobody's money.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param reason The CID of the written reason.
    /// @param signed The worker's signature over `AppealRejection(uint256 bountyId,uint256 submissionId,string reason,`
    /// `address worker,uint256 nonce,uint256 deadline)`.
    function appeal(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        string calldata reason,
        Signed calldata signed
    ) external;

    /// @notice Decides an appeal that the arbiter let lie, as the terms say. Anyone, from the end of its window on.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    function settleAppeal(uint256 submissionId, bytes calldata terms, bytes calldata submission) external;

    /* OUTCOMES */

    /// @notice Challenges a report within its window. Worker, payee, funder, owner or steward, from its wallet or with
    /// its signature.
    /// @dev Needs an allowance of the challenger to the escrow of the bond, or that value sent with the call for the
    /// native coin.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param tranche The tranche.
    /// @param challenger Who challenges.
    /// @param reason The CID of the written reason.
    /// @param signed The challenger's signature over `ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8
    /// tranche,` `string reason,address challenger,uint256 nonce,uint256 deadline)`.
    function challenge(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        Tranche tranche,
        address challenger,
        string calldata reason,
        Signed calldata signed
    ) external payable;

    /// @notice Pays a tranche whose outcome is final, by report or silence. Anyone.
    /// @dev A ruling pays by itself, and so does a report that cannot be challenged. The last tranche of an award tops
    /// up to the guarantee and returns the rest to the funder's credit.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param tranche The tranche.
    function settle(uint256 submissionId, bytes calldata terms, bytes calldata submission, Tranche tranche) external;

    /// @notice Mints the project tokens of an award to payees, or to the accounts that followed them at the vault; to
    /// each once. Anyone.
    /// @dev Payees whose tokens were minted are passed over, so a call that overlaps with another still does the rest.
    /// Warning: mints to 250 payees take more gas than a transaction may use (EIP-7825); name some at a time. A payee
    /// to whom nothing can be minted, such as one whose path of rotations is too long for `payeeOf`, makes the whole
    /// call revert: leave it out and the others get theirs. What it has to get stays reserved until it can be minted.
    /// @param submissionId The submission.
    /// @param terms The terms of the bounty.
    /// @param submission The submission.
    /// @param payees Who of the submission's payees, bit i for payee i; all ones for everybody.
    function claimTokens(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        uint256 payees
    ) external;

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

    /// @notice Returns the amount that an admission agreed with the worker of a submission.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @return amount The award at a multiplier of 1, in base units; zero where the amount of the terms counts.
    function agreedAmountOf(uint256 bountyId, uint256 submissionId) external view returns (uint256 amount);

    /// @notice Returns to which payees of an award the project tokens were minted.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @return payees The payees, bit i for payee i.
    function claimedPayeesOf(uint256 bountyId, uint256 submissionId) external view returns (uint256 payees);

    /// @notice Returns the contract that checks terms and brings the money.
    /// @return account The opener.
    function opener() external view returns (IBountyOpener account);

    /// @notice Returns the registry that says who may act for a project.
    /// @return registry The registry.
    function projects() external view returns (IProjectRegistry registry);

    /// @notice Returns the registry that judgements come through.
    /// @return registry The registry.
    function contributions() external view returns (IContributionRegistry registry);

    /// @notice Returns the vault in which the escrow's money lies.
    /// @return account The vault.
    function vault() external view returns (IPayoutVault account);

    /// @notice Returns the ledger that multipliers are read from.
    /// @return ledger The ledger.
    function reputation() external view returns (IReputationLedger ledger);

    /// @notice Returns the schedules by which tax is withheld.
    /// @return schedules The schedules.
    function withholdings() external view returns (IWithholdingSchedules schedules);

    /// @notice Returns how many bounties were opened.
    /// @return count The number.
    function bountyCount() external view returns (uint256 count);

    /// @notice Returns the hash that reviewers name: `keccak256(termsHash || keccak256(abi.encode(submission)))`.
    /// @param termsHash The hash of the bounty's terms.
    /// @param submission The submission.
    /// @return contentHash The hash.
    function hashSubmission(
        bytes32 termsHash,
        Submission calldata submission
    ) external pure returns (bytes32 contentHash);

    /// @notice Returns the uid of the review schema.
    /// @dev The fields, which are also the text that the schema's UID is made of, with no resolver, revocable:
    /// `address escrow,uint256 bountyId,uint256 submissionId,bytes32 contentHash,uint8 verdict,`
    /// `uint16 scoreBps,bytes32 reasonCode,string reason`. The context of a judgement is
    /// `abi.encodePacked(uint256(terms.length), terms, submission)` with the bytes that the events hold.
    /// @return uid The uid.
    function REVIEW_SCHEMA() external view returns (bytes32 uid);

    /// @notice Returns the uid of the outcome schema.
    /// @dev `address escrow,uint256 bountyId,uint256 submissionId,uint8 tranche,uint128 value,string evidence`, no
    /// resolver, revocable. The context is as that of a review.
    /// @return uid The uid.
    function OUTCOME_SCHEMA() external view returns (bytes32 uid);
}
