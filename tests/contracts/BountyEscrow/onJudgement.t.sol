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

    function _expectBothRefused(bytes memory context, address recipient, bytes memory refusal) private {
        bytes32[2] memory schemas = [escrow.REVIEW_SCHEMA(), escrow.OUTCOME_SCHEMA()];
        bytes[2] memory values = [_values(_reviewOf(true)), _values(_outcomeOf(SUCCESS, 8_000))];
        address[2] memory attesters = [reviewers[0], source];
        for (uint256 i = 0; i < 2; ++i) {
            IContributionRegistry.Attestation memory attestation = _attestation(schemas[i], values[i]);
            attestation.recipient = recipient;
            vm.prank(attesters[i]);
            vm.expectRevert(refusal);
            registry.attest(attestation, context);

            // it should leave nothing attested
            bytes32 uid = registry.uidOf(attestation);
            assertEq(registry.statusOf(attesters[i], uid).attestedAt, 0, "attested");
        }
    }

    function test_onJudgement_reverts_when_caller_is_not_the_registry() external {
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(true))
        );
        address[3] memory callers = [outsider, reviewers[0], owner];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotRegistry
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotRegistry.selector, callers[i]));
            escrow.onJudgement(attestation, reviewers[0], bytes32(0), abi.encode(terms, work));
        }
    }

    function testFuzz_onJudgement_reverts_when_schema_is_another(bytes32 schema) external {
        vm.assume(schema != escrow.REVIEW_SCHEMA() && schema != escrow.OUTCOME_SCHEMA());

        // it should revert with BountyEscrow_SchemaUnknown
        _expectRefused(
            reviewers[0],
            schema,
            _values(_reviewOf(true)),
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SchemaUnknown.selector, schema)
        );
    }

    function test_onJudgement_reverts_when_values_are_malformed() external {
        bytes memory review = _values(_reviewOf(true));
        bytes memory outcome = _values(_outcomeOf(SUCCESS, 8_000));

        // it should revert without a reason
        _expectRefused(reviewers[0], escrow.REVIEW_SCHEMA(), abi.encode(address(escrow)), "");
        _expectRefused(reviewers[0], escrow.REVIEW_SCHEMA(), _withWord(review, 4, 2), "");
        _expectRefused(reviewers[0], escrow.REVIEW_SCHEMA(), _withWord(review, 5, 1 << 16), "");
        _expectRefused(reviewers[0], escrow.REVIEW_SCHEMA(), _withWord(review, 7, 1 << 20), "");
        _expectRefused(source, escrow.OUTCOME_SCHEMA(), abi.encode(address(escrow)), "");
        _expectRefused(source, escrow.OUTCOME_SCHEMA(), _withWord(outcome, 3, 2), "");
        _expectRefused(source, escrow.OUTCOME_SCHEMA(), _withWord(outcome, 4, 1 << 16), "");
    }

    function _withWord(bytes memory values, uint256 place, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(values);
        for (uint256 i = 0; i < 32; ++i) changed[place * 32 + i] = bytes32(word)[i];
    }

    function test_onJudgement_reverts_when_context_is_malformed() external {
        bytes memory good = abi.encode(terms, work);

        // it should revert without a reason
        _expectBothRefused("", worker, "");
        _expectBothRefused(abi.encode(terms), worker, "");
        _expectBothRefused(_withWord(good, 0, 1 << 32), worker, "");
        _expectBothRefused(_withWord(good, 1, 1 << 32), worker, "");
        _expectBothRefused(_withWord(good, 3, 1 << 160), worker, "");
    }

    function test_onJudgement_reverts_when_for_another_escrow() external {
        // The receiver is the first word, so only a registry that lies could bring this; one that is mocked does.
        Judgement.Review memory review = _reviewOf(true);
        review.escrow = outsider;
        IContributionRegistry.Attestation memory attestation = _attestation(escrow.REVIEW_SCHEMA(), _values(review));

        // it should revert with BountyEscrow_SubjectMismatch
        vm.prank(address(registry));
        vm.expectRevert(IBountyEscrow.BountyEscrow_SubjectMismatch.selector);
        escrow.onJudgement(attestation, reviewers[0], bytes32(0), abi.encode(terms, work));
    }

    function test_onJudgement_reverts_when_recipient_is_not_the_worker() external {
        // it should revert with BountyEscrow_SubjectMismatch
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubjectMismatch.selector);
        _expectBothRefused(abi.encode(terms, work), colleague, refusal);
    }

    function test_onJudgement_reverts_when_the_work_given_is_another() external {
        bytes memory refusal = _mismatch();
        IBountyEscrow.Submission memory other = work;
        other.payees[1] = outsider;

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectBothRefused(abi.encode(terms, other), worker, refusal);
    }

    function test_onJudgement_reverts_when_the_submission_named_is_another() external {
        submissionId = 2;

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectBothRefused(abi.encode(terms, work), worker, _mismatch());
    }

    function test_onJudgement_reverts_when_the_bounty_named_is_another() external {
        bytes memory refusal = abi.encodeWithSelector(
            IBountyEscrow.BountyEscrow_SubmissionMismatch.selector,
            2,
            submissionId
        );
        Judgement.Review memory review = _reviewOf(true);
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 8_000);
        (review.bountyId, outcome.bountyId) = (2, 2);

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviewRefused(0, review, refusal);
        _expectOutcomeRefused(source, outcome, refusal);
    }

    function test_onJudgement_reverts_when_the_terms_given_are_others() external {
        IBountyEscrow.Terms memory other = terms;
        other.amount += 1;

        // it should revert with BountyEscrow_TermsMismatch
        _expectBothRefused(abi.encode(other, work), worker, _termsMismatch());
    }
}
