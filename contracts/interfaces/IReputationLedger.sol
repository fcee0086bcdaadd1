// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IContributionRegistry} from "./IContributionRegistry.sol";
import {IJudgementReceiver} from "./IJudgementReceiver.sol";
import {IProjectRegistry} from "./IProjectRegistry.sol";

/// @title IReputationLedger
/// @notice What a contributor's work in a project is known for: four components in [0, 1] that fade with time, the
/// multiplier of pay that follows from three of them, and every input by which a person can check both.
/// @dev Reputation belongs to a pair of project and account. It cannot be transferred: there is no function for it.
///
/// It has two sources and no other. Ratings are attestations that come through the contribution registry: of skill and
/// passion by the raters that the project's policy names, of a peer by accounts that have a track record in the same
/// project; nobody rates itself. Outcomes are what the policy's escrow has settled, each counted once. Rejected work
/// lowers nothing here, and neither does a lost appeal: both are disclosed in records of their own.
///
/// A component is `floor(sum x 1e18 / (weight + 3e18))`, in fixed point with 18 decimals. Each rating or outcome adds a
/// weight of 1e18, and its value times that to the sum; both halve with each half-life, by whole UTC days. The constant
/// 3 stands for three judgements of zero: newcomers start at 0 and grow, `k` raters alone never lift anyone above
/// `k / (k + 3)`, and without news everything fades to 0.
///
/// Rounding: always down. What a struck or replaced rating takes away is what is left of it today, and a tally never
/// falls below zero nor its sum above its weight. Sum and weight of a tally differ from those of its live contributions
/// by at most `days + 1` units of 1e-18 for each contribution ever counted and one unit for each update.
///
/// Silence never costs the rated: on an appeal that the arbiter leaves unanswered the rating is struck, by a call that
/// anyone may make. Windows are half-open: `[start, end)`.
/// @dev Warning: a policy is as honest as who sets it. Its escrow can report any outcome of its project, so read the
/// policy before funding work there; a bounty's multiplier band bounds what reputation can cost.
interface IReputationLedger is IJudgementReceiver {
    /// @notice What is known of a contributor. `TrackRecord` comes from outcomes, the others from ratings.
    enum Component {
        Skill,
        Passion,
        TrackRecord,
        PeerRating
    }

    /// @notice After how many days a judgement counts half.
    enum HalfLife {
        Days30,
        Days90,
        Days180,
        Days365
    }

    /// @notice Where a rating stands. Live, appealed and upheld ratings count.
    enum RatingStage {
        None,
        Live,
        Appealed,
        Upheld,
        Struck
    }

    /// @notice Why a rating was struck.
    enum Cause {
        Ruling,
        Silence,
        Revocation
    }

    /// @notice The rules of a project, set once.
    /// @param escrow The contract that vouches for outcomes (`IOutcomeSource`).
    /// @param halfLife After how many days a judgement counts half.
    /// @param appealWindow How long a rating can be appealed, in s; 1 to 365 days.
    /// @param arbiterWindow How long the arbiter has, in s; 1 to 365 days.
    /// @param arbiter Who rules on appeals; neither owner, steward nor rater. It is never rated and never rates.
    /// @param raters Who rates skill and passion, in ascending order, at most 16.
    struct Policy {
        address escrow;
        HalfLife halfLife;
        uint32 appealWindow;
        uint32 arbiterWindow;
        address arbiter;
        address[] raters;
    }

    /// @notice Which rating. There is one live rating for each key.
    /// @param projectId The project.
    /// @param ratee Who is rated.
    /// @param rater Who rates.
    /// @param component What is rated.
    struct RatingKey {
        uint256 projectId;
        address ratee;
        address rater;
        Component component;
    }

    /// @notice What is stored of a rating; two slots.
    /// @param uid The uid of the attestation.
    /// @param valueBps The value, in basis points.
    /// @param stage Where it stands.
    /// @param attestedAt When it was made, as the attestation says, unix s.
    /// @param countedAt When it was counted, unix s.
    /// @param clock When it was appealed, upheld or struck, unix s.
    struct Rating {
        bytes32 uid;
        uint16 valueBps;
        RatingStage stage;
        uint40 attestedAt;
        uint40 countedAt;
        uint40 clock;
    }

    /// @notice What is stored of a component; one slot.
    /// @param sum Values times weights, with 18 decimals, as of `day`.
    /// @param weight The weights, with 18 decimals, as of `day`.
    /// @param day The day of the last change: unix s divided by 86,400, rounded down.
    struct Tally {
        uint112 sum;
        uint112 weight;
        uint32 day;
    }

