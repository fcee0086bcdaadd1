// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {CoinReceiver} from "../mocks/CoinReceiver.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract SettleTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;
    uint256 private constant FOREVER = type(uint256).max;

    function _expectSettleRefused(IBountyEscrow.Tranche tranche, bytes memory refusal) private {
        vm.prank(outsider);
        vm.expectRevert(refusal);
        escrow.settle(submissionId, _terms(), _work(), tranche);
    }

    function _expectSettled(uint16 achievedBps, uint256 amount, bool bySilence) private {
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TrancheSettled(bountyId, submissionId, SUCCESS, achievedBps, amount, bySilence);
    }

    /// @dev Refused one second before `time`; `amount` is paid at it and after it.
    function _assertFinalFrom(uint256 time, uint16 achievedBps, uint256 amount, bool bySilence) private {
        vm.warp(time - 1);
        _expectSettleRefused(SUCCESS, _outside(time, FOREVER));
        uint256 snapshot = vm.snapshotState();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(time + late);
            _expectSettled(achievedBps, amount, bySilence);
            _settle(SUCCESS);
            assertEq(_credit(worker) + _credit(colleague), BASE + amount, "paid");
            assertEq(_state().success.achievedBps, achievedBps, "achieved");
            assertEq(_state().success.clock, time + late, "clock");
            vm.revertToState(snapshot);
        }
    }

    /* REFUSED */

    function test_settle_reverts_when_work_or_terms_are_others() external {
        _toReported(SUCCESS, 8_000);
        skip(7 days);
        uint256 snapshot = vm.snapshotState();
        work.payees[0] = outsider;

        // it should revert with the mismatch
        _expectSettleRefused(SUCCESS, _mismatch());
        vm.revertToState(snapshot);
        terms.success.silentBps = 10_000;
        _expectSettleRefused(SUCCESS, _termsMismatch());
    }

    function test_settle_reverts_given_submission_is_not_accepted_or_completed() external {
        _toPending();
        skip(60 days);

        // it should revert with BountyEscrow_WrongStage
        _expectSettleRefused(SUCCESS, _wrongStage(IBountyEscrow.Stage.Pending));
        rewind(60 days);
        _review(0, REJECT);
        _review(1, REJECT);
        _expectSettleRefused(SUCCESS, _wrongStage(IBountyEscrow.Stage.Rejected));
    }

    function test_settle_reverts_given_award_is_completed() external {
        _toCompleted(8_000, 5_000);

        _expectSettleRefused(SUCCESS, _wrongStage(IBountyEscrow.Stage.Completed));
        _expectSettleRefused(LONG_TERM, _wrongStage(IBountyEscrow.Stage.Completed));
    }

    function test_pitfall_05_settle_reverts_given_tranche_is_settled_or_has_no_share() external {
        _toReported(SUCCESS, 8_000);
        skip(7 days);
        _settle(SUCCESS);

        // it should revert with BountyEscrow_TrancheStage
        _expectSettleRefused(SUCCESS, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled));
        (terms.baseBps, terms.longTerm.shareBps, terms.submitBy) = (5_000, 0, uint64(block.timestamp + 1 days));
        _toAccepted();
        _expectSettleRefused(LONG_TERM, _wrongTranche(LONG_TERM, IBountyEscrow.TrancheStage.Settled));
    }

    /* FINAL */

    function test_settle_pays_the_default_when_source_is_silent() external {
        _toAccepted();

        // it should revert with BountyEscrow_OutsideWindow until the source's window is over
        // it should pay the default from then on
        _assertFinalFrom(NOW + 60 days, 5_000, 75_000 ether, true);
    }

    function test_settle_pays_what_was_reported() external {
        _toReported(SUCCESS, 8_000);

        // it should revert with BountyEscrow_OutsideWindow until the challenge window is over
        // it should pay what was reported from then on
        _assertFinalFrom(NOW + 37 days, 8_000, 120_000 ether, false);
    }

    function test_settle_pays_the_default_when_arbiter_is_silent() external {
        _toChallenged(SUCCESS, 8_000);

        // it should revert with BountyEscrow_OutsideWindow until the arbiter's window is over
        // it should pay the default from then on
        _assertFinalFrom(NOW + 35 days, 5_000, 75_000 ether, true);
    }

    function test_settle_takes_the_tranches_in_any_order() external {
        _toAccepted();
        skip(400 days);
        _settle(LONG_TERM);
        _assertStage(IBountyEscrow.Stage.Accepted);

        // it should complete with the success tranche
        _settle(SUCCESS);
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_credit(worker) + _credit(colleague), BASE + 75_000 ether + 15_000 ether, "paid");
    }

    /* PAID */

    function test_settle_pays_the_payees_by_their_shares() external {
        _toReported(SUCCESS, 8_000);
        skip(7 days);

        // it should emit {TrancheSettled}
        _expectSettled(8_000, 120_000 ether, false);
        _settle(SUCCESS);

        // it should pay the payees by their shares
        assertEq(_credit(worker), ((BASE + 120_000 ether) * 7) / 10, "worker");
        assertEq(_credit(colleague), ((BASE + 120_000 ether) * 3) / 10, "colleague");
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Settled), "tranche stage");
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_settle_tops_up_to_the_guarantee() external {
        // The base is 90,000, nothing else is earned, 180,000 is guaranteed.
        _toReported(SUCCESS, 0);
        skip(7 days);
        _settle(SUCCESS);
        skip(335 days);
        _report(LONG_TERM, 0);
        skip(7 days);

        // it should emit {AwardCompleted}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardCompleted(bountyId, submissionId, 180_000 ether, 90_000 ether, 180_000 ether);
        _settle(LONG_TERM);

        // it should top up to the guarantee
        assertEq(_credit(worker), (180_000 ether * 7) / 10, "worker");
        assertEq(_credit(colleague), (180_000 ether * 3) / 10, "colleague");

        // it should return the rest to the funder
        assertEq(_credit(owner), 180_000 ether, "funder");

        // it should leave nothing of the award in the escrow
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
        _assertStage(IBountyEscrow.Stage.Completed);
    }

    function test_settle_adds_nothing_when_more_was_earned() external {
        _toCompleted(8_000, 5_000);

        // it should add nothing when more was earned
        uint256 earned = BASE + 120_000 ether + 30_000 ether;
        assertEq(_credit(worker) + _credit(colleague), earned, "paid");
        assertEq(_credit(owner), MAX_AWARD - earned, "funder");
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
    }

    function test_pitfall_07_every_path_pays_the_guarantee_at_least_and_leaves_nothing(
        uint8[2] memory paths,
        uint16[2] memory values,
        uint128 amount
    ) external {
        terms.amount = uint128(bound(amount, 10, 1_000_000 ether));
        terms.guaranteed = (terms.amount * 8) / 10;
        terms.maxAwards = 1;
        _toAccepted();
        skip(30 days);
        _walk(SUCCESS, paths[0] % 4, values[0]);
        vm.warp(NOW + 365 days);
        _walk(LONG_TERM, paths[1] % 4, values[1]);

        // it should pay between the guarantee and the ceiling and leave nothing
        _assertStage(IBountyEscrow.Stage.Completed);
        uint256 paid = _credit(worker) + _credit(colleague);
        assertGe(paid, terms.guaranteed, "guarantee");
        assertLe(paid, terms.amount, "ceiling");
        assertEq(paid + _credit(owner), opener.escrowOf(terms), "all of it");
        assertEq(_credit(address(escrow)), 0, "escrow");
    }

    /// @dev Silence, a report, a ruling, or a silent arbiter.
    function _walk(IBountyEscrow.Tranche tranche, uint8 path, uint16 value) private {
        if (path > 0) _report(tranche, value);
        if (path > 1) _challengeBy(path == 2 ? worker : owner, tranche);
        skip(path == 0 ? 35 days : 7 days);
        if (path == 2) {
            rewind(6 days);
            _rule(tranche, value / 2);
        } else {
            _settle(tranche);
        }
    }

    /* MANY PAYEES */

    function _name250() private {
        (work.payees, work.sharesBps) = (new address[](250), new uint16[](250));
        for (uint160 i = 0; i < 250; ++i) (work.payees[i], work.sharesBps[i]) = (address(1_000_000 + i), 40);
    }

    function test_pitfall_15_settle_pays_250_payees_in_one_transaction() external {
        _name250();
        (terms.withholding, work.exempt) = ("rate", 0);
        withholdings.state("rate", address(yen), makeAddr("collector"), 1_021);
        _toPending();
        _approve(0);
        uint256 gas = gasleft();
        _approve(1);
        assertLt(gas - gasleft(), 16_000_000, "acceptance");
        skip(60 days);
        gas = gasleft();
        _settle(SUCCESS);

        // it should pay them all for less gas than a transaction may use
        assertLt(gas - gasleft(), 16_000_000, "settlement");
        uint256 each = BASE / 250 + uint256(75_000 ether) / 250;
        for (uint256 i = 0; i < 250; ++i) assertEq(_credit(work.payees[i]), each - (each * 1_021) / 10_000, "payee");
    }

    function test_pitfall_15_three_payees_that_refuse_money_block_nobody() external {
        _name250();
        address coin = vault.NATIVE();
        terms.token = coin;
        for (uint256 i = 0; i < 3; ++i) {
            CoinReceiver refusing = new CoinReceiver();
            refusing.setMood(CoinReceiver.Mood(i + 1));
            work.payees[i * 100] = address(refusing);
        }
        vm.deal(owner, 2 * MAX_AWARD);
        vm.prank(owner);
        bountyId = opener.open{value: 2 * MAX_AWARD}(terms);
        work.bountyId = bountyId;
        _submit();
        _approve(0);
        _approve(1);
        vm.warp(NOW + 60 days);
        _settle(SUCCESS);

        // it should credit those too that would refuse money
        uint256 each = BASE / 250 + uint256(75_000 ether) / 250;
        for (uint256 i = 0; i < 250; ++i) assertEq(vault.creditOf(coin, work.payees[i]), each, "credit");
        assertEq(vault.pushMany(coin, work.payees), 3, "refused");
        assertEq(work.payees[1].balance, each, "coin of another");
        assertEq(vault.creditOf(coin, work.payees[200]), each, "credit is left");
    }
}
