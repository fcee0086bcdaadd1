// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract CapsTest is EscrowTest {
    // At the upper end of the band: 108,000 of base, 180,000 x 1.5 and 72,000 x 2.
    uint256 private constant CAPPED_AWARD = 522_000 ether;

    function _raise() private {
        (terms.success.capBps, terms.longTerm.capBps) = (15_000, 20_000);
    }

    function _paid() private view returns (uint256) {
        return _credit(worker) + _credit(colleague);
    }

    function test_caps_escrow_the_upside_at_the_opening() external {
        _raise();
        _open();

        // it should escrow the upside at the opening
        assertEq(opener.escrowOf(terms), 2 * CAPPED_AWARD, "announced");
        assertEq(_credit(address(escrow)), 2 * CAPPED_AWARD, "credit");
    }

    function test_caps_pay_beyond_the_target() external {
        _raise();

        // it should pay beyond the target up to the cap
        _toCompleted(14_999, 19_999);
        assertEq(_paid(), 90_000 ether + 224_985 ether + 119_994 ether, "paid");

        // it should return the upside that was not achieved
        assertEq(_credit(owner), CAPPED_AWARD - _paid(), "funder");
        assertEq(_credit(address(escrow)), CAPPED_AWARD, "the other award");
    }

    function test_caps_hold_what_is_beyond_them() external {
        _raise();
        _toReported(SUCCESS, 15_001);
        assertEq(_state().success.achievedBps, 15_000, "held");

        // it should pay no more than the cap
        skip(7 days);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TrancheSettled(bountyId, submissionId, SUCCESS, 15_000, 225_000 ether, false);
        _settle(SUCCESS);
    }

    function test_cap_of_the_target_pays_nothing_beyond_it() external {
        _toCompleted(type(uint16).max, type(uint16).max);

        // it should pay nothing beyond the target
        assertEq(_paid(), AMOUNT);
    }

    function test_caps_at_their_highest_return_nothing() external {
        (terms.success.capBps, terms.longTerm.capBps) = (20_000, 20_000);
        (terms.minMultiplierBps, terms.maxAwards) = (12_000, 1);
        _toReported(SUCCESS, 0);
        _challenge(SUCCESS);
        _rule(SUCCESS, type(uint128).max);
        vm.warp(NOW + 365 days);
        _report(LONG_TERM, type(uint128).max);
        skip(7 days);
        _settle(LONG_TERM);

        // it should pay all that was escrowed and return nothing
        assertEq(_paid(), opener.escrowOf(terms), "paid");
        assertEq(_credit(owner), 0, "funder");
        assertEq(_credit(address(escrow)), 0, "escrow");
    }

    function test_caps_are_not_for_silence() external {
        _raise();
        (terms.success.silentBps, terms.longTerm.silentBps) = (10_000, 10_000);
        _toReported(SUCCESS, 15_000);
        _challengeBy(owner, SUCCESS);
        skip(5 days);
        _settle(SUCCESS);
        vm.warp(NOW + 400 days);
        _settle(LONG_TERM);

        // it should never pay the upside
        assertEq(_paid(), AMOUNT);
    }

    struct Drawn {
        uint128 amount;
        uint16 baseBps;
        uint16 successBps;
        uint16[2] caps;
        uint16[2] band;
        uint16 multiplierBps;
        uint128[2] values;
    }

    function test_pitfall_17_an_award_never_pays_more_than_was_escrowed_for_it(Drawn memory drawn) external {
        _draw(drawn);
        uint256 escrowed = opener.escrowOf(terms);
        _toAccepted();
        if (terms.success.shareBps > 0) {
            vm.warp(NOW + 30 days);
            _report(SUCCESS, drawn.values[0] % 30_000);
            skip(7 days);
            _settle(SUCCESS);
        }
        if (terms.longTerm.shareBps > 0) {
            vm.warp(NOW + 365 days);
            _report(LONG_TERM, drawn.values[1] % 30_000);
            skip(7 days);
            _settle(LONG_TERM);
        }

        // it should never pay more than was escrowed for the award
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_paid() + _credit(owner), escrowed, "all of it and no more");
        assertEq(_credit(address(escrow)), 0, "escrow");
        assertGe(_paid(), terms.guaranteed, "guarantee");
    }

    function _draw(Drawn memory drawn) private {
        terms.amount = uint128(bound(drawn.amount, 10, 100_000));
        terms.baseBps = uint16(bound(drawn.baseBps, 0, 10_000));
        terms.success.shareBps = uint16(bound(drawn.successBps, 0, 10_000 - terms.baseBps));
        terms.longTerm.shareBps = 10_000 - terms.baseBps - terms.success.shareBps;
        terms.success.capBps = uint16(bound(drawn.caps[0], 10_000, 20_000));
        terms.longTerm.capBps = uint16(bound(drawn.caps[1], 10_000, 20_000));
        terms.minMultiplierBps = uint16(bound(drawn.band[0], 5_000, 20_000));
        terms.maxMultiplierBps = uint16(bound(drawn.band[1], terms.minMultiplierBps, 50_000));
        terms.guaranteed = uint128((uint256(terms.amount) * terms.minMultiplierBps) / 10_000);
        (terms.maxAwards, terms.tokenReward) = (1, 0);
        reputation.state(projectId, worker, drawn.multiplierBps);
    }
}