    /// @notice A component with all that it follows from.
    /// @param value The component now, with 18 decimals.
    /// @param weightBps Its weight in the multiplier, in basis points.
    /// @param tally What is stored.
    /// @param ageDays The days since the last change.
    /// @param power What those days leave of one, with 18 decimals.
    struct Standing {
        uint256 value;
        uint256 weightBps;
        Tally tally;
        uint256 ageDays;
        uint256 power;
    }

    /// @notice A multiplier with all that it follows from.
    /// @param multiplierBps The multiplier; 10,000 is 1.
    /// @param prior The weight of zero that every component starts with, with 18 decimals.
    /// @param dailyFactor What a day leaves of one, with 18 decimals.
    /// @param standings The components, in the order of `Component`.
    /// @param policy The project's policy; empty when there is none.
    struct Explanation {
        uint256 multiplierBps;
        uint256 prior;
        uint256 dailyFactor;
        Standing[4] standings;
        Policy policy;
    }

    /* ERRORS: POLICY */

    /// @notice Thrown when the caller is not the project's owner.
    /// @param projectId The project.
    /// @param caller The caller.
    error ReputationLedger_NotOwner(uint256 projectId, address caller);

    /// @notice Thrown when the project has a policy already.
    /// @param projectId The project.
    error ReputationLedger_PolicyExists(uint256 projectId);

    /// @notice Thrown when the project has no policy.
    /// @param projectId The project.
    error ReputationLedger_NoPolicy(uint256 projectId);

    /// @notice Thrown when the escrow has no code.
    /// @param escrow The escrow.
    error ReputationLedger_EscrowInvalid(address escrow);

    /// @notice Thrown when raters are more than 16, zero or not ascending.
    error ReputationLedger_RatersInvalid();

    /// @notice Thrown when the arbiter is zero, the owner, a steward or a rater.
    /// @param arbiter The arbiter.
    error ReputationLedger_ArbiterInvalid(address arbiter);

    /// @notice Thrown when a window is shorter than a day or longer than 365.
    /// @param length The length, in s.
    error ReputationLedger_WindowInvalid(uint256 length);

    /* ERRORS: RATINGS */

    /// @notice Thrown when a judgement does not come through the contribution registry.
    /// @param caller The caller.
    error ReputationLedger_NotRegistry(address caller);

    /// @notice Thrown when a judgement has a schema that the ledger does not act on.
    /// @param schema The schema.
    error ReputationLedger_SchemaUnknown(bytes32 schema);

    /// @notice Thrown when a judgement names another ledger, or nobody as its recipient.
    error ReputationLedger_SubjectMismatch();

    /// @notice Thrown when a component does not exist, or cannot be rated.
    /// @param component The component.
    error ReputationLedger_ComponentInvalid(uint8 component);

    /// @notice Thrown when a value is above 10,000 basis points.
    /// @param bps The value found.
    error ReputationLedger_BpsTooHigh(uint16 bps);

    /// @notice Thrown when someone rates itself, or the project's arbiter rates or is rated.
    /// @param account The rater.
    error ReputationLedger_SelfDealing(address account);

    /// @notice Thrown when the attester may not rate: no rater of the policy, or without the track record of a peer.
    /// @param rater The attester.
    /// @param component What it rated.
    error ReputationLedger_NotRater(address rater, Component component);

    /// @notice Thrown when a reason is not 1 to 128 bytes long.
    /// @param length The length found, in bytes.
    error ReputationLedger_TextLength(uint256 length);

    /// @notice Thrown when a rating would replace one of the same day, or one struck less than a half-life ago.
    /// @param day The first day on which it can be replaced.
    /// @param today The day now.
    error ReputationLedger_TooSoon(uint256 day, uint256 today);

    /// @notice Thrown when a rating was made no later than the one that it would replace.
    /// @param attestedAt When it was made, unix s.
    /// @param latest When the other was made, unix s.
    error ReputationLedger_Superseded(uint256 attestedAt, uint256 latest);

    /// @notice Thrown when a rating is not in the stage that the call needs.
    /// @param uid The rating's uid, zero when there is none.
    /// @param found The stage found.
    error ReputationLedger_WrongStage(bytes32 uid, RatingStage found);

    /// @notice Thrown when the rating is another one than the caller means.
    /// @param found The uid of the rating.
    /// @param given The uid given.
    error ReputationLedger_RatingMismatch(bytes32 found, bytes32 given);

    /// @notice Thrown when a rating is struck as revoked and its rater has not revoked it.
    /// @param uid The rating's uid.
    error ReputationLedger_NotRevoked(bytes32 uid);

    /* ERRORS: APPEALS */

    /// @notice Thrown when the caller is not the one who is rated.
    /// @param ratee Who is rated.
    /// @param caller The caller.
    error ReputationLedger_NotRatee(address ratee, address caller);

