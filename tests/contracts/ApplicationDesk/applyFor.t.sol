// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ApplicationDesk} from "../../../contracts/ApplicationDesk.sol";
import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {DeskTest} from "./DeskTest.sol";

contract ApplyForTest is DeskTest {
    uint256 private constant DEADLINE = NOW + 1 hours;

    function _expectRefused(uint128 bid, string memory proposal, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(worker);
        vm.expectRevert(refusal);
        desk.applyFor(BOUNTY, encoded, worker, bid, proposal, _unsigned());
    }

    function _bidInvalid(uint256 bid) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_BidInvalid.selector, bid, AMOUNT);
    }

    /* THE BOUNTY */

    function test_applyFor_reverts_when_terms_differ() external {
        // it should revert with ApplicationDesk_TermsMismatch
        terms.amount += 1;
        _expectRefused(BID, PROPOSAL, _termsMismatch());
        terms.amount -= 1;
        bytes memory encoded = _terms();
        vm.expectRevert(abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_TermsMismatch.selector, BOUNTY + 1));
        desk.applyFor(BOUNTY + 1, encoded, worker, BID, PROPOSAL, _unsigned());
        vm.expectRevert(_termsMismatch());
        desk.applyFor(BOUNTY, "", worker, BID, PROPOSAL, _unsigned());
    }

    function test_applyFor_reverts_when_terms_name_another_admission() external {
        terms.admission = outsider;
        _write();

        // it should revert with ApplicationDesk_OtherAdmission
        _expectRefused(BID, PROPOSAL, _otherAdmission(outsider));
    }

    function test_applyFor_reverts_when_bounty_is_closed() external {
        state.closed = true;
        _write();

        // it should revert with ApplicationDesk_Closed
        _expectRefused(BID, PROPOSAL, _closed());
    }

    function test_applyFor_takes_applications_until_submitBy() external {
        // it should take an application one second before
        vm.warp(SUBMIT_BY - 1);
        _apply(worker, BID);

        // it should revert with ApplicationDesk_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(SUBMIT_BY + late);
            _expectRefused(BID, PROPOSAL, _outside(0, SUBMIT_BY));
        }
    }

    /* WHAT IS OFFERED */

    function test_applyFor_reverts_when_bid_is_zero_or_too_high() external {
        // it should revert with ApplicationDesk_BidInvalid
        _expectRefused(0, PROPOSAL, _bidInvalid(0));
        _expectRefused(AMOUNT + 1, PROPOSAL, _bidInvalid(AMOUNT + 1));

        // it should take a bid of the amount
        _apply(worker, AMOUNT);
        assertEq(desk.applicationOf(BOUNTY, worker).bid, AMOUNT, "bid");
    }

    function test_applyFor_reverts_when_a_judge_applies() external {
        address[5] memory judges = [terms.reviewers[0], reviewer, source, terms.longTerm.source, arbiter];
        bytes memory encoded = _terms();

        // it should revert with ApplicationDesk_WorkerJudges
        for (uint256 i = 0; i < judges.length; ++i) {
            vm.prank(judges[i]);
            vm.expectRevert(abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_WorkerJudges.selector, judges[i]));
            desk.applyFor(BOUNTY, encoded, judges[i], BID, PROPOSAL, _unsigned());
        }
    }

    function test_applyFor_reverts_when_proposal_is_empty_or_too_long() external {
        // it should revert with ApplicationDesk_TextLength
        _expectRefused(BID, "", _textLength(0));
        _expectRefused(BID, _text(129), _textLength(129));

        // it should take 128 bytes
        bytes memory encoded = _terms();
        vm.prank(worker);
        desk.applyFor(BOUNTY, encoded, worker, BID, _text(128), _unsigned());
    }

    function test_applyFor_reverts_when_worker_is_selected() external {
        _toSelected();

        // it should revert with ApplicationDesk_AlreadySelected
        _expectRefused(BID, PROPOSAL, _alreadySelected());
        _expectRefused(BID + 1, PROPOSAL, _alreadySelected());
    }

    function test_applyFor_reverts_when_somebody_else_calls() external {
        bytes memory encoded = _terms();

        // it should revert with ApplicationDesk_NotSender
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotSender.selector, worker, outsider));
        desk.applyFor(BOUNTY, encoded, worker, BID, PROPOSAL, _unsigned());
    }

    /* APPLIED */

    function test_applyFor_keeps_the_application(uint128 bid, string calldata proposal) external {
        bid = uint128(bound(bid, 1, AMOUNT));
        vm.assume(bytes(proposal).length > 0 && bytes(proposal).length <= 128);
        bytes memory encoded = _terms();
        bytes32 expected = keccak256(abi.encode(BOUNTY, worker, bid, proposal));

        // it should emit ApplicationReceived
        vm.expectEmit(address(desk));
        emit IApplicationDesk.ApplicationReceived(BOUNTY, worker, expected, bid, proposal);
        vm.prank(worker);
        bytes32 applicationHash = desk.applyFor(BOUNTY, encoded, worker, bid, proposal, _unsigned());

        // it should keep the bid under the hash of bid and proposal
        assertEq(applicationHash, expected, "returned");
        assertEq(desk.hashApplication(BOUNTY, worker, bid, proposal), expected, "view");
        _assertApplication(worker, expected, bid, 0);
        assertEq(_selected(), 0, "selected");
    }

    function test_applyFor_replaces_what_stood() external {
        bytes32 first = _apply(worker, BID);
        bytes32 second = _apply(worker, BID - 1);

        // it should replace the application under another hash
        assertTrue(first != second, "hash");
        _assertApplication(worker, second, BID - 1, 0);
    }

    function test_applyFor_keeps_the_application_of_each_worker() external {
        bytes32 first = _apply(worker, BID);
        bytes32 second = _apply(rival, BID);

        // it should keep both
        assertTrue(first != second, "hash");
        _assertApplication(worker, first, BID, 0);
        _assertApplication(rival, second, BID, 0);
    }

    /* SIGNED */

    function _message(address applicant, uint128 bid, uint256 deadline) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "ApplyForBounty(uint256 bountyId,uint128 bid,string proposal,address worker,uint256 nonce,uint256 deadline)"
                    ),
                    BOUNTY,
                    bid,
                    keccak256(bytes(PROPOSAL)),
                    applicant,
                    desk.nonces(applicant),
                    deadline
                )
            );
    }

    function _signature() private view returns (bytes memory) {
        return _sign(workerKey, address(desk), _message(worker, BID, DEADLINE));
    }

    function _relay(address applicant, uint128 bid, uint256 deadline, bytes memory signature) private {
        bytes memory encoded = _terms();
        vm.prank(outsider);
        desk.applyFor(BOUNTY, encoded, applicant, bid, PROPOSAL, IBountyEscrow.Signed(deadline, signature));
    }

    function _expectForged(address applicant, uint128 bid, uint256 deadline, bytes memory signature) private {
        bytes memory encoded = _terms();
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_SignatureInvalid.selector, applicant));
        desk.applyFor(BOUNTY, encoded, applicant, bid, PROPOSAL, IBountyEscrow.Signed(deadline, signature));
    }

    function test_applyFor_takes_a_signature_until_its_deadline() external {
        bytes memory signature = _signature();
        bytes memory encoded = _terms();

        // it should revert with ApplicationDesk_OutsideWindow at the deadline and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);
            vm.expectRevert(_outside(0, DEADLINE));
            desk.applyFor(BOUNTY, encoded, worker, BID, PROPOSAL, IBountyEscrow.Signed(DEADLINE, signature));
        }

        // it should take it one second before
        vm.warp(DEADLINE - 1);
        _relay(worker, BID, DEADLINE, signature);
    }

    function test_applyFor_reverts_when_signature_is_not_for_this() external {
        (, uint256 outsiderKey) = makeAddrAndKey("outsider");
        bytes memory signature = _signature();

        // it should revert with ApplicationDesk_SignatureInvalid
        _expectForged(worker, BID + 1, DEADLINE, signature);
        _expectForged(worker, BID, DEADLINE + 1, signature);
        _expectForged(rival, BID, DEADLINE, signature);
        _expectForged(worker, BID, DEADLINE, _sign(outsiderKey, address(desk), _message(worker, BID, DEADLINE)));
        _expectForged(address(0), BID, DEADLINE, new bytes(65));
    }

    function test_applyFor_reverts_when_signed_for_elsewhere() external {
        ApplicationDesk other = new ApplicationDesk(IBountyEscrow(address(escrow)));
        bytes memory signature = _signature();

        // it should revert with ApplicationDesk_SignatureInvalid there
        _expectForged(worker, BID, DEADLINE, _sign(workerKey, address(other), _message(worker, BID, DEADLINE)));
        vm.chainId(block.chainid + 1);
        _expectForged(worker, BID, DEADLINE, signature);
    }

    function test_applyFor_reverts_when_signature_was_used_or_cancelled() external {
        bytes memory signature = _signature();
        _relay(worker, BID, DEADLINE, signature);

        // it should revert with ApplicationDesk_SignatureInvalid then
        _expectForged(worker, BID, DEADLINE, signature);
        signature = _signature();
        vm.prank(worker);
        desk.cancelSignature();
        _expectForged(worker, BID, DEADLINE, signature);
    }

    function test_applyFor_applies_for_who_signed() external {
        bytes memory signature = _signature();

        // it should use one nonce and say so
        vm.expectEmit(address(desk));
        emit IApplicationDesk.NonceUsed(worker, 0);
        _relay(worker, BID, DEADLINE, signature);
        assertEq(desk.nonces(worker), 1, "nonce");

        // it should apply for the worker, whoever relays it
        _assertApplication(worker, desk.hashApplication(BOUNTY, worker, BID, PROPOSAL), BID, 0);
    }

    function test_applyFor_takes_a_wallets_signature() external {
        ContractWallet wallet = new ContractWallet();
        bytes32 digest = _digest(address(desk), _message(address(wallet), BID, DEADLINE));
        _expectForged(address(wallet), BID, DEADLINE, abi.encode(digest));
        wallet.approve(digest);

        // it should take a wallet's signature by ERC-1271
        _relay(address(wallet), BID, DEADLINE, abi.encode(digest));
        assertEq(desk.applicationOf(BOUNTY, address(wallet)).bid, BID, "bid");
    }
}
