// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract OnJudgementTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        _toPending();
    }

    /// @dev As the registry, which alone could tell the escrow of a judgement that names another receiver.
    function _expectTellingRefused(
        address attester,
        IContributionRegistry.Attestation memory attestation,
        bytes memory context,
        bytes memory refusal
    ) private {
        vm.prank(address(registry));
        vm.expectRevert(refusal);
        escrow.onJudgement(attestation, attester, bytes32("uid"), context);
    }

    function _subjectMismatch() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubjectMismatch.selector);
    }

    function _mismatchOf(uint256 bountyId_, uint256 submissionId_) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubmissionMismatch.selector, bountyId_, submissionId_);
    }

    function _reviewed() private returns (IContributionRegistry.Attestation memory) {
        return _attestation(escrow.REVIEW_SCHEMA(), _values(_reviewOf(APPROVE)));
    }

    function _toWaiting() private {
        _approve(0);
        _approve(1);
        skip(30 days);
    }

    /* REFUSED */

    function test_onJudgement_reverts_when_caller_is_not_the_registry() external {
        IContributionRegistry.Attestation memory attestation = _reviewed();
        address[4] memory callers = [outsider, reviewers[0], owner, address(escrow)];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotRegistry
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotRegistry.selector, callers[i]));
            escrow.onJudgement(attestation, reviewers[0], bytes32("uid"), _context());
        }
    }

    function testFuzz_onJudgement_reverts_when_the_schema_is_another(bytes32 schema) external {
        vm.assume(schema != escrow.REVIEW_SCHEMA() && schema != escrow.OUTCOME_SCHEMA());

        // it should revert with BountyEscrow_SchemaUnknown
        _expectRefused(
            reviewers[0],
            schema,
            _values(_reviewOf(APPROVE)),
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SchemaUnknown.selector, schema)
        );
    }

    function test_onJudgement_reverts_when_it_names_another_escrow() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        review.escrow = address(vault);
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 1);
        outcome.escrow = address(0);

        // it should revert with BountyEscrow_SubjectMismatch
        IContributionRegistry.Attestation memory attestation = _attestation(escrow.REVIEW_SCHEMA(), _values(review));
        _expectTellingRefused(reviewers[0], attestation, _context(), _subjectMismatch());
        attestation = _attestation(escrow.OUTCOME_SCHEMA(), _values(outcome));
        _expectTellingRefused(source, attestation, _context(), _subjectMismatch());
    }

    function test_onJudgement_reverts_when_recipient_is_not_the_worker() external {
        address[4] memory recipients = [address(0), colleague, owner, reviewers[0]];
        for (uint256 i = 0; i < recipients.length; ++i) {
            IContributionRegistry.Attestation memory attestation = _reviewed();
            attestation.recipient = recipients[i];

            // it should revert with BountyEscrow_SubjectMismatch for a review and for an outcome
            _expectTellingRefused(reviewers[0], attestation, _context(), _subjectMismatch());
            attestation = _attestation(escrow.OUTCOME_SCHEMA(), _values(_outcomeOf(SUCCESS, 1)));
            attestation.recipient = recipients[i];
            _expectTellingRefused(source, attestation, _context(), _subjectMismatch());
        }
    }

    function test_onJudgement_reverts_when_it_names_another_bounty() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        review.bountyId = 2;
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 1);
        outcome.bountyId = 2;

        // it should revert with BountyEscrow_SubmissionMismatch for a review and for an outcome
        _expectReviewRefused(0, review, _mismatchOf(2, 1));
        _expectOutcomeRefused(source, outcome, _mismatchOf(2, 1));
    }

    function test_onJudgement_reverts_when_it_names_another_submission() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 1);
        for (uint256 named = 0; named <= 2; named += 2) {
            (review.submissionId, outcome.submissionId) = (named, named);

            // it should revert with BountyEscrow_SubmissionMismatch for the one it names
            _expectReviewRefused(0, review, _mismatchOf(1, named));
            _expectOutcomeRefused(source, outcome, _mismatchOf(1, named));
        }
    }

    function testFuzz_pitfall_01_onJudgement_reverts_when_a_review_names_another_hash(bytes32 difference) external {
        vm.assume(difference != 0);
        Judgement.Review memory review = _reviewOf(APPROVE);
        review.contentHash ^= difference;

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviewRefused(0, review, _mismatch());
    }

    function test_onJudgement_reverts_when_context_holds_other_terms() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        terms.quorum = 1;

        // it should revert with BountyEscrow_TermsMismatch
        _expectReviewRefused(0, review, _termsMismatch());
        terms.quorum = 2;
        terms.success.source = outsider;
        _expectOutcomeRefused(outsider, _outcomeOf(SUCCESS, 1), _termsMismatch());
    }

    function test_onJudgement_reverts_when_context_holds_other_work() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        work.payees[0] = outsider;

        // it should revert with BountyEscrow_SubmissionMismatch for a review and for an outcome
        _expectReviewRefused(0, review, _mismatch());
        _expectReviewRefused(0, _reviewOf(APPROVE), _mismatch());
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 1), _mismatch());
    }

    function test_onJudgement_reverts_when_context_is_too_short() external {
        IContributionRegistry.Attestation memory attestation = _reviewed();
        bytes[5] memory contexts = [
            bytes(""),
            new bytes(31),
            abi.encodePacked(uint256(1)),
            abi.encodePacked(_terms().length + _work().length + 1, _terms(), _work()),
            abi.encodePacked(type(uint256).max, _terms(), _work())
        ];
        for (uint256 i = 0; i < contexts.length; ++i) {
            // it should revert
            _expectTellingRefused(reviewers[0], attestation, contexts[i], "");
        }
    }

    function testFuzz_onJudgement_reverts_when_a_byte_of_the_context_was_changed(uint256 offset, uint8 bit) external {
        IContributionRegistry.Attestation memory attestation = _reviewed();
        bytes memory context = _context();
        offset = bound(offset, 0, context.length - 1);
        context[offset] ^= bytes1(uint8(1 << (bit % 8)));

        // it should revert and count nothing
        vm.prank(reviewers[0]);
        vm.expectRevert();
        registry.attest(attestation, context);
        assertEq(_state().approvals, 0, "approvals");
    }

    function test_onJudgement_reverts_when_verdict_or_tranche_is_none_that_there_is() external {
        bytes memory values = _values(_reviewOf(APPROVE));
        // Head of a review: escrow, bounty, submission, hash, verdict; of an outcome: the tranche fourth.
        values[5 * 32 - 1] = 0x04;

        // it should revert
        _expectRefused(reviewers[0], escrow.REVIEW_SCHEMA(), values, "");
        values = _values(_outcomeOf(SUCCESS, 1));
        values[4 * 32 - 1] = 0x02;
        _expectRefused(source, escrow.OUTCOME_SCHEMA(), values, "");
    }

    function testFuzz_onJudgement_reverts_when_the_values_are_cut_off(uint256 length) external {
        IContributionRegistry.Attestation memory attestation = _reviewed();
        // The last word holds 0 bytes of text, and stands at the end.
        length = bound(length, 0, attestation.data.length - 1);
        bytes memory values = attestation.data;
        assembly ("memory-safe") {
            mstore(values, length)
        }

        // it should revert
        vm.prank(address(registry));
        vm.expectRevert();
        escrow.onJudgement(attestation, reviewers[0], bytes32("uid"), _context());
    }

    function test_onJudgement_reverts_when_the_same_attestation_comes_again() external {
        IContributionRegistry.Attestation memory attestation = _reviewed();
        vm.prank(reviewers[0]);
        registry.attest(attestation, _context());

        // it should revert and count nothing twice
        bytes32 uid = registry.uidOf(attestation);
        vm.prank(reviewers[0]);
        vm.expectRevert(
            abi.encodeWithSelector(
                IContributionRegistry.ContributionRegistry_AlreadyAttested.selector,
                reviewers[0],
                uid
            )
        );
        registry.attest(attestation, _context());
        bytes memory refusal = abi.encodeWithSelector(
            IBountyEscrow.BountyEscrow_AlreadyReviewed.selector,
            reviewers[0]
        );
        _expectTellingRefused(reviewers[0], attestation, _context(), refusal);
        assertEq(_state().approvals, 1, "approvals");
    }

    /* TAKEN */

    function test_onJudgement_counts_a_review() external {
        // it should count a review
        _approve(0);
        assertEq(_state().approvals, 1, "approvals");
        _approve(2);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_onJudgement_counts_a_review_that_is_relayed() external {
        IContributionRegistry.Relayed memory relayed;
        relayed.attestation = _reviewed();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(reviewerKeys[1], registry.digestOf(relayed.attestation));
        (relayed.attester, relayed.signature) = (reviewers[1], abi.encodePacked(r, s, v));
        relayed.context = _context();

        // it should count a review that is relayed with a signature, for the reviewer
        vm.prank(outsider);
        registry.relay(relayed);
        assertEq(_state().approvals, 2, "approvals");
    }

    function test_onJudgement_takes_an_outcome() external {
        _toWaiting();

        // it should take an outcome
        _report(SUCCESS, 8_000);
        assertEq(_state().success.achievedBps, 8_000, "achieved");
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Reported), "stage");
    }
}
