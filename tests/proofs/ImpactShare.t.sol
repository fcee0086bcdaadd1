// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ImpactShare} from "../../contracts/libraries/ImpactShare.sol";

/// @title ImpactShareProof
/// @notice The arithmetic of an award, for every amount that fits 128 bits.
contract ImpactShareProof is Test {
    using ImpactShare for ImpactShare.Ceilings;

    /// The default split of 30 / 50 / 20.
    function check_default_parts_sum_to_the_award(uint128 award) external pure {
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, 3_000, 5_000);

        assert(parts.base + parts.success + parts.longTerm == award);
        assert(parts.base <= award && parts.success <= award && parts.longTerm <= award);
    }

    /// No product overflows and no difference is negative.
    function check_default_parts_never_revert(uint128 award) external view {
        (bool done, ) = address(this).staticcall(abi.encodeCall(this.defaultParts, (award)));

        assert(done);
    }

    function defaultParts(uint256 award) external pure returns (ImpactShare.Ceilings memory parts) {
        return ImpactShare.ceilings(award, 3_000, 5_000);
    }

    /// Any split: whatever the shares, the parts that are returned sum to the award.
    function check_parts_of_any_split_sum_to_the_award(uint128 award, uint16 baseBps, uint16 successBps) external pure {
        vm.assume(uint256(baseBps) + successBps <= 10_000);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, baseBps, successBps);

        unchecked {
            assert(parts.base + parts.success + parts.longTerm == award);
        }
    }

    /// Whatever part of the target was achieved, a tranche pays at most its ceiling.
    function check_a_tranche_never_pays_above_its_ceiling(uint128 ceiling, uint16 achievedBps) external pure {
        vm.assume(achievedBps <= 10_000);

        assert(ImpactShare.trancheDown(ceiling, achievedBps) <= ceiling);
    }

    /// Full achievement pays the whole ceiling, and none pays nothing.
    function check_a_tranche_pays_all_at_full_and_nothing_at_zero(uint128 ceiling) external pure {
        assert(ImpactShare.trancheDown(ceiling, 10_000) == ceiling);
        assert(ImpactShare.trancheDown(ceiling, 0) == 0);
    }

    /// Paid and returned make up what was escrowed, and the guarantee is kept, for all that can be earned.
    function check_earned_top_up_and_returned_are_what_was_escrowed(
        uint128 escrowed,
        uint128 guaranteed,
        uint128 earned
    ) external pure {
        vm.assume(guaranteed <= escrowed && earned <= escrowed);
        uint256 topUp = ImpactShare.topUp(guaranteed, earned);
        uint256 paid = earned + topUp;

        assert(paid <= escrowed);
        assert(paid >= guaranteed && paid >= earned);
        assert(topUp == 0 || paid == guaranteed);
    }

    /// A multiplier inside the band never makes an award above what was escrowed for it.
    function check_a_multiplier_in_the_band_stays_below_its_top(uint128 amount, uint16 multiplierBps) external pure {
        vm.assume(multiplierBps <= 12_000);

        assert(ImpactShare.awardDown(amount, multiplierBps) <= ImpactShare.awardDown(amount, 12_000));
    }

    /// With a multiplier of exactly one, an award is the amount to the unit.
    function check_the_multiplier_one_changes_nothing(uint128 amount) external pure {
        assert(ImpactShare.awardDown(amount, 10_000) == amount);
    }

    /// Whatever was measured against whatever target, what counts is at most the cap.
    function check_what_counts_is_never_above_the_cap(uint128 value, uint128 target, uint16 capBps) external pure {
        vm.assume(target != 0);

        assert(ImpactShare.achieved(value, target, capBps) <= capBps);
    }

    /// Meeting the target exactly counts as 100 percent, and nothing measured counts as zero.
    function check_the_target_itself_counts_as_all(uint128 target) external pure {
        vm.assume(target != 0);

        assert(ImpactShare.achieved(target, target, 20_000) == 10_000);
        assert(ImpactShare.achieved(0, target, 20_000) == 0);
    }
}
