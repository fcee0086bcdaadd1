// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract SubmitBySignatureTest is EscrowTest {
    uint256 private constant DEADLINE = NOW + 1 hours;

    function setUp() public override {
        super.setUp();
        _open();
    }

    function _digest(BountyEscrow verifier) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("BountyEscrow"),
                keccak256("1"),
                block.chainid,
                address(verifier)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)"
                ),
                work.bountyId,
                _contentHash(),
                work.worker,
                verifier.nonces(work.worker),
                DEADLINE
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function _signature(uint256 key) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(escrow));
        return abi.encodePacked(r, s, v);
    }

    function _relay(bytes memory signature) private {
        vm.prank(outsider);
        submissionId = escrow.submitBySignature(terms, work, DEADLINE, signature);
    }

    function _expectRelayRefused(bytes memory signature) private {
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, work.worker));
        escrow.submitBySignature(terms, work, DEADLINE, signature);
    }

    function test_submitBySignature_takes_work_until_the_deadline() external {
        bytes memory signature = _signature(workerKey);

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);
            vm.expectRevert(_outside(0, DEADLINE));
            escrow.submitBySignature(terms, work, DEADLINE, signature);
        }

        // it should take work one second before
        vm.warp(DEADLINE - 1);
        _relay(signature);
    }

    function test_submitBySignature_reverts_when_somebody_else_signed() external {
        (, uint256 outsiderKey) = makeAddrAndKey("outsider");

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(_signature(outsiderKey));
        _expectRelayRefused("");
    }

    function test_submitBySignature_reverts_when_work_was_changed() external {
        bytes memory signature = _signature(workerKey);
        work.payees[0] = outsider;

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(signature);
    }

    function test_submitBySignature_reverts_when_deadline_was_changed() external {
        bytes memory signature = _signature(workerKey);

        // it should revert with BountyEscrow_SignatureInvalid
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, worker));
        escrow.submitBySignature(terms, work, DEADLINE + 1, signature);
    }

    function test_submitBySignature_reverts_when_signed_for_another_chain() external {
        bytes memory signature = _signature(workerKey);
        vm.chainId(block.chainid + 1);

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(signature);
    }

    function test_submitBySignature_reverts_when_signed_for_another_escrow() external {
        BountyEscrow other = new BountyEscrow(projects, registry, vault);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(workerKey, _digest(other));

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(abi.encodePacked(r, s, v));
    }

    function test_submitBySignature_reverts_when_used_before() external {
        bytes memory signature = _signature(workerKey);
        _relay(signature);

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(signature);
    }

    function test_submitBySignature_reverts_when_bounty_is_closed() external {
        bytes memory signature = _signature(workerKey);
        _close();

        // it should revert with BountyEscrow_Closed
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId));
        escrow.submitBySignature(terms, work, DEADLINE, signature);
    }

    function test_submitBySignature_reverts_when_worker_is_zero() external {
        work.worker = address(0);

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(new bytes(65));
    }

    function test_submitBySignature_takes_the_work_for_the_worker() external {
        // it should take the work for the worker, whoever relays it
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionReceived(bountyId, 1, worker, _contentHash(), work);
        _relay(_signature(workerKey));
        _assertStage(IBountyEscrow.Stage.Pending);

        // it should use one nonce
        assertEq(escrow.nonces(worker), 1, "nonce");
        _relay(_signature(workerKey));
        assertEq(submissionId, 2, "second");
    }

    function test_submitBySignature_takes_a_wallets_signature() external {
        ContractWallet wallet = new ContractWallet();
        work.worker = address(wallet);
        bytes32 digest = _digest(escrow);
        _expectRelayRefused(abi.encode(digest));
        wallet.approve(digest);

        // it should take a wallet's signature by ERC-1271
        _relay(abi.encode(digest));
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    /* CANCELLED */

    function test_submitBySignature_reverts_when_signature_was_cancelled() external {
        bytes memory signature = _signature(workerKey);
        vm.prank(worker);
        escrow.cancelSignature();

        // it should revert with BountyEscrow_SignatureInvalid
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, worker));
        escrow.submitBySignature(terms, work, DEADLINE, signature);

        // it should take what the worker signs afterwards
        _relay(_signature(workerKey));
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    function test_submitBySignature_takes_work_when_an_outsider_cancelled_its_own() external {
        bytes memory signature = _signature(workerKey);
        vm.prank(outsider);
        escrow.cancelSignature();

        // it should take the work all the same
        _relay(signature);
        _assertStage(IBountyEscrow.Stage.Pending);
    }
}
