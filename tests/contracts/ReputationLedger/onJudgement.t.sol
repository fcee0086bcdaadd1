// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

contract OnJudgementTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        _setPolicy();
    }

    function _selfDealing(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_SelfDealing.selector, account);
    }

    function _notRater(address account, IReputationLedger.Component component) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotRater.selector, account, component);
    }

    function _tooSoon(uint256 day) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(IReputationLedger.ReputationLedger_TooSoon.selector, day, block.timestamp / 1 days);
    }

    /* REFUSED: THE JUDGEMENT */

    function test_onJudgement_reverts_when_caller_is_not_the_registry() external {
        address[3] memory callers = [outsider, rater, owner];
        IContributionRegistry.Attestation memory rating = _rating(worker, 1, 5_000);
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with ReputationLedger_NotRegistry
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotRegistry.selector, callers[i])
            );
            ledger.onJudgement(rating, rater, 0, "");
        }
    }

    function test_onJudgement_reverts_when_schema_is_another() external {
        IContributionRegistry.Attestation memory attestation = _rating(worker, 1, 5_000);
        attestation.schema = keccak256("another");

        // it should revert with ReputationLedger_SchemaUnknown
        _expectAttestRefused(
            rater,
            attestation,
            abi.encodeWithSelector(IReputationLedger.ReputationLedger_SchemaUnknown.selector, attestation.schema)
        );
    }

    function test_onJudgement_reverts_when_another_ledger_is_named() external {
        IContributionRegistry.Attestation memory rating = _rating(worker, 1, 5_000);
        rating.data = abi.encode(address(projects), projectId, uint8(1), uint16(5_000), REASON);

        // it should revert with ReputationLedger_SubjectMismatch
        vm.prank(address(registry));
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.ReputationLedger_SubjectMismatch.selector));
        ledger.onJudgement(rating, rater, 0, "");
    }

    function test_onJudgement_reverts_when_nobody_is_rated() external {
        // it should revert with ReputationLedger_SubjectMismatch, as it names no recipient
        _expectRateRefused(
            rater,
            address(0),
            PASSION,
            abi.encodeWithSelector(IReputationLedger.ReputationLedger_SubjectMismatch.selector)
        );
    }

    function test_onJudgement_reverts_when_values_are_malformed() external {
        IContributionRegistry.Attestation memory rating = _rating(worker, 1, 5_000);
        rating.data = abi.encode(address(ledger), projectId);

        // it should revert
        vm.prank(rater);
        vm.expectRevert();
        registry.attest(rating, "");
    }

    function test_onJudgement_reverts_when_component_cannot_be_rated() external {
        uint8[3] memory wrong = [2, 4, 255];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with ReputationLedger_ComponentInvalid
            _expectAttestRefused(
                rater,
                _rating(worker, wrong[i], 5_000),
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_ComponentInvalid.selector, wrong[i])
            );
        }
    }

    function test_onJudgement_reverts_given_project_has_no_policy() external {
        projectId = _openProject();

        // it should revert with ReputationLedger_NoPolicy
        _expectRateRefused(
            rater,
            worker,
            PASSION,
            abi.encodeWithSelector(IReputationLedger.ReputationLedger_NoPolicy.selector, projectId)
        );
    }

    /* REFUSED: THE RATER */

    function test_onJudgement_reverts_when_the_attester_rates_itself() external {
        _record(peer, 1, 10_000);

        // it should revert with ReputationLedger_SelfDealing
        _expectRateRefused(rater, rater, PASSION, _selfDealing(rater));
        _expectRateRefused(rater, rater, SKILL, _selfDealing(rater));
        _expectRateRefused(peer, peer, PEER_RATING, _selfDealing(peer));
    }

    function test_onJudgement_reverts_when_the_arbiter_rates_or_is_rated() external {
        _record(arbiter, 1, 10_000);
        _record(peer, 2, 10_000);

        // it should revert with ReputationLedger_SelfDealing, for the arbiter
        _expectRateRefused(arbiter, worker, PEER_RATING, _selfDealing(arbiter));
        _expectRateRefused(peer, arbiter, PEER_RATING, _selfDealing(peer));
        _expectRateRefused(rater, arbiter, PASSION, _selfDealing(rater));
    }

    function test_onJudgement_reverts_when_attester_is_no_rater() external {
        address[4] memory wrong = [owner, steward, peer, outsider];
        _record(peer, 1, 10_000);
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with ReputationLedger_NotRater
            _expectRateRefused(wrong[i], worker, PASSION, _notRater(wrong[i], PASSION));
            _expectRateRefused(wrong[i], worker, SKILL, _notRater(wrong[i], SKILL));
        }
    }

    function test_onJudgement_reverts_when_the_peer_has_no_track_record() external {
        // it should revert with ReputationLedger_NotRater, for a peer
        _expectRateRefused(peer, worker, PEER_RATING, _notRater(peer, PEER_RATING));
        _expectRateRefused(rater, worker, PEER_RATING, _notRater(rater, PEER_RATING));

        uint256 first = projectId;
        projectId = _openProject();
        _setPolicy();
        _record(peer, 1, 10_000);
        projectId = first;
        _expectRateRefused(peer, worker, PEER_RATING, _notRater(peer, PEER_RATING));
    }

    /* REFUSED: THE RATING */

    function test_onJudgement_reverts_when_value_is_above_one() external {
        uint16[2] memory wrong = [10_001, type(uint16).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with ReputationLedger_BpsTooHigh
            _expectAttestRefused(
                rater,
                _rating(worker, 1, wrong[i]),
                abi.encodeWithSelector(IReputationLedger.ReputationLedger_BpsTooHigh.selector, wrong[i])
            );
        }
    }

    function test_onJudgement_reverts_when_reason_has_the_wrong_length() external {
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            IContributionRegistry.Attestation memory rating = _rating(worker, 1, 5_000);
            string memory reason = string(new bytes(wrong[i]));
            rating.data = abi.encode(address(ledger), projectId, uint8(1), uint16(5_000), reason);

            // it should revert with ReputationLedger_TextLength
            _expectAttestRefused(rater, rating, _textLength(wrong[i]));
        }
    }

    function test_onJudgement_reverts_given_a_rating_of_the_same_day() external {
        _rate(rater, worker, PASSION, 8_000);

        // it should revert with ReputationLedger_TooSoon until midnight
        vm.warp(NOW + 1);
        _expectRateRefused(rater, worker, PASSION, _tooSoon(20_001));
        vm.warp(NOW + 1 days - 1);
        _expectRateRefused(rater, worker, PASSION, _tooSoon(20_001));
        vm.warp(NOW + 1 days);
        _rate(rater, worker, PASSION, 5_000);
    }

    function test_onJudgement_reverts_given_a_rating_under_appeal() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        skip(3 days);

        // it should revert with ReputationLedger_WrongStage
        _expectRateRefused(rater, worker, PASSION, _wrongStage(lastUid, IReputationLedger.RatingStage.Appealed));
    }

    function test_onJudgement_reverts_given_a_rating_struck_of_late() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        skip(2 days);
        _rule(false);
        uint256 struckOn = block.timestamp;

        // it should revert with ReputationLedger_TooSoon until the half-life has passed
        _expectRateRefused(rater, worker, PASSION, _tooSoon(20_002 + 90));
        vm.warp(struckOn + 90 days - 1);
        _expectRateRefused(rater, worker, PASSION, _tooSoon(20_002 + 90));
        vm.warp(struckOn + 90 days);
        _rate(rater, worker, PASSION, 5_000);

        // it should replace nothing
        _assertTally(PASSION, 0.5e18, 1e18);
    }

    function test_onJudgement_names_nothing_replaced_given_a_rating_was_struck() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        _rule(false);
        skip(90 days);
        IContributionRegistry.Attestation memory rating = _rating(worker, uint8(PASSION), 5_000);
        uint40 time = uint40(block.timestamp);

        // it should replace nothing
        vm.expectEmit(address(ledger));
        bytes32 uid = registry.uidOf(rating);
        emit IReputationLedger.RatingCounted(projectId, worker, rater, PASSION, uid, 5_000, time, 0, REASON);
        vm.prank(rater);
        registry.attest(rating, "");
    }

    function test_onJudgement_reverts_when_an_older_rating_would_replace() external {
        IContributionRegistry.Attestation memory older = _rating(worker, 1, 1_000);
        IContributionRegistry.Attestation memory same = _rating(worker, 1, 2_000);
        older.time -= 1;
        _rate(rater, worker, PASSION, 8_000);
        skip(1 days);

        // it should revert with ReputationLedger_Superseded
        bytes4 selector = IReputationLedger.ReputationLedger_Superseded.selector;
        _expectAttestRefused(rater, older, abi.encodeWithSelector(selector, NOW - 1, NOW));
        _expectAttestRefused(rater, same, abi.encodeWithSelector(selector, NOW, NOW));
        same.time += 1;
        lastUid = _attest(rater, same);
        assertEq(ledger.ratingOf(_key()).uid, lastUid, "one second later");
    }

    /* COUNTED */

    function test_onJudgement_counts_a_rating() external {
        IContributionRegistry.Attestation memory rating = _rating(worker, uint8(PASSION), 8_000);
        rating.time -= 5;
        bytes32 uid = registry.uidOf(rating);

        // it should emit {RatingCounted}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingCounted(projectId, worker, rater, PASSION, uid, 8_000, NOW - 5, 0, REASON);
        vm.prank(rater);
        registry.attest(rating, "");

        // it should store the rating
        IReputationLedger.Rating memory wanted = IReputationLedger.Rating(
            uid,
            8_000,
            IReputationLedger.RatingStage.Live,
            NOW - 5,
            NOW,
            0
        );
        assertEq(abi.encode(ledger.ratingOf(_key())), abi.encode(wanted), "rating");

        // it should add the value and a weight of one
        _assertTally(PASSION, 0.8e18, 1e18);
        assertEq(_value(worker, PASSION), 0.2e18, "0.8 of one, with three of zero");
        _assertTally(SKILL, 0, 0);
        assertEq(_value(rater, PASSION), 0, "rater");
    }

    function test_onJudgement_adds_up_the_ratings_of_several_raters() external {
        // it should add the value and a weight of one
        _rate(raters[0], worker, SKILL, 10_000);
        _rate(raters[1], worker, SKILL, 5_000);
        _assertTally(SKILL, 1.5e18, 2e18);
        assertEq(_value(worker, SKILL), 0.3e18, "1.5 of 5");
    }

    function test_onJudgement_replaces_what_is_left_of_the_old_rating() external {
        _rate(raters[1], worker, PASSION, 10_000);
        _rate(rater, worker, PASSION, 2_000);
        bytes32 replaced = lastUid;
        skip(90 days);
        IContributionRegistry.Attestation memory rating = _rating(worker, uint8(PASSION), 6_000);
        bytes32 uid = registry.uidOf(rating);
        uint40 time = uint40(block.timestamp);

        // it should name the one it replaces
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingCounted(projectId, worker, rater, PASSION, uid, 6_000, time, replaced, REASON);
        vm.prank(rater);
        registry.attest(rating, "");

        // it should take away what is left of the old one
        IReputationLedger.Tally memory tally = _tally(worker, PASSION);
        assertApproxEqAbs(tally.sum, 0.5e18 + 0.6e18, 200, "sum");
        assertApproxEqAbs(tally.weight, 0.5e18 + 1e18, 200, "weight");
        assertEq(tally.day, 20_090, "day");
    }

    function test_onJudgement_replaces_a_rating_that_was_upheld() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        _rule(true);
        skip(1 days);

        // it should replace one that was upheld
        _rate(rater, worker, PASSION, 3_000);
        _assertTally(PASSION, 0.3e18, 1e18);
        _assertStage(IReputationLedger.RatingStage.Live);
        _appeal();
    }

    function test_onJudgement_counts_a_peers_rating() external {
        _record(peer, 1, 0);

        // it should count its rating, and those of other components by nobody but raters
        _rate(peer, worker, PEER_RATING, 10_000);
        _assertTally(PEER_RATING, 1e18, 1e18);
        _expectRateRefused(peer, worker, SKILL, _notRater(peer, SKILL));
    }

    /* RULED AND RELAYED */

    function test_onJudgement_upholds_by_the_arbiters_ruling() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        IContributionRegistry.Attestation memory ruling = _ruling(true);
        bytes32 uid = registry.uidOf(ruling);

        // it should uphold the rating
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingUpheld(projectId, worker, rater, PASSION, lastUid, uid, REASON);
        vm.prank(arbiter);
        registry.attest(ruling, "");
        _assertStage(IReputationLedger.RatingStage.Upheld);
    }

    function test_onJudgement_strikes_by_the_arbiters_ruling() external {
        _rate(rater, worker, PASSION, 8_000);
        _appeal();
        IContributionRegistry.Attestation memory ruling = _ruling(false);
        bytes32 uid = registry.uidOf(ruling);
        IReputationLedger.Cause cause = IReputationLedger.Cause.Ruling;

        // it should strike the rating
        vm.expectEmit(address(ledger));
        emit IReputationLedger.RatingStruck(projectId, worker, rater, PASSION, lastUid, cause, uid, REASON);
        vm.prank(arbiter);
        registry.attest(ruling, "");
        _assertStage(IReputationLedger.RatingStage.Struck);
        _assertTally(PASSION, 0, 0);
    }

    function test_onJudgement_refuses_a_ruling_on_another_rating() external {
        _rate(rater, worker, PASSION, 8_000);
        bytes32 first = lastUid;
        IContributionRegistry.Attestation memory ruling = _ruling(true);
        skip(1 days);
        _rate(rater, worker, PASSION, 0);
        _appeal();

        // it should uphold the rating
        _expectAttestRefused(arbiter, ruling, _mismatch(lastUid, first));
        _expectAttestRefused(
            rater,
            _ruling(true),
            abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotArbiter.selector, rater)
        );
        _attest(arbiter, _ruling(true));
        _assertStage(IReputationLedger.RatingStage.Upheld);
    }

    function test_onJudgement_counts_for_the_attester_who_signed() external {
        (address signer, uint256 key) = makeAddrAndKey("first rater");
        IContributionRegistry.Attestation memory rating = _rating(worker, uint8(SKILL), 4_000);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, registry.digestOf(rating));

        // it should count for the attester who signed
        vm.prank(worker);
        registry.relay(IContributionRegistry.Relayed(rating, signer, abi.encodePacked(r, s, v), ""));
        assertEq(ledger.ratingOf(_keyOf(signer, worker, SKILL)).valueBps, 4_000, "value");
    }
}
