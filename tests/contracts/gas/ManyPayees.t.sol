// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WithholdingSchedules} from "../../../contracts/WithholdingSchedules.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";
import {GasTest} from "./GasTest.sol";

/// @notice The dearest steps of an award to 250 payees, each new to the vault and taxed by the longest schedule: each
/// must fit into a transaction (EIP-7825) as deployed, calldata included.
contract ManyPayeesGasTest is EscrowTest, GasTest {
    uint256 private constant TRANSACTION_GAS = 1 << 24;
    uint256 private constant MOST = 250;

    // As `MOST_AT_ONCE` in workflows/claiming.py.
    uint256 private constant CLAIMED_AT_ONCE = 100;

    function setUp() public override {
        super.setUp();
        terms.withholding = _longestSchedule();
        (terms.guaranteed, terms.quorum) = (uint128(AMOUNT), 1);
        (terms.minMultiplierBps, terms.maxMultiplierBps) = (10_000, 10_000);
        (work.payees, work.sharesBps) = (new address[](MOST), new uint16[](MOST));
        for (uint160 i = 0; i < MOST; ++i) {
            (work.payees[i], work.sharesBps[i]) = (address(uint160(uint256(keccak256(abi.encode(i))))), 40);
        }
    }

    /// @dev 16 brackets, of which the first applies to every payment here and is looked at last.
    function _longestSchedule() private returns (bytes32 scheduleId) {
        vm.etch(address(withholdings), address(new WithholdingSchedules()).code);
        IWithholdingSchedules.Schedule memory schedule;
        (schedule.token, schedule.unit, schedule.collector) = (address(yen), 1 ether, makeAddr("collector"));
        (schedule.label, schedule.brackets) = ("longest", new IWithholdingSchedules.Bracket[](16));
        for (uint96 i = 0; i < 16; ++i) {
            schedule.brackets[i] = IWithholdingSchedules.Bracket(1, i * 1_000_000, i * 102_100, 1_021);
        }
        return WithholdingSchedules(address(withholdings)).register(schedule);
    }

    function _recordFitting(string memory name) private {
        assertLt(_record(string.concat("BountyEscrow, 250 payees, 16 brackets: ", name)), TRANSACTION_GAS, name);
    }

    /// forge-config: default.isolate = true
    function test_pitfall_15_gas_many_payees_are_paid_the_base_by_the_deciding_review() external {
        _toPending();
        _approve(0);
        _recordFitting("review and pay the base");
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    /// forge-config: default.isolate = true
    function test_pitfall_15_gas_many_payees_are_paid_an_only_tranche_and_the_guarantee_by_a_report() external {
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (0, 0, 10_000);
        terms.longTerm.challengeWindow = 0;
        _toPending();
        _approve(0);
        skip(terms.longTerm.opensAfter);
        _report(LONG_TERM, 5_000);
        _recordFitting("report, pay and top up");
        _assertStage(IBountyEscrow.Stage.Completed);
    }

    /// forge-config: default.isolate = true
    function test_pitfall_15_gas_many_payees_get_their_project_tokens() external {
        terms.tokenReward = 1_000 ether;
        _toPending();
        _approve(0);
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        // A mint to an account that has delegated its votes is the dearest: it begins the votes' history.
        for (uint256 i = 0; i < MOST; ++i) {
            vm.prank(work.payees[i]);
            projectToken.delegate(work.payees[i]);
        }
        escrow.claimTokens(submissionId, encoded, submission, (1 << CLAIMED_AT_ONCE) - 1);
        _recordFitting("project tokens for 100 who delegated");
        escrow.claimTokens(submissionId, encoded, submission, EVERYBODY << 200);
        _recordFitting("project tokens for 50 who delegated");
        assertEq(projectToken.totalSupply(), 600 ether, "supply");
    }
}
