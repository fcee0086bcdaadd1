// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Whoever sends a transaction chooses its gas. With any amount a step is either taken whole or not at all.
contract GasLimitsTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function _assertTakenWholeOrNotAt(address target, bytes memory call, uint256 gas) private returns (bool taken) {
        uint256 before = _credit(address(escrow));
        bytes32 state = keccak256(abi.encode(_state()));
        vm.prank(outsider);
        (taken, ) = target.call{gas: gas}(call);
        if (taken) return true;
        assertEq(_credit(address(escrow)), before, "credit");
        assertEq(keccak256(abi.encode(_state())), state, "state");
    }

    /// @dev Walks up to the gas that is enough, and a little beyond.
    function _walk(address target, bytes memory call, function() internal view assertWhole) private {
        uint256 enough = 0;
        for (uint256 gas = 20_000; gas < 1_200_000; gas += 5_000) {
            uint256 snapshot = vm.snapshotState();
            if (_assertTakenWholeOrNotAt(target, call, gas)) {
                assertWhole();
                ++enough;
            } else {
                assertEq(enough, 0, "more gas was too little");
            }
            vm.revertToState(snapshot);
        }
        assertGt(enough, 0, "never enough");
    }

    function _assertAccepted() private view {
        _assertStage(IBountyEscrow.Stage.Accepted);
        assertEq(_credit(worker) + _credit(colleague), BASE, "base");
    }

    function _assertSettled() private view {
        assertEq(_credit(worker) + _credit(colleague), BASE + 75_000 ether, "paid");
    }

    function _assertCompleted() private view {
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
        assertEq(_credit(worker) + _credit(colleague) + _credit(owner), MAX_AWARD, "all of the award");
    }

    function test_pitfall_16_acceptance_is_whole_with_any_gas() external {
        _toPending();
        skip(7 days);
        _walk(
            address(escrow),
            abi.encodeCall(escrow.acceptBySilence, (submissionId, _terms(), _work())),
            _assertAccepted
        );
    }

    function test_pitfall_16_settlement_is_whole_with_any_gas() external {
        _toAccepted();
        skip(60 days);
        _walk(
            address(escrow),
            abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), SUCCESS)),
            _assertSettled
        );
    }

    function test_pitfall_16_completion_is_whole_with_any_gas() external {
        _toAccepted();
        skip(400 days);
        _settle(SUCCESS);
        _walk(
            address(escrow),
            abi.encodeCall(escrow.settle, (submissionId, _terms(), _work(), LONG_TERM)),
            _assertCompleted
        );
    }

    /// @dev A batch of judgements takes a failure for an answer: a starved one must not pass for one that was refused.
    function test_pitfall_16_a_relayed_judgement_is_whole_or_can_be_relayed_again() external {
        _toPending();
        _approve(0);
        IContributionRegistry.Relayed[] memory relayed = _relayedApproval();
        bytes32 uid = registry.uidOf(relayed[0].attestation);
        uint256 accepted = 0;
        for (uint256 gas = 50_000; gas < 1_200_000; gas += 10_000) {
            uint256 snapshot = vm.snapshotState();
            (bool taken, ) = address(registry).call{gas: gas}(abi.encodeCall(registry.relayMany, (relayed)));
            bool attested = registry.statusOf(reviewers[1], uid).attestedAt != 0;
            if (attested) {
                assertTrue(taken, "undone");
                _assertAccepted();
                ++accepted;
            } else {
                assertFalse(taken, "passed over");
                _assertStage(IBountyEscrow.Stage.Pending);
                assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
                registry.relayMany(relayed);
                _assertAccepted();
            }
            vm.revertToState(snapshot);
        }
        assertGt(accepted, 0, "never enough");
    }

    function _relayedApproval() private returns (IContributionRegistry.Relayed[] memory relayed) {
        relayed = new IContributionRegistry.Relayed[](1);
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(APPROVE))
        );
        IBountyEscrow.Signed memory signed = _signed(reviewerKeys[1], 0, registry.digestOf(attestation));
        relayed[0] = IContributionRegistry.Relayed(attestation, reviewers[1], signed.signature, _context());
    }

    function test_pitfall_16_an_opening_with_a_starved_permit_brings_its_money_or_fails() external {
        vm.prank(owner);
        yen.approve(address(opener), 0);
        (address funder, uint256 key) = makeAddrAndKey("funder");
        vm.prank(owner);
        projects.setSteward(projectId, funder, true);
        (terms.funder, terms.tokenReward) = (funder, 0);
        yen.mint(funder, 2 * MAX_AWARD);
        bytes memory call = _openWithPermitCall(funder, key);
        uint256 opened = 0;
        for (uint256 gas = 50_000; gas < 1_000_000; gas += 10_000) {
            uint256 snapshot = vm.snapshotState();
            vm.prank(funder);
            (bool taken, ) = address(opener).call{gas: gas}(call);
            assertEq(_credit(address(escrow)), taken ? 2 * MAX_AWARD : 0, "credit");
            assertEq(escrow.bountyCount(), taken ? 1 : 0, "bounties");
            if (taken) ++opened;
            vm.revertToState(snapshot);
        }
        assertGt(opened, 0, "never enough");
    }

    function _openWithPermitCall(address funder, uint256 key) private view returns (bytes memory) {
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        uint256 deadline = block.timestamp + 1 hours;
        bytes32 message = keccak256(
            abi.encode(typehash, funder, address(opener), opener.escrowOf(terms), yen.nonces(funder), deadline)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", yen.DOMAIN_SEPARATOR(), message))
        );
        return abi.encodeCall(opener.openWithPermit, (terms, deadline, v, r, s));
    }
}
