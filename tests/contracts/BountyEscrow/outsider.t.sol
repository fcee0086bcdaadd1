// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Vm} from "forge-std/Vm.sol";

import {EscrowTest} from "./EscrowTest.sol";

/// @notice At every stage an outsider calls every function that writes: none is taken before its time.
contract OutsiderTest is EscrowTest {
    function _assertNothingIsTaken(string memory stage) private {
        bytes[] memory calls = _calls();
        vm.startStateDiffRecording();
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(outsider);
            (bool taken, ) = address(escrow).call(calls[i]);
            assertFalse(taken, string.concat(stage, ": call ", vm.toString(i)));
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

    function _calls() private returns (bytes[] memory calls) {
        IContributionRegistry.Attestation memory review = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(true))
        );
        calls = new bytes[](11);
        calls[0] = abi.encodeCall(escrow.open, (terms));
        calls[1] = abi.encodeCall(escrow.openWithPermit, (terms, block.timestamp, 0, 0, 0));
        calls[2] = abi.encodeCall(escrow.close, (bountyId, terms, "code", "reason"));
        calls[3] = abi.encodeCall(escrow.submit, (terms, work));
        calls[4] = abi.encodeCall(escrow.submitBySignature, (terms, work, block.timestamp + 1, ""));
        calls[5] = abi.encodeCall(escrow.onJudgement, (review, reviewers[0], 0, abi.encode(terms, work)));
        calls[6] = abi.encodeCall(escrow.acceptBySilence, (submissionId, terms, work));
        calls[7] = abi.encodeCall(escrow.challenge, (submissionId, terms, work, SUCCESS, "reason"));
        calls[8] = abi.encodeCall(escrow.settle, (submissionId, terms, work, SUCCESS));
        calls[9] = abi.encodeCall(escrow.settle, (submissionId, terms, work, LONG_TERM));
        calls[10] = abi.encodeCall(escrow.claimTokens, (submissionId, terms, work));
    }

    function test_outsider_can_do_nothing_before_its_time() external {
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
        escrow.claimTokens(submissionId, terms, work);
        _assertNothingIsTaken("accepted");
        skip(terms.success.opensAfter - 1);
        _assertNothingIsTaken("before the report");
        skip(1);
        _report(SUCCESS, 8_000);
        vm.prank(owner);
        escrow.close(bountyId, terms, "code", "reason");
        _assertNothingIsTaken("reported");
        _challenge(SUCCESS);
        _assertNothingIsTaken("challenged");
    }

    function test_outsider_can_do_nothing_at_the_end() external {
        _toCompleted(8_000, 5_000);
        _close();
        vm.prank(outsider);
        escrow.claimTokens(submissionId, terms, work);
        _assertNothingIsTaken("completed");
        assertEq(_credit(outsider), 0, "credit");
        assertEq(projectToken.balanceOf(outsider), 0, "tokens");
    }
}
