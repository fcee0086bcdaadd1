// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice At every stage an outsider calls every function that writes: none is taken before its time.
contract OutsiderTest is LedgerTest {
    function _assertNothingIsTaken(string memory stage) private {
        bytes[] memory calls = _calls();
        vm.startStateDiffRecording();
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(outsider);
            (bool taken, ) = address(ledger).call(calls[i]);
            assertFalse(taken, string.concat(stage, ": call ", vm.toString(i)));
        }
        Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
        for (uint256 i = 0; i < accesses.length; ++i) {
            for (uint256 j = 0; j < accesses[i].storageAccesses.length; ++j) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[j];
                assertTrue(!access.isWrite || access.reverted, "written");
            }
        }
    }

    function _calls() private view returns (bytes[] memory calls) {
        IContributionRegistry.Attestation memory rating = _rating(outsider, uint8(PASSION), 10_000);
        calls = new bytes[](11);
        calls[0] = abi.encodeCall(ledger.setPolicy, (projectId, policy));
        calls[1] = abi.encodeCall(ledger.recordOutcome, (address(book), "terms", "submission", 1, 0));
        calls[2] = abi.encodeCall(ledger.onJudgement, (rating, rater, 0, ""));
        calls[3] = abi.encodeCall(ledger.onJudgement, (_ruling(false), arbiter, 0, ""));
        calls[4] = abi.encodeCall(ledger.appeal, (_key(), lastUid, REASON));
        calls[5] = abi.encodeCall(ledger.appealBySignature, (_key(), lastUid, REASON, block.timestamp + 1, ""));
        calls[6] = abi.encodeCall(ledger.rule, (_key(), lastUid, true, REASON));
        calls[7] = abi.encodeCall(ledger.rule, (_key(), lastUid, false, REASON));
        calls[8] = abi.encodeCall(ledger.strikeBySilence, (_key()));
        calls[9] = abi.encodeCall(ledger.strikeRevoked, (_key()));
        calls[10] = abi.encodeCall(ledger.appeal, (_keyOf(rater, outsider, PASSION), 0, REASON));
    }

    function test_outsider_can_do_nothing_before_its_time() external {
        _assertNothingIsTaken("no policy");
        _toRated();
        _assertNothingIsTaken("rated");
        _record(worker, 1, 8_000);
        _assertNothingIsTaken("recorded");
        _appeal();
        _assertNothingIsTaken("appealed");
        skip(7 days - 1);
        _assertNothingIsTaken("before the silence");
        _rule(true);
        _assertNothingIsTaken("upheld");
        skip(365 days);
        _assertNothingIsTaken("a year later");
        assertEq(ledger.multiplierBps(projectId, outsider), 10_000, "multiplier");
    }

    function test_outsider_cannot_attest_for_anybody() external {
        _toAppealed();
        IContributionRegistry.Attestation memory ruling = _ruling(false);
        IContributionRegistry.Attestation memory rating = _rating(outsider, uint8(PASSION), 10_000);
        vm.startPrank(outsider);
        vm.expectRevert();
        registry.attest(ruling, "");
        vm.expectRevert();
        registry.attest(rating, "");
        vm.expectRevert();
        registry.relay(IContributionRegistry.Relayed(rating, rater, new bytes(65), ""));
    }
}
