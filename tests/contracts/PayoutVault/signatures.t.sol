// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {ISignedOrders} from "../../../contracts/interfaces/ISignedOrders.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {RotationTest} from "./RotationTest.sol";

contract SignaturesTest is RotationTest {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    uint256 private _deadline;
    IPayoutVault.Withdrawal private _withdrawal;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) assertNotEq(keys[guardians[i]], 0, "key");
        _deadline = vm.getBlockTimestamp() + 30 days;
        _withdrawal = IPayoutVault.Withdrawal(worker, address(yen), outsider, 60, _deadline);
    }

    function _hash(address payee, IPayoutVault.Withdrawal memory order) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "WithdrawTo(address payee,address account,address token,address to,uint256 amount,uint256 nonce,uint256 deadline)"
                    ),
                    payee,
                    order.account,
                    order.token,
                    order.to,
                    order.amount,
                    vault.nonces(payee),
                    order.deadline
                )
            );
    }

    function _guardiansHash(address[] memory members, uint256 threshold) private view returns (bytes32) {
        bytes memory words;
        for (uint256 i = 0; i < members.length; ++i) words = bytes.concat(words, abi.encode(members[i]));
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "AnnounceGuardians(address account,address[] guardians,uint256 threshold,uint256 nonce,uint256 deadline)"
                    ),
                    worker,
                    keccak256(words),
                    threshold,
                    vault.nonces(worker),
                    _deadline
                )
            );
    }

    function _vetoHash(address by) private view returns (bytes32) {
        bytes32 typeHash = keccak256("VetoGuardians(address by,address account,uint256 nonce,uint256 deadline)");
        return keccak256(abi.encode(typeHash, by, worker, vault.nonces(by), _deadline));
    }

    function _invalid(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISignedOrders.SignedOrders_SignatureInvalid.selector, signer);
    }

    function _withdraw(bytes memory signature) private {
        vault.withdrawToBySignature(_withdrawal, signature);
    }

    function _expectInvalid(IPayoutVault.Withdrawal memory order, bytes memory signature) private {
        vm.expectRevert(_invalid(worker));
        vault.withdrawToBySignature(order, signature);
    }

    /* EVERY ORDER */

    function test_pitfall_06_order_reverts_at_its_deadline() external {
        bytes memory withdrawal = _sign(worker, _hash(worker, _withdrawal));
        bytes memory announcement = _sign(worker, _order("AnnounceRotation", worker, worker, wallet, _deadline));
        bytes memory veto = _sign(worker, _order("VetoRotation", worker, worker, wallet, _deadline));
        bytes memory approval = _sign(guardians[0], _order("ApproveRotation", guardians[0], worker, wallet, _deadline));
        bytes memory change = _sign(worker, _guardiansHash(guardians, 2));
        bytes memory refusal = _sign(worker, _vetoHash(worker));
        vm.warp(_deadline);
        bytes memory expired = abi.encodeWithSelector(
            ISignedOrders.SignedOrders_Expired.selector,
            _deadline,
            _deadline
        );

        // it should revert with SignedOrders_Expired
        vm.expectRevert(expired);
        _withdraw(withdrawal);
        vm.expectRevert(expired);
        vault.announceRotationBySignature(worker, worker, wallet, _deadline, announcement);
        vm.expectRevert(expired);
        vault.vetoRotationBySignature(worker, worker, wallet, _deadline, veto);
        vm.expectRevert(expired);
        vault.approveRotationBySignature(guardians[0], worker, wallet, _deadline, approval);
        vm.expectRevert(expired);
        vault.announceGuardiansBySignature(worker, guardians, 2, _deadline, change);
        vm.expectRevert(expired);
        vault.vetoGuardiansBySignature(worker, worker, _deadline, refusal);
    }

    function test_pitfall_06_order_holds_until_its_deadline() external {
        bytes memory signature = _sign(worker, _hash(worker, _withdrawal));
        vm.warp(_deadline - 1);

        // it should hold
        _withdraw(signature);
        assertEq(yen.balanceOf(outsider), 60, "money");
    }

    function test_pitfall_11_order_reverts_the_second_time() external {
        _withdrawal.amount = 10;
        bytes memory signature = _sign(worker, _hash(worker, _withdrawal));
        _withdraw(signature);

        // it should revert with SignedOrders_SignatureInvalid
        _expectInvalid(_withdrawal, signature);
    }

    function test_pitfall_11_order_reverts_when_a_field_is_another() external {
        bytes memory signature = _sign(worker, _hash(worker, _withdrawal));
        IPayoutVault.Withdrawal memory order = _withdrawal;

        // it should refuse the changed order
        order.to = thief;
        _expectInvalid(order, signature);
        order = _withdrawal;
        order.amount = 61;
        _expectInvalid(order, signature);
        order = _withdrawal;
        order.token = vault.NATIVE();
        _expectInvalid(order, signature);
        order = _withdrawal;
        order.deadline += 1;
        _expectInvalid(order, signature);
        order = _withdrawal;
        order.account = outsider;
        vm.expectRevert(_invalid(outsider));
        vault.withdrawToBySignature(order, signature);
        vm.chainId(block.chainid + 1);
        _expectInvalid(_withdrawal, signature);
    }

    function testFuzz_pitfall_11_rotation_order_reverts_when_a_field_is_another(uint8 field, uint160 other) external {
        vm.assume(other != 0);
        bytes memory signature = _sign(worker, _order("AnnounceRotation", worker, worker, wallet, _deadline));
        address by = worker;
        address account = worker;
        address successor = wallet;
        uint256 deadline = _deadline;
        field = uint8(bound(field, 0, 5));
        if (field == 0) by = address(uint160(by) ^ other);
        if (field == 1) account = address(uint160(account) ^ other);
        if (field == 2) successor = address(uint160(successor) ^ other);
        if (field == 3) deadline += other;

        vm.expectRevert(_invalid(by));
        // An order of one kind is no order of another.
        if (field == 4) vault.vetoRotationBySignature(by, account, successor, deadline, signature);
        else if (field == 5) vault.approveRotationBySignature(by, account, successor, deadline, signature);
        else vault.announceRotationBySignature(by, account, successor, deadline, signature);
    }

    function test_pitfall_11_order_reverts_when_another_signed() external {
        keys[worker] = keys[wallet];

        // it should refuse the stranger
        _expectInvalid(_withdrawal, _sign(worker, _hash(worker, _withdrawal)));
    }

    function test_order_reverts_when_signature_is_malformed() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(workerKey, _digest(_hash(worker, _withdrawal)));

        // it should refuse the malformed signature
        _expectInvalid(_withdrawal, abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27)));
        _expectInvalid(_withdrawal, "");
        _expectInvalid(_withdrawal, abi.encodePacked(r, s, v, uint8(0)));
        _withdrawal.account = address(0);
        vm.expectRevert(_invalid(address(0)));
        vault.withdrawToBySignature(_withdrawal, abi.encodePacked(r, s, v));
    }

    function test_order_of_a_retired_account_is_void() external {
        bytes memory withdrawal = _sign(worker, _hash(worker, _withdrawal));
        bytes memory announcement = _sign(worker, _order("AnnounceRotation", worker, worker, thief, _deadline));
        _rotate(worker, wallet);

        // it should void what the retired key signed
        vm.expectRevert(_invalid(wallet));
        _withdraw(withdrawal);
        vm.expectRevert(_retired(worker));
        vault.announceRotationBySignature(worker, worker, thief, _deadline, announcement);
    }

    function test_order_of_a_contract() external {
        ContractWallet safe = new ContractWallet();
        _deposit(address(safe), 60);
        _withdrawal.account = address(safe);
        bytes32 digest = _digest(_hash(address(safe), _withdrawal));

        // it should ask the contract
        vm.expectRevert(_invalid(address(safe)));
        _withdraw(abi.encode(digest));
        safe.approve(digest);
        _withdraw(abi.encode(digest));
        assertEq(yen.balanceOf(outsider), 60, "money");
        vm.expectRevert(_invalid(address(safe)));
        _withdraw(abi.encode(digest));
    }

    /* CANCEL */

    function test_pitfall_11_cancelSignature_voids_what_was_signed() external {
        bytes memory signature = _sign(worker, _hash(worker, _withdrawal));

        // it should emit {NonceUsed}
        vm.expectEmit(address(vault));
        emit ISignedOrders.NonceUsed(worker, 0);
        vm.prank(worker);
        vault.cancelSignature();

        // it should void what was signed for the next nonce
        _expectInvalid(_withdrawal, signature);
        assertEq(vault.nonces(worker), 1, "nonce");
        _withdraw(_sign(worker, _hash(worker, _withdrawal)));
    }

    /* ROTATION */

    function test_rotation_by_signature() external {
        _appoint(worker, guardians, 2);

        // it should announce as the signer
        bytes memory signature = _sign(worker, _order("AnnounceRotation", worker, worker, wallet, _deadline));
        vault.announceRotationBySignature(worker, worker, wallet, _deadline, signature);
        assertFalse(vault.announcementOf(worker).byGuardian, "by the account");

        // it should veto as the signer
        signature = _sign(worker, _order("VetoRotation", worker, worker, wallet, _deadline));
        vault.vetoRotationBySignature(worker, worker, wallet, _deadline, signature);
        assertEq(vault.announcementOf(worker).successor, address(0), "vetoed");
        signature = _sign(guardians[1], _order("AnnounceRotation", guardians[1], worker, wallet, _deadline));
        vault.announceRotationBySignature(guardians[1], worker, wallet, _deadline, signature);
        assertTrue(vault.announcementOf(worker).byGuardian, "by a guardian");

        // it should approve as the signer
        for (uint256 i = 0; i < 2; ++i) {
            signature = _sign(guardians[i], _order("ApproveRotation", guardians[i], worker, wallet, _deadline));
            vault.approveRotationBySignature(guardians[i], worker, wallet, _deadline, signature);
        }
        assertEq(vault.payeeOf(worker), wallet, "payee");
    }

    function test_rotation_by_signature_reverts_for_who_holds_no_office() external {
        bytes memory signature = _sign(wallet, _order("AnnounceRotation", wallet, worker, wallet, _deadline));

        // it should refuse who holds no office
        vm.expectRevert(_notEntitled(worker, wallet));
        vault.announceRotationBySignature(wallet, worker, wallet, _deadline, signature);
        signature = _sign(wallet, _order("ApproveRotation", wallet, worker, wallet, _deadline));
        vm.expectRevert(_notEntitled(worker, wallet));
        vault.approveRotationBySignature(wallet, worker, wallet, _deadline, signature);
    }

    /* GUARDIANS */

    function test_guardians_by_signature() external {
        bytes memory signature = _sign(worker, _guardiansHash(guardians, 2));

        // it should refuse other guardians than were signed
        vm.expectRevert(_invalid(worker));
        vault.announceGuardiansBySignature(worker, guardians, 1, _deadline, signature);
        address[] memory others = _people("other", 3);
        vm.expectRevert(_invalid(worker));
        vault.announceGuardiansBySignature(worker, others, 2, _deadline, signature);

        // it should announce guardians as the signer
        vault.announceGuardiansBySignature(worker, guardians, 2, _deadline, signature);
        skip(COOLING_OFF);
        vault.finishGuardians(worker, guardians, 2);

        // it should veto guardians as the signer
        vm.prank(worker);
        vault.announceGuardians(new address[](0), 0);
        signature = _sign(guardians[0], _vetoHash(guardians[0]));
        vault.vetoGuardiansBySignature(guardians[0], worker, _deadline, signature);
        assertEq(vault.guardianChangeOf(worker).guardiansHash, 0, "vetoed");
    }

    /* WITHDRAWAL */

    function test_withdrawToBySignature_serves_a_worker_without_gas() external {
        bytes memory signature = _sign(worker, _hash(worker, _withdrawal));

        // it should emit {NonceUsed} and {Withdrawn} with the signer as caller
        vm.expectEmit(address(vault));
        emit ISignedOrders.NonceUsed(worker, 0);
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(address(yen), worker, outsider, worker, 60);
        vm.prank(thief);
        _withdraw(signature);

        // it should send the credit of a worker without gas where the worker says
        assertEq(yen.balanceOf(outsider), 60, "money");
        assertEq(vault.creditOf(address(yen), worker), 40, "credit");

        // it should give the carrier nothing
        assertEq(yen.balanceOf(thief), 0, "carrier");
    }

    function test_withdrawToBySignature_serves_a_successor() external {
        _rotate(worker, wallet);

        // it should serve the successor of a retired account
        _withdraw(_sign(wallet, _hash(wallet, _withdrawal)));
        assertEq(yen.balanceOf(outsider), 60, "money");
        assertEq(vault.nonces(wallet), 1, "the successor's nonce");
        assertEq(vault.nonces(worker), 0, "not the retired account's");
    }
}
