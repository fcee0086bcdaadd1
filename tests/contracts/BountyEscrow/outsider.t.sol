// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {EscrowDoors} from "./EscrowDoors.sol";

/// @notice At every stage an outsider calls every function that writes: none is taken before its time.
contract OutsiderTest is EscrowDoors {
    function _assertNothingIsTaken(string memory stage) private {
        Door[] memory doors = _doorsOf(outsider);
        vm.startStateDiffRecording();
        for (uint256 i = 0; i < doors.length; ++i) {
            // An outsider may spend a nonce of its own.
            if (_isCancel(doors[i])) continue;
            vm.prank(outsider);
            (bool taken, ) = doors[i].target.call(doors[i].call);
            assertFalse(taken, string.concat(stage, ": ", doors[i].name));
        }
        _assertNoWrite(vm.stopAndReturnStateDiff());
    }

    /// @dev The guard's bit is transient; storage that a refused call wrote is marked as reverted.
    function _assertNoWrite(Vm.AccountAccess[] memory accesses) private pure {
        for (uint256 i = 0; i < accesses.length; ++i) {
            for (uint256 j = 0; j < accesses[i].storageAccesses.length; ++j) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[j];
                assertTrue(!access.isWrite || access.reverted, "written");
            }
        }
    }

    function test_pitfall_02_outsider_can_do_nothing_before_its_time() external {
        terms.maxAwards = 1;
        _assertNothingIsTaken("nothing opened");
        _open();
        _assertNothingIsTaken("open");
        _submit();
        _assertNothingIsTaken("pending");
        _approve(0);
        _assertNothingIsTaken("reviewed");
        _approve(1);
        vm.prank(outsider);
        escrow.claimTokens(submissionId, _terms(), _work(), EVERYBODY);
        _assertNothingIsTaken("accepted");
        skip(terms.success.opensAfter - 1);
        _assertNothingIsTaken("before the report");
        skip(1);
        _report(SUCCESS, 8_000);
        _close();
        _assertNothingIsTaken("reported");
        _challenge(SUCCESS);
        _assertNothingIsTaken("challenged");
    }

    function test_pitfall_02_outsider_can_do_nothing_about_undecided_work() external {
        _toChangesRequested();
        _assertNothingIsTaken("changes requested");
        _revise("bafkreisecond");
        _assertNothingIsTaken("revised");
        _review(0, REJECT);
        _review(1, REJECT);
        _assertNothingIsTaken("rejected");
        _appeal();
        _assertNothingIsTaken("appealed");
        _close();
        _assertNothingIsTaken("appealed and closed");
        _ruleAppeal(REJECT);
        skip(3 days);
        _reclaim();
        _assertNothingIsTaken("rejected for good");
    }

    function test_pitfall_02_outsider_can_do_nothing_at_the_end() external {
        _toCompleted(8_000, 5_000);
        _close();
        vm.prank(outsider);
        escrow.claimTokens(submissionId, _terms(), _work(), EVERYBODY);
        _assertNothingIsTaken("completed");
        assertEq(_credit(outsider), 0, "credit");
        assertEq(projectToken.balanceOf(outsider), 0, "tokens");
    }
}
