// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowDoors} from "./EscrowDoors.sol";

/// @notice Once work is accepted its long-term tranche waits for its outcome and for nothing else: whoever wants to cancel
/// or take it back tries, at every time, by every function and every key.
contract LongTermTest is EscrowDoors {
    uint256 private constant TRANCHE = 60_000 ether;

    address private _steward = makeAddr("steward");
    address private _heir = makeAddr("heir");

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        projects.setSteward(projectId, _steward, true);
        // The steward funds, so that owner and funder are two.
        terms.funder = _steward;
        (terms.tokenReward, terms.maxAwards, terms.maxMultiplierBps) = (0, 1, 10_000);
        yen.mint(_steward, AMOUNT);
        vm.startPrank(_steward);
        yen.approve(address(opener), AMOUNT);
        bountyId = opener.open(terms);
        vm.stopPrank();
        work.bountyId = bountyId;
        _submit();
        _approve(0);
        _approve(1);
        skip(30 days);
        _report(SUCCESS, 10_000);
        skip(7 days);
        _settle(SUCCESS);
    }

    /// @dev What each does may be taken, such as closing; the tranche must not be touched by it.
    function _everybodyTries() private {
        address[9] memory accounts = [
            owner,
            _steward,
            _heir,
            arbiter,
            source,
            reviewers[0],
            worker,
            colleague,
            outsider
        ];
        for (uint256 i = 0; i < accounts.length; ++i) {
            _tryDoors(accounts[i]);
            _tryJudging(accounts[i]);
            _tryVault(accounts[i]);
        }
        _assertUntouched();
    }

    function _tryDoors(address account) private {
        Door[] memory doors = _doorsOf(account);
        for (uint256 i = 0; i < doors.length; ++i) {
            vm.prank(account);
            (bool taken, ) = doors[i].target.call(doors[i].call);
            taken;
        }
        bytes memory expire = abi.encodeCall(escrow.close, (bountyId, _terms(), "expired", ""));
        vm.prank(account);
        (bool closed, ) = address(escrow).call(expire);
        closed;
    }

    /// @dev A verdict that would undo the acceptance, and an outcome that is not due.
    function _tryJudging(address account) private {
        bytes[3] memory calls = [
            _attestCall(escrow.REVIEW_SCHEMA(), _values(_reviewOf(REJECT))),
            _attestCall(escrow.REVIEW_SCHEMA(), _values(_reviewOf(REQUEST_CHANGES))),
            _attestCall(escrow.OUTCOME_SCHEMA(), _values(_outcomeOf(LONG_TERM, 0)))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(account);
            (bool taken, ) = address(registry).call(calls[i]);
            assertFalse(taken, "judged");
        }
    }

    function _attestCall(bytes32 schema, bytes memory values) private returns (bytes memory) {
        return abi.encodeCall(registry.attest, (_attestation(schema, values), _context()));
    }

    function _tryVault(address account) private {
        uint256 id = uint256(uint160(address(yen)));
        bytes[6] memory calls = [
            abi.encodeCall(vault.transferFrom, (address(escrow), account, id, 1)),
            abi.encodeCall(vault.withdrawFrom, (address(yen), address(escrow), account, 1)),
            abi.encodeCall(vault.push, (address(yen), address(escrow))),
            abi.encodeCall(vault.settle, (address(yen), account, 1)),
            abi.encodeCall(vault.announceRotation, (address(escrow), account)),
            abi.encodeCall(vault.pushOne, (address(yen), address(escrow), account))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(account);
            (bool taken, ) = address(vault).call(calls[i]);
            assertFalse(taken, "vault");
        }
    }

    function _assertUntouched() private view {
        assertEq(_credit(address(escrow)), TRANCHE, "escrow");
        assertEq(uint8(_state().longTerm.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "waiting");
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function _assertPaidInFull() private {
        vm.warp(NOW + 400 days - 1);
        _report(LONG_TERM, 10_000);
        skip(7 days);
        _settle(LONG_TERM);
        assertEq(_credit(worker), (AMOUNT * 7) / 10, "worker");
        assertEq(_credit(colleague), (AMOUNT * 3) / 10, "colleague");
        assertEq(_credit(_steward), 0, "funder");
        assertEq(_credit(owner), 0, "owner");
    }

    function test_pitfall_14_nobody_takes_back_the_long_term_tranche() external {
        uint256[4] memory times = [block.timestamp, NOW + 60 days, NOW + 365 days - 1, NOW + 400 days - 1];
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(times[i]);
            _everybodyTries();
        }
        _assertPaidInFull();
    }

    function test_pitfall_14_nobody_takes_it_back_after_the_bounty_was_closed_and_reclaimed() external {
        vm.prank(_steward);
        escrow.close(bountyId, _terms(), "enough", "bafkreireason");
        assertTrue(_bounty().reclaimed, "reclaimed");
        _everybodyTries();
        _assertPaidInFull();
    }

    function test_pitfall_14_nobody_takes_it_back_after_the_project_was_closed() external {
        vm.prank(owner);
        projects.close(projectId, "enough", "bafkreireason");
        _everybodyTries();
        _assertPaidInFull();
    }

    function test_pitfall_14_nobody_takes_it_back_after_the_project_changed_hands() external {
        vm.startPrank(owner);
        projects.setSteward(projectId, _steward, false);
        projectToken.setMinter(address(escrow), false);
        projects.offerOwnership(projectId, _heir);
        vm.stopPrank();
        vm.prank(_heir);
        projects.acceptOwnership(projectId);
        _everybodyTries();
        _assertPaidInFull();
    }

    function test_pitfall_03_awards_of_others_are_not_paid_from_it() external {
        // Another bounty in the same token cannot draw on what this one still owes.
        uint256 first = bountyId;
        (terms.funder, terms.submitBy) = (owner, uint64(block.timestamp + 30 days));
        _open();
        _submit();
        _approve(0);
        _approve(1);
        vm.warp(block.timestamp + 400 days);
        _settle(SUCCESS);
        _settle(LONG_TERM);
        _close();

        assertEq(_credit(address(escrow)), TRANCHE, "first bounty");
        assertTrue(first != bountyId);
    }

    function test_pitfall_14_a_silent_source_leaves_the_default_and_no_more_to_the_funder() external {
        vm.warp(NOW + 400 days - 1);
        _everybodyTriesToSettle(_outside(NOW + 400 days, type(uint256).max));
        skip(1);
        _settle(LONG_TERM);
        assertEq(_credit(worker) + _credit(colleague), AMOUNT - TRANCHE + 15_000 ether, "paid");
        assertEq(_credit(_steward), 45_000 ether, "funder");
    }

    function _everybodyTriesToSettle(bytes memory refusal) private {
        address[4] memory accounts = [owner, _steward, arbiter, outsider];
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            vm.expectRevert(refusal);
            escrow.settle(submissionId, _terms(), _work(), LONG_TERM);
        }
    }
}
