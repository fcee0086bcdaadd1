// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowTest} from "./EscrowTest.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";

contract SmokeTest is EscrowTest {
    function test_life() external {
        _toCompleted(10_000, 5_000);
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_credit(worker) + _credit(colleague), 270_000 ether);
        _close();
        assertEq(_credit(address(escrow)), 0);
    }

    function test_appeal() external {
        _toAppealed();
        _ruleAppeal(APPROVE);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_changes() external {
        _toChangesRequested();
        _revise("bafkreisecond");
        _approve(0);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }
}
