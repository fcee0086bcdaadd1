// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {Decay} from "../../../contracts/libraries/Decay.sol";
import {Reputation} from "../../../contracts/libraries/Reputation.sol";

/// @title LedgerMirror
/// @notice The ledger's whole state, rebuilt from its events and nothing else.
abstract contract LedgerMirror {
    using Reputation for IReputationLedger.Tally;

    /// @notice Something that was ever counted.
    struct Judgement {
        uint256 valueBps;
        uint256 day;
        bool live;
    }

    /// @notice What became of one component of one account.
    struct Column {
        IReputationLedger.Tally tally;
        Judgement[] judgements;
        uint256 updates;
    }

    mapping(uint256 projectId => IReputationLedger.HalfLife) internal _halfLives;
    mapping(bytes32 ratingId => IReputationLedger.Rating) internal _ratings;
    mapping(bytes32 ratingId => uint256) private _placeOf;
    mapping(uint256 projectId => mapping(address => mapping(IReputationLedger.Component => Column))) internal _columns;
    IReputationLedger.RatingKey[] internal _keys;

    function _mirror(Vm.Log memory log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IReputationLedger.PolicySet.selector) _mirrorPolicy(log);
        if (topic == IReputationLedger.OutcomeCounted.selector) _mirrorOutcome(log);
        if (topic == IReputationLedger.RatingCounted.selector) _mirrorRating(log);
        if (topic == IReputationLedger.RatingAppealed.selector)
            _mirrorStage(log, IReputationLedger.RatingStage.Appealed);
        if (topic == IReputationLedger.RatingUpheld.selector) _mirrorStage(log, IReputationLedger.RatingStage.Upheld);
        if (topic == IReputationLedger.RatingStruck.selector) {
            IReputationLedger.RatingKey memory key = _keyOf(log);
            _remove(key);
            _mirrorStage(log, IReputationLedger.RatingStage.Struck);
        }
    }

    function _mirrorPolicy(Vm.Log memory log) private {
        IReputationLedger.Policy memory policy = abi.decode(log.data, (IReputationLedger.Policy));
        _halfLives[uint256(log.topics[1])] = policy.halfLife;
    }

    function _mirrorOutcome(Vm.Log memory log) private {
        (, , uint256 achievedBps, uint256 settledAt) = abi.decode(log.data, (uint256, uint8, uint16, uint40));
        if (achievedBps > 10_000) achievedBps = 10_000;
        _add(uint256(log.topics[1]), _account(log, 2), IReputationLedger.Component.TrackRecord, achievedBps, settledAt);
    }

    function _mirrorRating(Vm.Log memory log) private {
        (, bytes32 uid, uint16 valueBps, uint40 attestedAt, bytes32 replaced, ) = abi.decode(
            log.data,
            (uint8, bytes32, uint16, uint40, bytes32, string)
        );
        IReputationLedger.RatingKey memory key = _keyOf(log);
        IReputationLedger.Rating storage rating = _ratings[keccak256(abi.encode(key))];
        if (rating.uid == 0) _keys.push(key);
        if (replaced != 0) _remove(key);
        rating.uid = uid;
        rating.valueBps = valueBps;
        rating.stage = IReputationLedger.RatingStage.Live;
        rating.attestedAt = attestedAt;
        rating.countedAt = uint40(block.timestamp);
        rating.clock = 0;
        _placeOf[keccak256(abi.encode(key))] = _add(key.projectId, key.ratee, key.component, valueBps, block.timestamp);
    }

    function _mirrorStage(Vm.Log memory log, IReputationLedger.RatingStage stage) private {
        IReputationLedger.Rating storage rating = _ratings[keccak256(abi.encode(_keyOf(log)))];
        (rating.stage, rating.clock) = (stage, uint40(block.timestamp));
    }

    /* TALLIES */

    function _add(
        uint256 projectId,
        address account,
        IReputationLedger.Component component,
        uint256 valueBps,
        uint256 since
    ) private returns (uint256 place) {
        Column storage column = _columns[projectId][account][component];
        uint256 factor = Reputation.dailyFactor(_halfLives[projectId]);
        IReputationLedger.Tally memory tally = column.tally;
        tally.fade(factor, block.timestamp / 1 days);
        tally.add(valueBps, Decay.powerDown(factor, block.timestamp / 1 days - since / 1 days));
        column.tally = tally;
        ++column.updates;
        column.judgements.push(Judgement(valueBps, since / 1 days, true));
        return column.judgements.length - 1;
    }

    function _remove(IReputationLedger.RatingKey memory key) private {
        Column storage column = _columns[key.projectId][key.ratee][key.component];
        Judgement storage judgement = column.judgements[_placeOf[keccak256(abi.encode(key))]];
        uint256 factor = Reputation.dailyFactor(_halfLives[key.projectId]);
        IReputationLedger.Tally memory tally = column.tally;
        tally.fade(factor, block.timestamp / 1 days);
        tally.remove(judgement.valueBps, Decay.powerDown(factor, block.timestamp / 1 days - judgement.day));
        column.tally = tally;
        ++column.updates;
        judgement.live = false;
    }

    /// @dev What is left today of everything that counts, each from its own day, and how far a tally may be from it.
    function _leftOf(
        Column storage column,
        uint256 factor
    ) internal view returns (uint256 sum, uint256 weight, uint256 allowed) {
        uint256 today = block.timestamp / 1 days;
        uint256 oldest = today;
        for (uint256 i = 0; i < column.judgements.length; ++i) {
            Judgement storage judgement = column.judgements[i];
            if (judgement.day < oldest) oldest = judgement.day;
            if (!judgement.live) continue;
            uint256 power = Decay.powerDown(factor, today - judgement.day);
            sum += Decay.leftDown(judgement.valueBps * 1e14, power);
            weight += power;
        }
        allowed = column.judgements.length * (today - oldest + 1) + column.updates + 1;
    }

    function _keyOf(Vm.Log memory log) private pure returns (IReputationLedger.RatingKey memory key) {
        key.projectId = uint256(log.topics[1]);
        (key.ratee, key.rater) = (_account(log, 2), _account(log, 3));
        // The component is the first word of the values of each event of a rating.
        bytes memory values = log.data;
        uint256 component;
        assembly {
            component := mload(add(values, 32))
        }
        key.component = IReputationLedger.Component(component);
    }

    function _account(Vm.Log memory log, uint256 i) private pure returns (address) {
        return address(uint160(uint256(log.topics[i])));
    }
}
