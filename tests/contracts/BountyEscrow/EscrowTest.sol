// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../../../contracts/interfaces/IBountyOpener.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {StatedReputation} from "../mocks/StatedReputation.sol";
import {StatedWithholding} from "../mocks/StatedWithholding.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";

/// @title EscrowTest
/// @notice The cast and the stage of the escrow's tests, on the real vault, registries and token.
/// @dev `terms` and `work` are storage, so that a test says what it changes and nothing else. Each step of a bounty's
/// life has a function of its name; `_toX` goes from the opening to X.
abstract contract EscrowTest is Test {
    uint64 internal constant NOW = 1_760_000_000;
    uint256 internal constant AMOUNT = 300_000 ether;
    uint256 internal constant MAX_AWARD = 360_000 ether;
    uint256 internal constant EVERYBODY = type(uint256).max;
    IBountyEscrow.Tranche internal constant SUCCESS = IBountyEscrow.Tranche.Success;
    IBountyEscrow.Tranche internal constant LONG_TERM = IBountyEscrow.Tranche.LongTerm;

    IBountyEscrow.Verdict internal constant APPROVE = IBountyEscrow.Verdict.Approve;
    IBountyEscrow.Verdict internal constant REJECT = IBountyEscrow.Verdict.Reject;
    IBountyEscrow.Verdict internal constant REQUEST_CHANGES = IBountyEscrow.Verdict.RequestChanges;

    BountyEscrow internal escrow;
    IBountyOpener internal opener;
    ContributionRegistry internal registry;
    PayoutVault internal vault;
    ProjectRegistry internal projects;
    ProjectToken internal projectToken;
    TestYen internal yen;
    StatedReputation internal reputation;
    StatedWithholding internal withholdings;

    address internal owner = makeAddr("owner");
    address internal worker;
    address internal colleague = makeAddr("colleague");
    address internal source = makeAddr("source");
    address internal arbiter = makeAddr("arbiter");
    address internal outsider = makeAddr("outsider");
    address[] internal reviewers;
    uint256[] internal reviewerKeys;
    uint256 internal workerKey;

    IBountyEscrow.Terms internal terms;
    IBountyEscrow.Submission internal work;
    uint256 internal projectId;
    uint256 internal bountyId;
    uint256 internal submissionId;
    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(NOW);
        (worker, workerKey) = makeAddrAndKey("worker");
        vault = new PayoutVault();
        yen = new TestYen();
        projects = new ProjectRegistry(address(new ProjectToken()));
        registry = new ContributionRegistry(address(new VersionedEas("1.4.0")));
        reputation = new StatedReputation();
        withholdings = new StatedWithholding();
        escrow = new BountyEscrow(
            projects,
            registry,
            vault,
            IReputationLedger(address(reputation)),
            IWithholdingSchedules(address(withholdings))
        );
        opener = escrow.opener();
        _nameReviewers();
        _openProject();
        _writeTerms();
        _writeWork();
        yen.mint(owner, 1_000_000_000 ether);
        vm.prank(owner);
        yen.approve(address(opener), type(uint256).max);
    }

    function _nameReviewers() private {
        string[3] memory names = ["first reviewer", "second reviewer", "third reviewer"];
        for (uint256 i = 0; i < names.length; ++i) {
            (address reviewer, uint256 key) = makeAddrAndKey(names[i]);
            reviewers.push(reviewer);
            reviewerKeys.push(key);
            for (uint256 j = i; j > 0 && reviewers[j - 1] > reviewers[j]; --j) {
                (reviewers[j - 1], reviewers[j]) = (reviewers[j], reviewers[j - 1]);
                (reviewerKeys[j - 1], reviewerKeys[j]) = (reviewerKeys[j], reviewerKeys[j - 1]);
            }
        }
    }

    function _openProject() private {
        IProjectRegistry.Opening memory opening;
        (opening.name, opening.symbol, opening.metadata) = ("Wagashi", "WAGA", "bafkreiproject");
        opening.cap = 1_000_000 ether;
        opening.minters = new address[](1);
        opening.minters[0] = address(escrow);
        vm.prank(owner);
        (uint256 id, address token) = projects.open(opening);
        (projectId, projectToken) = (id, ProjectToken(token));
    }

    function _writeTerms() private {
        terms.projectId = projectId;
        (terms.funder, terms.token) = (owner, address(yen));
        (terms.amount, terms.guaranteed, terms.tokenReward) = (uint128(AMOUNT), 180_000 ether, 1_000 ether);
        (terms.maxAwards, terms.minMultiplierBps, terms.maxMultiplierBps, terms.baseBps) = (2, 8_000, 12_000, 3_000);
        (terms.quorum, terms.reviewers) = (2, reviewers);
        (terms.submitBy, terms.reviewWindow) = (NOW + 30 days, 7 days);
        (terms.appealWindow, terms.silentAppealAccepts) = (3 days, true);
        (terms.arbiter, terms.arbiterWindow) = (arbiter, 5 days);
        // At a target of 10,000 a measured value is the achievement in basis points.
        terms.success = IBountyEscrow.TrancheTerms(5_000, 5_000, 10_000, 30 days, 60 days, 7 days, 10_000, source);
        terms.longTerm = IBountyEscrow.TrancheTerms(2_000, 2_500, 10_000, 365 days, 400 days, 7 days, 10_000, source);
        terms.document = "bafkreiterms";
    }

    function _writeWork() private {
        (work.bountyId, work.worker, work.evidence) = (1, worker, "bafkreievidence");
        work.payees = [worker, colleague];
        work.sharesBps = [7_000, 3_000];
    }

    /* STEPS */

    function _open() internal {
        vm.prank(owner);
        bountyId = opener.open(terms);
        work.bountyId = bountyId;
    }

    function _submit() internal {
        vm.prank(work.worker);
        submissionId = escrow.submit(_terms(), work, _unsigned());
    }

    /// @dev Changes the work to what `work` is after the call to `change`.
    function _revise(string memory evidence) internal {
        bytes memory former = _work();
        work.evidence = evidence;
        vm.prank(work.worker);
        escrow.revise(submissionId, _terms(), former, work, _unsigned());
    }

    function _approve(uint256 reviewer) internal {
        _review(reviewer, APPROVE);
    }

    function _review(uint256 reviewer, IBountyEscrow.Verdict verdict) internal {
        _attest(reviewers[reviewer], escrow.REVIEW_SCHEMA(), _values(_reviewOf(verdict)));
    }

    function _report(IBountyEscrow.Tranche tranche, uint128 value) internal {
        _attest(source, escrow.OUTCOME_SCHEMA(), _values(_outcomeOf(tranche, value)));
    }

    function _rule(IBountyEscrow.Tranche tranche, uint128 value) internal {
        _attest(arbiter, escrow.OUTCOME_SCHEMA(), _values(_outcomeOf(tranche, value)));
    }

    function _ruleAppeal(IBountyEscrow.Verdict verdict) internal {
        _attest(arbiter, escrow.REVIEW_SCHEMA(), _values(_reviewOf(verdict)));
    }

    function _appeal() internal {
        vm.prank(work.worker);
        escrow.appeal(submissionId, _terms(), _work(), "bafkreiappeal", _unsigned());
    }

    function _challenge(IBountyEscrow.Tranche tranche) internal {
        _challengeBy(worker, tranche);
    }

    function _challengeBy(address challenger, IBountyEscrow.Tranche tranche) internal {
        vm.prank(challenger);
        escrow.challenge(submissionId, _terms(), _work(), tranche, challenger, "bafkreichallenge", _unsigned());
    }

    function _settle(IBountyEscrow.Tranche tranche) internal {
        vm.prank(outsider);
        escrow.settle(submissionId, _terms(), _work(), tranche);
    }

    function _close() internal {
        vm.prank(owner);
        escrow.close(bountyId, _terms(), "enough", "bafkreireason");
    }

    function _reclaim() internal {
        vm.prank(outsider);
        escrow.reclaim(bountyId, _terms());
    }

    /* PREIMAGES */

    function _terms() internal view returns (bytes memory) {
        return abi.encode(terms);
    }

    function _work() internal view returns (bytes memory) {
        return abi.encode(work);
    }

    function _context() internal view returns (bytes memory) {
        bytes memory encoded = _terms();
        return abi.encodePacked(encoded.length, encoded, _work());
    }

    function _unsigned() internal pure returns (IBountyEscrow.Signed memory signed) {
        return signed;
    }

    function _signed(
        uint256 key,
        uint256 deadline,
        bytes32 digest
    ) internal pure returns (IBountyEscrow.Signed memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return IBountyEscrow.Signed(deadline, abi.encodePacked(r, s, v));
    }

    /* STAGES */

    function _toPending() internal {
        _open();
        _submit();
    }

    function _toAccepted() internal {
        _toPending();
        _approve(0);
        _approve(1);
    }

    function _toChangesRequested() internal {
        _toPending();
        _review(0, REQUEST_CHANGES);
    }

    function _toRejected() internal {
        _toPending();
        _review(0, REJECT);
        _review(1, REJECT);
    }

    function _toAppealed() internal {
        _toRejected();
        _appeal();
    }

    function _toReported(IBountyEscrow.Tranche tranche, uint16 achievedBps) internal {
        _toAccepted();
        skip(terms.success.opensAfter);
        if (tranche == LONG_TERM) skip(terms.longTerm.opensAfter - terms.success.opensAfter);
        _report(tranche, achievedBps);
    }

    function _toChallenged(IBountyEscrow.Tranche tranche, uint16 achievedBps) internal {
        _toReported(tranche, achievedBps);
        _challenge(tranche);
    }

    function _toCompleted(uint16 successBps, uint16 longTermBps) internal {
        _toReported(SUCCESS, successBps);
        skip(7 days);
        _settle(SUCCESS);
        skip(335 days);
        _report(LONG_TERM, longTermBps);
        skip(7 days);
        _settle(LONG_TERM);
    }

    /* JUDGEMENTS */

    function _reviewOf(IBountyEscrow.Verdict verdict) internal view returns (Judgement.Review memory review) {
        bool approved = verdict == APPROVE;
        bytes32 contentHash = _contentHash();
        bytes32 reasonCode = approved ? bytes32(0) : bytes32("off-brief");
        return
            Judgement.Review(
                address(escrow),
                work.bountyId,
                submissionId,
                contentHash,
                verdict,
                approved ? 9_000 : 2_000,
                reasonCode,
                approved ? "" : "bafkreireview"
            );
    }

    function _outcomeOf(
        IBountyEscrow.Tranche tranche,
        uint128 value
    ) internal view returns (Judgement.Outcome memory outcome) {
        return Judgement.Outcome(address(escrow), work.bountyId, submissionId, tranche, value, "bafkreioutcome");
    }

    function _values(Judgement.Review memory review) internal pure returns (bytes memory) {
        return
            abi.encode(
                review.escrow,
                review.bountyId,
                review.submissionId,
                review.contentHash,
                review.verdict,
                review.scoreBps,
                review.reasonCode,
                review.reason
            );
    }

    function _values(Judgement.Outcome memory outcome) internal pure returns (bytes memory) {
        return
            abi.encode(
                outcome.escrow,
                outcome.bountyId,
                outcome.submissionId,
                outcome.tranche,
                outcome.value,
                outcome.evidence
            );
    }

    function _attestation(
        bytes32 schema,
        bytes memory values
    ) internal returns (IContributionRegistry.Attestation memory) {
        return
            IContributionRegistry.Attestation({
                schema: schema,
                recipient: work.worker,
                time: uint64(block.timestamp),
                expirationTime: 0,
                revocable: true,
                refUID: bytes32(0),
                data: values,
                salt: bytes32(++_salt)
            });
    }

    function _attest(address attester, bytes32 schema, bytes memory values) internal {
        IContributionRegistry.Attestation memory attestation = _attestation(schema, values);
        bytes memory context = _context();
        vm.prank(attester);
        registry.attest(attestation, context);
    }

    /// @dev Everything is read before the expectation, so that the refusal is the attestation's.
    function _expectRefused(address attester, bytes32 schema, bytes memory values, bytes memory refusal) internal {
        IContributionRegistry.Attestation memory attestation = _attestation(schema, values);
        bytes memory context = _context();
        vm.prank(attester);
        vm.expectRevert(refusal);
        registry.attest(attestation, context);
    }

    function _expectReviewRefused(uint256 reviewer, Judgement.Review memory review, bytes memory refusal) internal {
        _expectRefused(reviewers[reviewer], escrow.REVIEW_SCHEMA(), _values(review), refusal);
    }

    function _expectOutcomeRefused(address attester, Judgement.Outcome memory outcome, bytes memory refusal) internal {
        _expectRefused(attester, escrow.OUTCOME_SCHEMA(), _values(outcome), refusal);
    }

    /* WHAT IS */

    function _credit(address account) internal view returns (uint256) {
        return vault.creditOf(address(yen), account);
    }

    function _state() internal view returns (IBountyEscrow.SubmissionState memory state) {
        (, state) = escrow.submissionOf(bountyId, submissionId);
    }

    function _bounty() internal view returns (IBountyEscrow.BountyState memory state) {
        (, state) = escrow.bountyOf(bountyId);
    }

    function _contentHash() internal view returns (bytes32) {
        return escrow.hashSubmission(keccak256(_terms()), work);
    }

    function _assertStage(IBountyEscrow.Stage stage) internal view {
        assertEq(uint8(_state().stage), uint8(stage), "stage");
    }

    /* REFUSALS */

    function _outside(uint256 start, uint256 end) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_OutsideWindow.selector, start, end, block.timestamp);
    }

    function _wrongStage(IBountyEscrow.Stage found) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_WrongStage.selector, submissionId, found);
    }

    function _wrongTranche(
        IBountyEscrow.Tranche tranche,
        IBountyEscrow.TrancheStage found
    ) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TrancheStage.selector, tranche, found);
    }

    function _mismatch() internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubmissionMismatch.selector, work.bountyId, submissionId);
    }

    function _termsMismatch() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TermsMismatch.selector, work.bountyId);
    }

    function _notAuthorized(address caller) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotAuthorized.selector, projectId, caller);
    }
}
