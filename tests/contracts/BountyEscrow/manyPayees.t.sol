// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WithholdingSchedules} from "../../../contracts/WithholdingSchedules.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @dev That each step fits into a transaction is asserted of the deployed bytecode, in `gas/ManyPayees.t.sol`.
contract ManyPayeesTest is EscrowTest {
    address private _collector = makeAddr("collector");

    function _namePayees(uint160 count) private {
        (work.payees, work.sharesBps) = (new address[](count), new uint16[](count));
        for (uint160 i = 0; i < count; ++i) (work.payees[i], work.sharesBps[i]) = (address(0x1000 + i), 40);
    }

    /// @dev 16 brackets, of which the first applies to every payment here and is looked at last.
    function _longestSchedule() private returns (bytes32 scheduleId) {
        vm.etch(address(withholdings), address(new WithholdingSchedules()).code);
        IWithholdingSchedules.Schedule memory schedule;
        (schedule.token, schedule.unit, schedule.collector) = (address(yen), 1 ether, _collector);
        (schedule.label, schedule.brackets) = ("longest", new IWithholdingSchedules.Bracket[](16));
        for (uint96 i = 0; i < 16; ++i) {
            schedule.brackets[i] = IWithholdingSchedules.Bracket(1, i * 1_000_000, i * 102_100, 1_021);
        }
        return WithholdingSchedules(address(withholdings)).register(schedule);
    }

    function test_pitfall_15_manyPayees_are_paid_in_one_call() external {
        (terms.withholding, terms.guaranteed) = (_longestSchedule(), uint128(AMOUNT));
        (terms.minMultiplierBps, terms.maxMultiplierBps) = (10_000, 10_000);
        _namePayees(250);
        _toPending();
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        skip(terms.reviewWindow);

        // it should accept and credit the base
        escrow.acceptBySilence(submissionId, encoded, submission);
        skip(terms.longTerm.closesAfter);
        _settle(SUCCESS);

        // it should settle the last tranche and top up to the guarantee
        escrow.settle(submissionId, encoded, submission, LONG_TERM);
        _assertStage(IBountyEscrow.Stage.Completed);

        // it should leave nothing over and nothing owed
        uint256 paid = _credit(_collector);
        for (uint256 i = 0; i < 250; ++i) paid += _credit(work.payees[i]);
        assertEq(paid, AMOUNT, "paid");
        assertEq(_credit(address(escrow)), AMOUNT, "left for the other award");
    }

    function test_pitfall_15_manyPayees_are_paid_and_topped_up_in_one_call() external {
        (terms.withholding, terms.guaranteed) = (_longestSchedule(), uint128(AMOUNT));
        (terms.minMultiplierBps, terms.maxMultiplierBps) = (10_000, 10_000);
        // Nothing was credited before, so that every credit is the dearest, and each payee is paid twice.
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (0, 0, 10_000);
        _namePayees(250);
        _toPending();
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        skip(terms.reviewWindow);
        escrow.acceptBySilence(submissionId, encoded, submission);
        skip(terms.longTerm.closesAfter);

        // it should settle an only tranche and top up to the guarantee
        escrow.settle(submissionId, encoded, submission, LONG_TERM);
        _assertStage(IBountyEscrow.Stage.Completed);
    }

    function test_pitfall_15_manyPayees_cannot_block_each_other() external {
        _namePayees(250);
        // Contracts that take nothing, and the vault and the escrow themselves.
        (work.payees[0], work.payees[1], work.payees[2]) = (address(vault), address(escrow), address(yen));
        _toPending();
        skip(terms.reviewWindow);
        escrow.acceptBySilence(submissionId, _terms(), _work());

        // it should pay the others
        for (uint256 i = 3; i < 250; ++i) assertEq(_credit(work.payees[i]), 360 ether, "share");
    }
}
