// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReputationLedger} from "./interfaces/IReputationLedger.sol";
import {Decay} from "./libraries/Decay.sol";
import {Reputation} from "./libraries/Reputation.sol";

/// @title ReputationProbe
/// @notice Many steps of the ledger's arithmetic in one call, for comparison.
contract ReputationProbe {
    using Reputation for IReputationLedger.Tally;

    struct Step {
        uint8 kind;
        IReputationLedger.HalfLife halfLife;
        IReputationLedger.Tally tally;
        uint16 valueBps;
        uint32 since;
        uint32 today;
    }

    struct After {
        uint256 sum;
        uint256 weight;
        uint256 value;
        uint256 multiplierBps;
    }

    function run(Step[] calldata steps) external pure returns (After[] memory found) {
        found = new After[](steps.length);
        uint256[3] memory values;
        for (uint256 i = 0; i < steps.length; ++i) {
            IReputationLedger.Tally memory tally = _after(steps[i]);
            values[i % 3] = Reputation.valueDown(tally.sum, tally.weight, Decay.ONE);
            uint256 bps = Reputation.multiplierDown(values[0], values[1], values[2]);
            found[i] = After(tally.sum, tally.weight, values[i % 3], bps);
        }
    }

    function _after(Step calldata step) private pure returns (IReputationLedger.Tally memory tally) {
        uint256 factor = Reputation.dailyFactor(step.halfLife);
        uint256 power = Decay.powerDown(factor, step.today - step.since);
        tally = step.tally;
        tally.fade(factor, step.today);
        if (step.kind == 1) tally.add(step.valueBps, power);
        if (step.kind == 2) tally.remove(step.valueBps, power);
    }
}