    /// @notice Thrown when a signature is not the ratee's for this message.
    /// @param ratee Who is rated.
    error ReputationLedger_SignatureInvalid(address ratee);

    /// @notice Thrown when the account is not the project's arbiter, or has become its owner or steward since.
    /// @param account The account.
    error ReputationLedger_NotArbiter(address account);

    /// @notice Thrown when an action is taken outside its window `[start, end)`.
    /// @param start The window's start, unix s; zero when it has none.
    /// @param end The window's end, unix s; 2^256 - 1 when it has none.
    /// @param time The time now, unix s.
    error ReputationLedger_OutsideWindow(uint256 start, uint256 end, uint256 time);

    /* ERRORS: OUTCOMES */

    /// @notice Thrown when an outcome comes from another escrow than the project's policy names.
    /// @param found The escrow found.
    /// @param needed The escrow needed.
    error ReputationLedger_EscrowMismatch(address found, address needed);

    /// @notice Thrown when an outcome is not final yet, or there is none.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    error ReputationLedger_NotSettled(uint256 bountyId, uint256 submissionId, uint8 tranche);

    /// @notice Thrown when an outcome was counted before.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    error ReputationLedger_AlreadyCounted(uint256 bountyId, uint256 submissionId, uint8 tranche);

    /* EVENTS */

    /// @notice Emitted when a project's policy is set.
    /// @param projectId The project.
    /// @param owner Who set it.
    /// @param policy The policy.
    event PolicySet(uint256 indexed projectId, address indexed owner, Policy policy);

    /// @notice Emitted when a rating is counted. It counts in full on its day, and less on each day after.
    /// @param projectId The project.
    /// @param ratee Who is rated.
    /// @param rater Who rated.
    /// @param component What is rated.
    /// @param uid The uid of the attestation.
    /// @param valueBps The value, in basis points.
    /// @param attestedAt When it was made, unix s.
    /// @param replaced The uid of the rating that it replaces; zero when none counted.
    /// @param reason The CID of the written reason.
    event RatingCounted(
        uint256 indexed projectId,
        address indexed ratee,
        address indexed rater,
        Component component,
        bytes32 uid,
        uint16 valueBps,
        uint40 attestedAt,
        bytes32 replaced,
        string reason
    );

    /// @notice Emitted when a rating is appealed. It counts meanwhile.
    /// @param projectId The project.
    /// @param ratee Who is rated.
    /// @param rater Who rated.
    /// @param component What is rated.
    /// @param uid The uid of the rating.
    /// @param ruleBy Until when the arbiter can rule; then silence strikes, unix s.
    /// @param reason The CID of the written reason.
    event RatingAppealed(
        uint256 indexed projectId,
        address indexed ratee,
        address indexed rater,
        Component component,
        bytes32 uid,
        uint256 ruleBy,
        string reason
    );

    /// @notice Emitted when the arbiter lets a rating stand.
    /// @param projectId The project.
    /// @param ratee Who is rated.
    /// @param rater Who rated.
    /// @param component What is rated.
    /// @param uid The uid of the rating.
    /// @param ruling The uid of the arbiter's attestation; zero when the arbiter called.
    /// @param reason The CID of the written reason.
    event RatingUpheld(
        uint256 indexed projectId,
        address indexed ratee,
        address indexed rater,
        Component component,
        bytes32 uid,
        bytes32 ruling,
        string reason
    );

    /// @notice Emitted when a rating is struck: what is left of it no longer counts.
    /// @param projectId The project.
    /// @param ratee Who is rated.
    /// @param rater Who rated.
    /// @param component What is rated.
    /// @param uid The uid of the rating.
    /// @param cause Why.
    /// @param ruling The uid of the arbiter's attestation; zero when the arbiter called or there was no ruling.
    /// @param reason The CID of the written reason; empty when there was no ruling.
    event RatingStruck(
        uint256 indexed projectId,
        address indexed ratee,
        address indexed rater,
        Component component,
        bytes32 uid,
        Cause cause,
        bytes32 ruling,
        string reason
    );

    /// @notice Emitted when an outcome is counted, as old as it is by `settledAt`.
    /// @param projectId The project.
    /// @param worker Whose track record it is.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @param achievedBps What was achieved, in basis points; above 10,000 it counts as 10,000.
    /// @param settledAt From when it ages, unix s.
    event OutcomeCounted(
        uint256 indexed projectId,
        address indexed worker,
        uint256 indexed bountyId,
        uint256 submissionId,
        uint8 tranche,
        uint16 achievedBps,
        uint40 settledAt
    );

    /* POLICY */

    /// @notice Sets the project's policy, once and for good. The project's owner.
    /// @param projectId The project.
    /// @param policy The policy.
    function setPolicy(uint256 projectId, Policy calldata policy) external;

    /* OUTCOMES */

