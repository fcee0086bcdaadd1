// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {SignedActs} from "./SignedActs.sol";

contract SignaturesTest is SignedActs {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 private constant DEADLINE = NOW + 60 days;

    Act private _act;

    /// @dev Runs the test once for each act, from the same start.
    modifier forEachAct() {
        uint256 start = vm.snapshotState();
        for (uint256 i = 0; i < ACTS; ++i) {
            vm.revertToState(start);
            _act = Act(i);
            _toAct(_act);
            _;
        }
    }

    function _toFuzzedAct(uint8 act) private {
        _act = Act(act % ACTS);
        _toAct(_act);
    }

    function _xorWord(bytes memory words, uint256 index, uint256 difference) private pure {
        uint256 offset = 32 * (1 + (index % (words.length / 32)));
        assembly ("memory-safe") {
            mstore(add(words, offset), xor(mload(add(words, offset)), difference))
        }
    }

    /* NO SIGNATURE */

    function test_signatures_are_needed_from_another_wallet() external forEachAct {
        address[3] memory callers = [outsider, owner, colleague];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotSender
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSender.selector, worker, callers[i]));
            _do(_act, _unsigned());
        }

        // it should use no nonce without a signature
        vm.prank(worker);
        _do(_act, _unsigned());
        _assertDone(_act);
        assertEq(escrow.nonces(worker), 0, "nonce");
    }

    /* TIME */

    function test_pitfall_06_signatures_are_good_until_the_deadline() external forEachAct {
        uint256 deadline = block.timestamp + 1 hours;
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, deadline);

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(deadline + late);
            _expectRelayRefused(_act, signed, _outside(0, deadline));
        }

        // it should take the signature one second before
        vm.warp(deadline - 1);
        _relay(_act, signed);
        _assertDone(_act);
    }

    /* ANOTHER MESSAGE */

    function testFuzz_pitfall_11_signatures_hold_for_every_word(uint8 act, uint256 index, uint256 difference) external {
        vm.assume(difference != 0);
        _toFuzzedAct(act);
        bytes memory message = _message(_act, 0, DEADLINE);
        _xorWord(message, index, difference);
        bytes32 digest = _digest(_domain(address(escrow)), message);

        // it should revert with BountyEscrow_SignatureInvalid
        _expectRelayRefused(_act, _signed(workerKey, DEADLINE, digest), _invalid());
    }

    function testFuzz_pitfall_11_signatures_hold_for_the_domain(uint8 act, uint256 index, uint256 difference) external {
        vm.assume(difference != 0);
        _toFuzzedAct(act);
        bytes memory domain = _domain(address(escrow));
        _xorWord(domain, index, difference);
        bytes32 digest = _digest(domain, _message(_act, 0, DEADLINE));

        // it should revert with BountyEscrow_SignatureInvalid for the domain
        _expectRelayRefused(_act, _signed(workerKey, DEADLINE, digest), _invalid());
    }

    function testFuzz_signatures_of_somebody_else_are_refused(uint8 act, uint256 key) external {
        key = bound(key, 1, CURVE_ORDER - 1);
        vm.assume(key != workerKey);
        _toFuzzedAct(act);

        // it should revert with BountyEscrow_SignatureInvalid for the signer
        _expectRelayRefused(_act, _signedBy(key, _act, DEADLINE), _invalid());
    }

    /* ANOTHER SIGNATURE */

    function testFuzz_signatures_that_were_changed_are_refused(uint8 act, uint256 bit) external {
        _toFuzzedAct(act);
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        bit = bound(bit, 0, 65 * 8 - 1);
        signed.signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));

        // it should revert with BountyEscrow_SignatureInvalid for any bit
        _expectRelayRefused(_act, signed, _invalid());
    }

    function test_pitfall_11_signatures_in_another_form_are_refused() external forEachAct {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(workerKey, _digestOf(_act, DEADLINE));
        IBountyEscrow.Signed memory signed;
        signed.deadline = DEADLINE;

        // it should revert with BountyEscrow_SignatureInvalid for the high half of s
        signed.signature = abi.encodePacked(r, CURVE_ORDER - uint256(s), v == 27 ? uint8(28) : uint8(27));
        _expectRelayRefused(_act, signed, _invalid());

        // it should revert with BountyEscrow_SignatureInvalid for the compact form
        signed.signature = abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255));
        _expectRelayRefused(_act, signed, _invalid());

        // it should revert with BountyEscrow_SignatureInvalid when it is longer or shorter
        signed.signature = abi.encodePacked(r, s, v, uint8(0));
        _expectRelayRefused(_act, signed, _invalid());
        signed.signature = abi.encodePacked(r, s);
        _expectRelayRefused(_act, signed, _invalid());
        signed.signature = new bytes(65);
        _expectRelayRefused(_act, signed, _invalid());
    }

    /* ANOTHER CALL */

    function testFuzz_signatures_hold_for_the_deadline(uint8 act, uint256 deadline) external {
        _toFuzzedAct(act);
        deadline = bound(deadline, block.timestamp + 1, type(uint256).max);
        vm.assume(deadline != DEADLINE);
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        signed.deadline = deadline;

        // it should revert with BountyEscrow_SignatureInvalid for the deadline
        _expectRelayRefused(_act, signed, _invalid());
    }

    function test_pitfall_01_signatures_hold_for_the_content() external {
        // it should revert with BountyEscrow_SignatureInvalid for the content
        for (uint256 i = 0; i < 2; ++i) {
            _toAct(Act(i));
            IBountyEscrow.Signed memory signed = _signedBy(workerKey, Act(i), DEADLINE);
            work.payees[0] = outsider;
            _expectRelayRefused(Act(i), signed, _invalid());
            work.payees[0] = worker;
        }
        _toAct(Act.Appeal);
        IBountyEscrow.Signed memory appeal = _signedBy(workerKey, Act.Appeal, DEADLINE);
        vm.expectRevert(_invalid());
        escrow.appeal(submissionId, _terms(), _work(), "bafkreiother", appeal);
        _toAct(Act.Challenge);
        IBountyEscrow.Signed memory challenge = _signedBy(workerKey, Act.Challenge, DEADLINE);
        vm.expectRevert(_invalid());
        escrow.challenge(submissionId, _terms(), _work(), LONG_TERM, worker, "bafkreisigned", challenge);
    }

    function test_pitfall_11_signatures_do_not_hold_on_a_chain_that_split() external forEachAct {
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);

        // it should revert with BountyEscrow_SignatureInvalid on the other chain
        _expectRelayRefused(_act, signed, _invalid());
        _relay(_act, _signedBy(workerKey, _act, DEADLINE));
        _assertDone(_act);
        vm.chainId(chain);
    }

    /* AGAIN */

    function test_pitfall_11_signatures_are_good_once() external forEachAct {
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        _relay(_act, signed);

        // it should revert with BountyEscrow_SignatureInvalid the second time
        _expectRelayRefused(_act, signed, _invalid());
    }

    function test_signatures_with_one_nonce_are_good_for_one_act() external {
        _toAct(Act.Submit);
        IBountyEscrow.Signed memory first = _signedBy(workerKey, Act.Submit, DEADLINE);
        IBountyEscrow.Signed memory second = _signedBy(workerKey, Act.Submit, DEADLINE + 1);
        _relay(Act.Submit, second);

        // it should revert with BountyEscrow_SignatureInvalid for the one that is left
        _expectRelayRefused(Act.Submit, first, _invalid());
    }

    function test_pitfall_11_signatures_of_the_zero_account_are_refused() external {
        work.worker = address(0);
        _open();
        IBountyEscrow.Signed memory signed = IBountyEscrow.Signed(DEADLINE, new bytes(65));

        // it should revert with BountyEscrow_SignatureInvalid for the zero account
        _expectRelayRefused(Act.Submit, signed, _invalid());
        for (uint8 v = 27; v <= 28; ++v) {
            signed.signature = abi.encodePacked(uint256(0), uint256(0), v);
            _expectRelayRefused(Act.Submit, signed, _invalid());
        }
        work.worker = worker;
        _toAct(Act.Challenge);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, address(0)));
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, address(0), "bafkreisigned", signed);
    }

    /* CANCELLED */

    function test_signatures_can_be_cancelled() external forEachAct {
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        vm.prank(worker);
        escrow.cancelSignature();

        // it should revert with BountyEscrow_SignatureInvalid once cancelled
        _expectRelayRefused(_act, signed, _invalid());
        assertEq(escrow.nonces(worker), 1, "nonce");

        // it should take what the worker signs afterwards
        _relay(_act, _signedBy(workerKey, _act, DEADLINE));
        _assertDone(_act);
    }

    function test_signatures_cannot_be_cancelled_by_somebody_else() external forEachAct {
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, _act, DEADLINE);
        vm.prank(outsider);
        escrow.cancelSignature();

        // it should take the signature all the same
        _relay(_act, signed);
        _assertDone(_act);
    }

    /* WALLETS */

    function test_signatures_of_a_wallet_are_taken_once_it_approved() external {
        ContractWallet wallet = new ContractWallet();
        work.worker = address(wallet);
        for (uint256 i = 0; i < ACTS; ++i) {
            Act act = Act(i);
            _toAct(act);
            bytes32 digest = _digestOf(act, DEADLINE);
            IBountyEscrow.Signed memory signed = IBountyEscrow.Signed(DEADLINE, abi.encode(digest));

            // it should revert with BountyEscrow_SignatureInvalid for the wallet
            _expectRelayRefused(act, signed, _invalid());
            wallet.approve(digest);

            // it should take a wallet's signature
            _relay(act, signed);
            _assertDone(act);
        }
    }

    /* TAKEN */

    function test_signatures_are_taken_from_anybody() external forEachAct {
        // it should take it from anybody and use one nonce
        _relay(_act, _signedBy(workerKey, _act, DEADLINE));
        _assertDone(_act);
        assertEq(escrow.nonces(worker), 1, "nonce");
    }

    function test_signatures_keep_their_nonce_when_the_act_is_refused() external {
        _toAct(Act.Submit);
        IBountyEscrow.Signed memory signed = _signedBy(workerKey, Act.Submit, DEADLINE);
        _close();

        // it should leave the nonce when the act is refused
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId);
        _expectRelayRefused(Act.Submit, signed, refusal);
        assertEq(escrow.nonces(worker), 0, "nonce");
    }
}
