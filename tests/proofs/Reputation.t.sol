// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {Decay} from "../../contracts/libraries/Decay.sol";
import {Reputation} from "../../contracts/libraries/Reputation.sol";

/// @title ReputationProof
/// @notice The multiplier stays in its band, and time only takes away.
contract ReputationProof is Test {
    /// Whatever the components in [0, 1], the multiplier is between 1.0 and 1.7.
    function check_the_multiplier_stays_in_its_band(uint64 passion, uint64 trackRecord, uint64 peer) external pure {
        vm.assume(passion <= 1e18 && trackRecord <= 1e18 && peer <= 1e18);
        uint256 bps = Reputation.multiplierDown({passion: passion, trackRecord: trackRecord, peerRating: peer});

        assert(bps >= 10_000 && bps <= 17_000);
    }

    /// Whatever is left of whatever power of a decay, it is no more than there was.
    function check_nothing_grows_by_fading(uint192 amount, uint64 power) external pure {
        vm.assume(power <= 1e18);

        assert(Decay.leftDown(amount, power) <= amount);
    }

    /// After no time at all, everything is left.
    function check_no_time_takes_nothing_away(uint192 amount, uint64 factor) external pure {
        assert(Decay.leftDown(amount, Decay.powerDown(factor, 0)) == amount);
    }
}
