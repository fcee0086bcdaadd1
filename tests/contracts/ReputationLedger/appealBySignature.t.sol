// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract AppealBySignatureTest is LedgerTest {
    uint256 private constant DEADLINE = NOW + 1 hours;

    function setUp() public override {
        super.setUp();
        _toRated();
    }

    function _digest(address verifier) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ReputationLedger"),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "AppealRating(uint256 projectId,address ratee,address rater,uint8 component,bytes32 uid,"
                    "string reason,uint256 nonce,uint256 deadline)"
                ),
                projectId,
                worker,
                rater,
                uint8(PASSION),
                lastUid,
                keccak256(bytes(REASON)),
                ledger.nonces(worker),
                DEADLINE
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function _signature(uint256 key) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(address(ledger)));
        return abi.encodePacked(r, s, v);
    }

    function _relay(bytes memory signature) private {
        vm.prank(outsider);
        ledger.appealBySignature(_key(), lastUid, REASON, DEADLINE, signature);
    }

    function _expectRefused(bytes memory signature, address ratee) private {
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.ReputationLedger_SignatureInvalid.selector, ratee));
        _relay(signature);
    }

    /* REFUSED */

    function test_pitfall_06_appealBySignature_is_taken_until_the_deadline() external {
        bytes memory signature = _signature(workerKey);

        // it should revert with ReputationLedger_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);
            vm.expectRevert(_outside(0, DEADLINE));
            _relay(signature);
        }

        // it should take the appeal one second before
        vm.warp(DEADLINE - 1);
        _relay(signature);
        _assertStage(IReputationLedger.RatingStage.Appealed);
    }

    function test_appealBySignature_reverts_when_somebody_else_signed() external {
        (, uint256 outsiderKey) = makeAddrAndKey("outsider");

        // it should revert with ReputationLedger_SignatureInvalid
        _expectRefused(_signature(outsiderKey), worker);
        _expectRefused("", worker);
        _expectRefused(new bytes(65), worker);
    }

    function test_pitfall_11_appealBySignature_reverts_when_what_was_signed_was_changed() external {
        bytes memory signature = _signature(workerKey);
        IReputationLedger.RatingKey memory key = _key();
        bytes memory refusal = abi.encodeWithSelector(
            IReputationLedger.ReputationLedger_SignatureInvalid.selector,
            worker
        );

        // it should revert with ReputationLedger_SignatureInvalid, whatever the field
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, bytes32(uint256(lastUid) + 1), REASON, DEADLINE, signature);
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, lastUid, "another reason", DEADLINE, signature);
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, lastUid, REASON, DEADLINE + 1, signature);
        key.projectId += 1;
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, lastUid, REASON, DEADLINE, signature);
        key = _keyOf(outsider, worker, PASSION);
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, lastUid, REASON, DEADLINE, signature);
        key = _keyOf(rater, worker, SKILL);
        vm.expectRevert(refusal);
        ledger.appealBySignature(key, lastUid, REASON, DEADLINE, signature);
        key = _keyOf(rater, outsider, PASSION);
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.ReputationLedger_SignatureInvalid.selector, outsider));
        ledger.appealBySignature(key, lastUid, REASON, DEADLINE, signature);
    }

    function test_pitfall_11_appealBySignature_reverts_when_signed_for_elsewhere() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(workerKey, _digest(address(registry)));

        // it should revert with ReputationLedger_SignatureInvalid, there
        _expectRefused(abi.encodePacked(r, s, v), worker);
        bytes memory signature = _signature(workerKey);
        vm.chainId(block.chainid + 1);
        _expectRefused(signature, worker);
    }

    function test_pitfall_11_appealBySignature_reverts_when_used_before() external {
        bytes memory signature = _signature(workerKey);
        _relay(signature);

        // it should revert with ReputationLedger_SignatureInvalid, as the nonce is used
        _expectRefused(signature, worker);
    }

    function test_appealBySignature_reverts_given_rating_was_replaced() external {
        bytes32 first = lastUid;
        vm.warp(NOW + 1 days);
        _rate(rater, worker, PASSION, 1_000);
        bytes32 second = lastUid;
        lastUid = first;
        vm.warp(DEADLINE - 1);
        bytes memory signature = _signature(workerKey);

        // it should revert with ReputationLedger_RatingMismatch
        vm.expectRevert(_mismatch(second, first));
        _relay(signature);
    }

    /* CANCELLED */

    function test_appealBySignature_reverts_given_the_ratee_cancelled() external {
        bytes memory signature = _signature(workerKey);
        vm.prank(worker);
        ledger.cancelSignature();

        // it should revert with ReputationLedger_SignatureInvalid, as the nonce was used up
        _expectRefused(signature, worker);

        // it should take what the ratee signs afterwards
        _relay(_signature(workerKey));
        _assertStage(IReputationLedger.RatingStage.Appealed);
    }

    function test_appealBySignature_is_taken_when_an_outsider_cancelled_its_own() external {
        bytes memory signature = _signature(workerKey);
        vm.prank(outsider);
        ledger.cancelSignature();

        // it should take the appeal all the same
        _relay(signature);
        _assertStage(IReputationLedger.RatingStage.Appealed);
    }

    /* TAKEN */

    function test_appealBySignature_takes_a_wallets_signature() external {
        ContractWallet wallet = new ContractWallet();
        worker = address(wallet);
        _rate(rater, worker, PASSION, 2_000);
        bytes32 digest = _digest(address(ledger));
        _expectRefused(abi.encode(digest), worker);
        wallet.approve(digest);

        // it should take a wallet's signature by ERC-1271
        _relay(abi.encode(digest));
        _assertStage(IReputationLedger.RatingStage.Appealed);
    }

    function test_appealBySignature_takes_the_appeal_for_the_ratee() external {
        bytes memory signature = _signature(workerKey);

        // it should take the appeal for the ratee, whoever relays it
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingAppealed(projectId, worker, rater, PASSION, lastUid, NOW + 7 days, REASON);
        _relay(signature);
        _assertStage(IReputationLedger.RatingStage.Appealed);

        // it should use one nonce
        assertEq(ledger.nonces(worker), 1, "nonce");
    }
}
