// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract MultiplierBpsTest is LedgerTest {
    /* NOTHING KNOWN */

    function test_multiplierBps_is_one_given_nothing_is_known() external {
        // it should be 10,000
        assertEq(ledger.multiplierBps(99, worker), 10_000, "no project");
        assertEq(ledger.multiplierBps(projectId, worker), 10_000, "no policy");
        assertEq(ledger.explain(99, worker).multiplierBps, 10_000, "explained");
        _setPolicy();
        assertEq(ledger.multiplierBps(projectId, worker), 10_000, "newcomer");
        assertEq(ledger.multiplierBps(projectId, address(0)), 10_000, "nobody");
    }

    /* SOMETHING KNOWN */

    function test_multiplierBps_weighs_the_components() external {
        _setPolicy();
        uint256[4] memory wanted = [uint256(10_000), 10_750, 11_250, 11_750];

        // it should take no account of skill
        _rate(rater, worker, SKILL, 10_000);
        assertEq(ledger.multiplierBps(projectId, worker), wanted[0], "skill");

        // it should weigh passion by 0.3, track record and peer rating by 0.2 each
        _rate(rater, worker, PASSION, 10_000);
        assertEq(ledger.multiplierBps(projectId, worker), wanted[1], "passion");
        _record(worker, 1, 10_000);
        assertEq(ledger.multiplierBps(projectId, worker), wanted[2], "track record");
        _record(peer, 2, 10_000);
        _rate(peer, worker, PEER_RATING, 10_000);
        assertEq(ledger.multiplierBps(projectId, worker), wanted[3], "peer rating");
    }

    function test_multiplierBps_rounds_down() external {
        _setPolicy();

        // it should round down
        _rate(rater, worker, PASSION, 9_999);
        assertEq(_value(worker, PASSION), 0.249975e18, "value");
        assertEq(ledger.multiplierBps(projectId, worker), 10_749, "749.925");
    }

    function test_multiplierBps_fades_by_whole_days() external {
        _toRated();

        // it should fade by whole days
        vm.warp(NOW + 1 days - 1);
        assertEq(ledger.multiplierBps(projectId, worker), 10_600, "same day");
        vm.warp(NOW + 1 days);
        assertEq(ledger.multiplierBps(projectId, worker), 10_596, "next day");
        vm.warp(NOW + 90 days);
        assertEq(ledger.multiplierBps(projectId, worker), 10_342, "a half-life: 0.4 of 3.5");

        // it should be 10,000 again in the end
        vm.warp(NOW + 20_000 days);
        assertEq(ledger.multiplierBps(projectId, worker), 10_000, "end");
    }

    function test_multiplierBps_never_reaches_the_highest() external {
        policy.raters = new address[](16);
        for (uint160 i = 0; i < 16; ++i) policy.raters[i] = address(1_000 + i);
        _setPolicy();
        for (uint160 i = 0; i < 16; ++i) _rate(address(1_000 + i), worker, PASSION, 10_000);
        for (uint256 i = 0; i < 200; ++i) _record(worker, i, 20_000);
        for (uint160 i = 0; i < 200; ++i) {
            _record(address(5_000 + i), 1_000 + i, 0);
            _rate(address(5_000 + i), worker, PEER_RATING, 10_000);
        }

        // it should never reach 17,000
        assertEq(ledger.multiplierBps(projectId, worker), 16_467, "of 16, 200 and 200");
    }

    /* EXPLAINED */

    function test_explain_holds_every_input() external {
        _toRated();
        _record(worker, 1, 6_000);
        _record(peer, 2, 10_000);
        skip(10 days);
        _rate(peer, worker, PEER_RATING, 9_000);
        _rate(raters[1], worker, PASSION, 3_000);
        skip(25 days);
        IReputationLedger.Explanation memory told = ledger.explain(projectId, worker);

        // it should hold every input, so that anyone can repeat it
        assertEq(told.prior, 3e18, "prior");
        assertEq(told.dailyFactor, 992327946262943481, "factor");
        uint256 added = 0;
        for (uint256 i = 0; i < 4; ++i) {
            IReputationLedger.Standing memory one = told.standings[i];
            uint256 power = 1e18;
            for (uint256 day = 0; day < one.ageDays; ++day) power = (power * told.dailyFactor) / 1e18;
            assertApproxEqAbs(one.power, power, 100, "power");
            uint256 sum = (one.tally.sum * one.power) / 1e18;
            uint256 weight = (one.tally.weight * one.power) / 1e18;
            assertEq(one.value, (sum * 1e18) / (weight + told.prior), "value");
            added += one.value * one.weightBps;
        }
        assertEq(told.multiplierBps, 10_000 + added / 1e18, "multiplier");
        assertEq(told.standings[0].ageDays, 0, "never changed");
        assertEq(told.standings[1].ageDays, 25, "passion");
        assertEq(told.standings[2].ageDays, 35, "track record");
        assertEq(told.standings[3].ageDays, 25, "peer rating");

        // it should say the same multiplier
        assertEq(told.multiplierBps, ledger.multiplierBps(projectId, worker), "same");

        // it should hold the project's policy
        assertEq(abi.encode(told.policy), abi.encode(policy), "policy");
    }

    /* COST */

    function test_multiplierBps_is_cheap_with_all_storage_cold() external {
        vm.skip(vm.isContext(VmSafe.ForgeContext.Coverage), "coverage compiles without the optimizer");
        policy.halfLife = IReputationLedger.HalfLife.Days365;
        _toRated();
        _record(worker, 1, 6_000);
        _record(peer, 2, 10_000);
        _rate(peer, worker, PEER_RATING, 9_000);
        // An age whose ten bits are all set costs the most of all ages up to eight years.
        skip(1_023 days);
        vm.cool(address(ledger));
        ledger.multiplierBps(projectId, worker);

        // it should cost at most 15,000 gas with all storage cold
        assertLe(vm.lastCallGas().gasTotalUsed, 15_000, "gas");
    }

    /* NOT TRANSFERABLE */

    function test_reputation_cannot_be_transferred() external {
        _toRated();
        bytes[6] memory calls = [
            abi.encodeCall(IERC20.transfer, (outsider, 1)),
            abi.encodeCall(IERC20.transferFrom, (worker, outsider, 1)),
            abi.encodeCall(IERC20.approve, (outsider, 1)),
            abi.encodeCall(IERC721.setApprovalForAll, (outsider, true)),
            abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", worker, outsider, 1),
            abi.encodeWithSignature(
                "safeTransferFrom(address,address,uint256,uint256,bytes)",
                worker,
                outsider,
                1,
                1,
                ""
            )
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            // it should have no function for it
            vm.prank(worker);
            (bool taken, ) = address(ledger).call(calls[i]);
            assertFalse(taken, "transferred");
        }
    }
}