    /// @notice Counts a settled outcome in the worker's track record. Anyone.
    /// @dev The outcome ages from when it was settled, so nobody gains by waiting with the call. It counts for the
    /// worker alone: the worker names the payees, and payees with a track record could rate the worker as peers.
    /// @param escrow The escrow that the project's policy names.
    /// @param terms The bounty's terms, as the escrow wants them.
    /// @param submission The submission, as the escrow wants it.
    /// @param submissionId The submission's number in the bounty.
    /// @param tranche Which of the bounty's outcomes.
    function recordOutcome(
        address escrow,
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche
    ) external;

    /* APPEALS */

    /// @notice Appeals a rating of the caller, once, within the policy's window after it was counted.
    /// @param key Which rating.
    /// @param uid The uid of the rating that is meant, in case that it is replaced meanwhile.
    /// @param reason The CID of the written reason.
    function appeal(RatingKey calldata key, bytes32 uid, string calldata reason) external;

    /// @notice Appeals a rating with the ratee's EIP-712 signature. Anyone.
    /// @dev The message is `AppealRating(uint256 projectId,address ratee,address rater,uint8 component,bytes32 uid,
    /// string reason,uint256 nonce,uint256 deadline)`.
    /// @param key Which rating.
    /// @param uid The uid of the rating that is meant.
    /// @param reason The CID of the written reason.
    /// @param deadline Until when the signature is good, unix s.
    /// @param signature The ratee's signature: 65 bytes, or whatever its contract accepts (ERC-1271).
    function appealBySignature(
        RatingKey calldata key,
        bytes32 uid,
        string calldata reason,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Makes the caller's signatures that nobody relayed yet void, by using up its nonce.
    function cancelSignature() external;

    /// @notice Rules on an appeal. The project's arbiter; it may also attest its ruling.
    /// @param key Which rating.
    /// @param uid The uid of the rating that is meant.
    /// @param stands True to uphold the rating, false to strike it.
    /// @param reason The CID of the written reason.
    function rule(RatingKey calldata key, bytes32 uid, bool stands, string calldata reason) external;

    /// @notice Strikes a rating on whose appeal the arbiter was silent. Anyone.
    /// @param key Which rating.
    function strikeBySilence(RatingKey calldata key) external;

    /// @notice Strikes a rating whose attestation its rater has revoked. Anyone.
    /// @param key Which rating.
    function strikeRevoked(RatingKey calldata key) external;

    /* VIEWS */

    /// @notice Returns what multiplies a worker's pay now: `1 + 0.3 passion + 0.2 track record + 0.2 peer rating`.
    /// @param projectId The project; one that has no policy, or does not exist, has 10,000 for everybody.
    /// @param worker The worker.
    /// @return bps The multiplier, from 10,000 to 17,000, rounded down.
    function multiplierBps(uint256 projectId, address worker) external view returns (uint256 bps);

    /// @notice Returns the multiplier and all that it follows from.
    /// @param projectId The project.
    /// @param account The account.
    /// @return explanation The explanation.
    function explain(uint256 projectId, address account) external view returns (Explanation memory explanation);

    /// @notice Returns a project's policy.
    /// @param projectId The project.
    /// @return policy The policy; empty when there is none.
    function policyOf(uint256 projectId) external view returns (Policy memory policy);

    /// @notice Returns what is stored of a rating.
    /// @param key Which rating.
    /// @return rating The rating.
    function ratingOf(RatingKey calldata key) external view returns (Rating memory rating);

    /// @notice Returns whether an outcome was counted.
    /// @param escrow The escrow.
    /// @param bountyId The bounty.
    /// @param submissionId The submission.
    /// @param tranche The tranche.
    /// @return counted True when it was.
    function isCounted(
        address escrow,
        uint256 bountyId,
        uint256 submissionId,
        uint8 tranche
    ) external view returns (bool counted);

    /// @notice Returns the registry of projects.
    /// @return registry The registry.
    function projects() external view returns (IProjectRegistry registry);

    /// @notice Returns the registry that judgements come through.
    /// @return registry The registry.
    function contributions() external view returns (IContributionRegistry registry);

    // solhint-disable func-name-mixedcase

    /// @notice Returns the uid of the schema of ratings: `address ledger,uint256 projectId,uint8 component,
    /// uint16 valueBps,string reason`; the recipient is the ratee.
    /// @return uid The uid.
    function RATING_SCHEMA() external view returns (bytes32 uid);

    /// @notice Returns the uid of the schema of rulings: `address ledger,uint256 projectId,address rater,
    /// uint8 component,bytes32 rating,bool stands,string reason`; the recipient is the ratee.
    /// @return uid The uid.
    function RULING_SCHEMA() external view returns (bytes32 uid);

    // solhint-enable func-name-mixedcase
}
