// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IContributionRegistry} from "./interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "./interfaces/IJudgementReceiver.sol";
import {IOutcomeSource} from "./interfaces/IOutcomeSource.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "./interfaces/IReputationLedger.sol";
import {Decay} from "./libraries/Decay.sol";
import {Judgement} from "./libraries/Judgement.sol";
import {Reputation} from "./libraries/Reputation.sol";
import {ReputationJudgement} from "./libraries/ReputationJudgement.sol";
import {RatingBook} from "./reputation/RatingBook.sol";

/// @title ReputationLedger
/// @notice What a contributor's work in a project is known for, and the multiplier of pay that follows from it.
/// @dev Holds no money and has no owner. A tally changes in three ways only: a rating is counted, an outcome is
/// counted, a rating is struck; each is tied to a stage or a mark that is stored with it and has no way back. What a
/// judgement added can be taken away once, because its stage says whether it counts.
///
/// Calls go out only as views: to the two registries, to an escrow, to a signer's wallet. So nothing can re-enter
/// between a check and its effect, and there is no guard.
contract ReputationLedger is RatingBook, EIP712, Nonces {
    using Reputation for HalfLife;
    using ReputationJudgement for bytes;

    bytes32 private constant APPEAL_TYPEHASH = keccak256(
        "AppealRating(uint256 projectId,address ratee,address rater,uint8 component,bytes32 uid,string reason,"
        "uint256 nonce,uint256 deadline)"
    );

    /// @inheritdoc IReputationLedger
    bytes32 public immutable RATING_SCHEMA;

    /// @inheritdoc IReputationLedger
    bytes32 public immutable RULING_SCHEMA;

    mapping(bytes32 outcomeId => bool) private _counted;

    constructor(
        IProjectRegistry projects_,
        IContributionRegistry contributions_
    ) RatingBook(projects_, contributions_) EIP712("ReputationLedger", "1") {
        RATING_SCHEMA = Judgement.schemaUid(ReputationJudgement.RATING);
        RULING_SCHEMA = Judgement.schemaUid(ReputationJudgement.RULING);
    }

    /* OUTCOMES */

    /// @inheritdoc IReputationLedger
    function recordOutcome(
        address escrow,
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche
    ) external {
        IOutcomeSource.Outcome memory outcome = IOutcomeSource(escrow).outcomeOf(
            terms,
            submission,
            submissionId,
            tranche
        );
        Policy storage policy = _policy(outcome.projectId);
        if (escrow != policy.escrow) revert ReputationLedger_EscrowMismatch(escrow, policy.escrow);
        if (!outcome.settled || outcome.settledAt > block.timestamp) {
            revert ReputationLedger_NotSettled(outcome.bountyId, submissionId, tranche);
        }
        bytes32 id = _outcomeId(escrow, outcome.bountyId, submissionId, tranche);
        if (_counted[id]) revert ReputationLedger_AlreadyCounted(outcome.bountyId, submissionId, tranche);

        _counted[id] = true;
        uint256 valueBps = outcome.achievedBps < Reputation.BPS ? outcome.achievedBps : Reputation.BPS;
        _add(outcome.projectId, outcome.worker, Component.TrackRecord, valueBps, outcome.settledAt);

        emit OutcomeCounted({
            projectId: outcome.projectId,
            worker: outcome.worker,
            bountyId: outcome.bountyId,
            submissionId: submissionId,
            tranche: tranche,
            achievedBps: outcome.achievedBps,
            settledAt: outcome.settledAt
        });
    }

    function _outcomeId(
        address escrow,
        uint256 bountyId,
        uint256 submissionId,
        uint8 tranche
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(escrow, bountyId, submissionId, tranche));
    }

    /* JUDGEMENTS */

    /// @inheritdoc IJudgementReceiver
    function onJudgement(
        IContributionRegistry.Attestation calldata attestation,
        address attester,
        bytes32 uid,
        bytes calldata
    ) external {
        if (msg.sender != address(contributions)) revert ReputationLedger_NotRegistry(msg.sender);

        if (attestation.schema == RATING_SCHEMA) {
            ReputationJudgement.Rating memory given = attestation.data.toRating();
            RatingKey memory key = _subject(given.ledger, given.projectId, attestation.recipient, given.component);
            key.rater = attester;
            _rate(key, uid, given.valueBps, uint40(attestation.time), given.reason);
        } else if (attestation.schema == RULING_SCHEMA) {
            ReputationJudgement.Ruling memory given = attestation.data.toRuling();
            RatingKey memory key = _subject(given.ledger, given.projectId, attestation.recipient, given.component);
            key.rater = given.rater;
            _requireRating(key, given.rating);
            _rule({key: key, account: attester, stands: given.stands, ruling: uid, reason: given.reason});
        } else {
            revert ReputationLedger_SchemaUnknown(attestation.schema);
        }
    }

    function _subject(
        address ledger,
        uint256 projectId,
        address ratee,
        uint8 component
    ) private view returns (RatingKey memory key) {
        if (ledger != address(this) || ratee == address(0)) revert ReputationLedger_SubjectMismatch();
        if (component > uint8(Component.PeerRating) || component == uint8(Component.TrackRecord)) {
            revert ReputationLedger_ComponentInvalid(component);
        }
        (key.projectId, key.ratee, key.component) = (projectId, ratee, Component(component));
    }

    /* APPEALS */

    /// @inheritdoc IReputationLedger
    function appeal(RatingKey calldata key, bytes32 uid, string calldata reason) external {
        if (msg.sender != key.ratee) revert ReputationLedger_NotRatee(key.ratee, msg.sender);

        _requireRating(key, uid);
        _appeal(key, reason);
    }

    /// @inheritdoc IReputationLedger
    function appealBySignature(
        RatingKey calldata key,
        bytes32 uid,
        string calldata reason,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireWithin(0, deadline);
        bytes32 digest = _appealDigest(key, uid, reason, deadline);
        if (!SignatureChecker.isValidSignatureNowCalldata(key.ratee, digest, signature)) {
            revert ReputationLedger_SignatureInvalid(key.ratee);
        }

        _requireRating(key, uid);
        _appeal(key, reason);
    }

    function _appealDigest(
        RatingKey calldata key,
        bytes32 uid,
        string calldata reason,
        uint256 deadline
    ) private returns (bytes32) {
        bytes32 reasonHash = keccak256(bytes(reason));
        return
            _hashTypedDataV4(
                keccak256(abi.encode(APPEAL_TYPEHASH, key, uid, reasonHash, _useNonce(key.ratee), deadline))
            );
    }

    /// @inheritdoc IReputationLedger
    function cancelSignature() external {
        _useNonce(msg.sender);
    }

    /// @inheritdoc IReputationLedger
    function rule(RatingKey calldata key, bytes32 uid, bool stands, string calldata reason) external {
        _requireRating(key, uid);
        _rule({key: key, account: msg.sender, stands: stands, ruling: 0, reason: reason});
    }

    /* VIEWS */

    /// @inheritdoc IReputationLedger
    function multiplierBps(uint256 projectId, address worker) external view returns (uint256 bps) {
        uint256 factor = _policies[projectId].halfLife.dailyFactor();
        Tally[4] storage tallies = _tallies[projectId][worker];
        return
            Reputation.multiplierDown({
                passion: _valueDown(tallies[uint256(Component.Passion)], factor),
                trackRecord: _valueDown(tallies[uint256(Component.TrackRecord)], factor),
                peerRating: _valueDown(tallies[uint256(Component.PeerRating)], factor)
            });
    }

    function _valueDown(Tally storage tally, uint256 factor) private view returns (uint256 value) {
        (uint256 sum, uint256 weight, uint256 day) = (tally.sum, tally.weight, tally.day);
        if (sum == 0) return 0;
        return Reputation.valueDown(sum, weight, Decay.powerDown(factor, _today() - day));
    }

    /// @inheritdoc IReputationLedger
    function explain(uint256 projectId, address account) external view returns (Explanation memory explanation) {
        explanation.policy = _policies[projectId];
        explanation.prior = Reputation.PRIOR;
        explanation.dailyFactor = explanation.policy.halfLife.dailyFactor();
        Standing[4] memory standings = explanation.standings;
        for (uint256 i = 0; i < standings.length; ++i) {
            Tally memory tally = _tallies[projectId][account][i];
            standings[i].tally = tally;
            standings[i].ageDays = tally.day == 0 ? 0 : _today() - tally.day;
            standings[i].power = Decay.powerDown(explanation.dailyFactor, standings[i].ageDays);
            standings[i].value = Reputation.valueDown(tally.sum, tally.weight, standings[i].power);
        }
        standings[uint256(Component.Passion)].weightBps = Reputation.PASSION_BPS;
        standings[uint256(Component.TrackRecord)].weightBps = Reputation.TRACK_RECORD_BPS;
        standings[uint256(Component.PeerRating)].weightBps = Reputation.PEER_RATING_BPS;
        explanation.multiplierBps = Reputation.multiplierDown({
            passion: standings[uint256(Component.Passion)].value,
            trackRecord: standings[uint256(Component.TrackRecord)].value,
            peerRating: standings[uint256(Component.PeerRating)].value
        });
    }

    /// @inheritdoc IReputationLedger
    function isCounted(
        address escrow,
        uint256 bountyId,
        uint256 submissionId,
        uint8 tranche
    ) external view returns (bool counted) {
        return _counted[_outcomeId(escrow, bountyId, submissionId, tranche)];
    }
}
