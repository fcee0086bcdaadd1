// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../interfaces/IContributionRegistry.sol";
import {IProjectRegistry} from "../interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../interfaces/IReputationLedger.sol";
import {Decay} from "../libraries/Decay.sol";
import {Reputation} from "../libraries/Reputation.sol";
import {PolicyBook} from "./PolicyBook.sol";

/// @title RatingBook
/// @notice The life of a rating: counted, replaced, appealed, upheld or struck.
abstract contract RatingBook is PolicyBook {
    using Reputation for HalfLife;
    using Reputation for Tally;

    uint256 private constant FOREVER = type(uint256).max;
    uint256 private constant LONGEST_TEXT = 128;

    /// @inheritdoc IReputationLedger
    IContributionRegistry public immutable contributions; // solhint-disable-line immutable-vars-naming

    mapping(uint256 projectId => mapping(address account => Tally[4])) internal _tallies;
    mapping(bytes32 ratingId => Rating) private _ratings;

    constructor(IProjectRegistry projects_, IContributionRegistry contributions_) PolicyBook(projects_) {
        contributions = contributions_;
    }

    /* COUNTING */

    function _rate(
        RatingKey memory key,
        bytes32 uid,
        uint16 valueBps,
        uint40 attestedAt,
        string memory reason
    ) internal {
        Policy storage policy = _policy(key.projectId);
        _requireRater(key, policy);
        if (valueBps > Reputation.BPS) revert ReputationLedger_BpsTooHigh(valueBps);
        _requireText(reason);
        Rating storage rating = _rating(key);
        bytes32 replaced;
        if (rating.stage != RatingStage.None) {
            _requireReplaceable(rating, policy, attestedAt);
            if (rating.stage != RatingStage.Struck) {
                replaced = rating.uid;
                _remove(key, rating);
            }
        }

        uint40 time = uint40(block.timestamp);
        (rating.uid, rating.valueBps, rating.stage) = (uid, valueBps, RatingStage.Live);
        (rating.attestedAt, rating.countedAt, rating.clock) = (attestedAt, time, 0);
        _add(key.projectId, key.ratee, key.component, valueBps, time);

        emit RatingCounted({
            projectId: key.projectId,
            ratee: key.ratee,
            rater: key.rater,
            component: key.component,
            uid: uid,
            valueBps: valueBps,
            attestedAt: attestedAt,
            replaced: replaced,
            reason: reason
        });
    }

    function _requireRater(RatingKey memory key, Policy storage policy) private view {
        address arbiter = policy.arbiter;
        if (key.rater == key.ratee || key.rater == arbiter || key.ratee == arbiter) {
            revert ReputationLedger_SelfDealing(key.rater);
        }
        // A tally that was ever changed names its day.
        bool isRater =
            key.component == Component.PeerRating
                ? _tallies[key.projectId][key.rater][uint256(Component.TrackRecord)].day != 0
                : _isIn(policy.raters, key.rater);
        if (!isRater) revert ReputationLedger_NotRater(key.rater, key.component);
    }

    /// @dev A rating under appeal stays until the ruling, and a struck one keeps its rater quiet for a half-life, or
    /// the next rating would undo both. One rating a day, so that nobody can outrun an appeal.
    function _requireReplaceable(Rating storage rating, Policy storage policy, uint40 attestedAt) private view {
        RatingStage stage = rating.stage;
        if (stage == RatingStage.Appealed) revert ReputationLedger_WrongStage(rating.uid, stage);
        uint256 day =
            stage == RatingStage.Struck
                ? _dayOf(rating.clock) + policy.halfLife.lengthOf()
                : _dayOf(rating.countedAt) + 1;
        if (_today() < day) revert ReputationLedger_TooSoon(day, _today());
        // Anyone may relay what was signed before: an old rating must not replace a newer one.
        if (attestedAt <= rating.attestedAt) revert ReputationLedger_Superseded(attestedAt, rating.attestedAt);
    }

    /* APPEALS */

    function _appeal(RatingKey memory key, string memory reason) internal {
        Policy storage policy = _policies[key.projectId];
        Rating storage rating = _rating(key);
        _requireStage(rating, RatingStage.Live);
        _requireWithin(rating.countedAt, uint256(rating.countedAt) + policy.appealWindow);
        _requireText(reason);

        (rating.stage, rating.clock) = (RatingStage.Appealed, uint40(block.timestamp));

        emit RatingAppealed({
            projectId: key.projectId,
            ratee: key.ratee,
            rater: key.rater,
            component: key.component,
            uid: rating.uid,
            ruleBy: block.timestamp + policy.arbiterWindow,
            reason: reason
        });
    }

    function _rule(RatingKey memory key, address account, bool stands, bytes32 ruling, string memory reason) internal {
        Policy storage policy = _policies[key.projectId];
        // Stewards are named and projects change hands after the policy was set.
        if (account != policy.arbiter || projects.isAuthorized(key.projectId, account)) {
            revert ReputationLedger_NotArbiter(account);
        }
        Rating storage rating = _rating(key);
        _requireStage(rating, RatingStage.Appealed);
        _requireWithin(rating.clock, uint256(rating.clock) + policy.arbiterWindow);
        _requireText(reason);

        if (stands) _uphold(key, rating, ruling, reason);
        else _strike(key, rating, Cause.Ruling, ruling, reason);
    }

    function _uphold(RatingKey memory key, Rating storage rating, bytes32 ruling, string memory reason) private {
        (rating.stage, rating.clock) = (RatingStage.Upheld, uint40(block.timestamp));

        emit RatingUpheld({
            projectId: key.projectId,
            ratee: key.ratee,
            rater: key.rater,
            component: key.component,
            uid: rating.uid,
            ruling: ruling,
            reason: reason
        });
    }

    /* STRIKING */

    /// @inheritdoc IReputationLedger
    function strikeBySilence(RatingKey calldata key) external {
        Rating storage rating = _rating(key);
        _requireStage(rating, RatingStage.Appealed);
        _requireWithin(uint256(rating.clock) + _policies[key.projectId].arbiterWindow, FOREVER);

        _strike(key, rating, Cause.Silence, 0, "");
    }

    /// @inheritdoc IReputationLedger
    function strikeRevoked(RatingKey calldata key) external {
        Rating storage rating = _rating(key);
        RatingStage stage = rating.stage;
        if (stage == RatingStage.None || stage == RatingStage.Struck) {
            revert ReputationLedger_WrongStage(rating.uid, stage);
        }
        if (contributions.statusOf(key.rater, rating.uid).revokedAt == 0) {
            revert ReputationLedger_NotRevoked(rating.uid);
        }

        _strike(key, rating, Cause.Revocation, 0, "");
    }

    function _strike(
        RatingKey memory key,
        Rating storage rating,
        Cause cause,
        bytes32 ruling,
        string memory reason
    ) private {
        (rating.stage, rating.clock) = (RatingStage.Struck, uint40(block.timestamp));
        _remove(key, rating);

        emit RatingStruck({
            projectId: key.projectId,
            ratee: key.ratee,
            rater: key.rater,
            component: key.component,
            uid: rating.uid,
            cause: cause,
            ruling: ruling,
            reason: reason
        });
    }

    /* TALLIES */

    function _add(uint256 projectId, address account, Component component, uint256 valueBps, uint256 since) internal {
        (Tally memory tally, uint256 factor) = _faded(projectId, account, component);
        tally.add(valueBps, Decay.powerDown(factor, _today() - _dayOf(since)));
        _tallies[projectId][account][uint256(component)] = tally;
    }

    function _remove(RatingKey memory key, Rating storage rating) private {
        (Tally memory tally, uint256 factor) = _faded(key.projectId, key.ratee, key.component);
        tally.remove(rating.valueBps, Decay.powerDown(factor, _today() - _dayOf(rating.countedAt)));
        _tallies[key.projectId][key.ratee][uint256(key.component)] = tally;
    }

    function _faded(
        uint256 projectId,
        address account,
        Component component
    ) private view returns (Tally memory tally, uint256 factor) {
        factor = _policies[projectId].halfLife.dailyFactor();
        tally = _tallies[projectId][account][uint256(component)];
        tally.fade(factor, _today());
    }

    /* REQUIREMENTS */

    function _requireRating(RatingKey memory key, bytes32 uid) internal view {
        bytes32 found = _rating(key).uid;
        if (found != uid) revert ReputationLedger_RatingMismatch(found, uid);
    }

    function _requireStage(Rating storage rating, RatingStage needed) private view {
        if (rating.stage != needed) revert ReputationLedger_WrongStage(rating.uid, rating.stage);
    }

    function _requireWithin(uint256 start, uint256 end) internal view {
        if (block.timestamp < start || block.timestamp >= end) {
            revert ReputationLedger_OutsideWindow(start, end, block.timestamp);
        }
    }

    function _requireText(string memory text) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > LONGEST_TEXT) revert ReputationLedger_TextLength(length);
    }

    /* VIEWS */

    /// @inheritdoc IReputationLedger
    function ratingOf(RatingKey calldata key) external view returns (Rating memory rating) {
        return _rating(key);
    }

    function _rating(RatingKey memory key) private view returns (Rating storage rating) {
        return _ratings[keccak256(abi.encode(key))];
    }

    function _today() internal view returns (uint256 day) {
        return _dayOf(block.timestamp);
    }

    function _dayOf(uint256 time) private pure returns (uint256 day) {
        return time / 1 days;
    }
}
