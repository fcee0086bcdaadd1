"""What follows from a transaction: every event told once, every credit with what it pays for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.transparency.record import Record
from resonance_dao.workflows.effects import Effect, effects_of

TX, UID, HASH, CODE = "0x" + "ab" * 32, "0x" + "cd" * 32, "0x" + "ef" * 32, b"off-brief".hex()
ESCROW, BONDS, POOL, TOKEN, YEN = (f"0x{n:040d}" for n in (90, 91, 92, 93, 94))
WORKER, FRIEND, FUNDER, COLLECTOR, REVIEWER = (f"0x{n:040d}" for n in (10, 11, 12, 13, 14))
ZERO = "0x" + "0" * 40
REVIEW = "bafkreidw3hb5ske6r3zcfslclvsnvc2cpq36raxaikqmtqrvzmdyuunx4q"
WORK = {"bountyId": 1, "submissionId": 2}
SUBJECT = "bounty/1/submission/2"
OF = {"BountyEscrow": ESCROW, "ReviewerBonds": BONDS, "FundingPool": POOL, "ProjectToken": TOKEN}


def event(contract: str, name: str, **args: Any) -> dict[str, Any]:
    return {"contract": contract, "address": OF.get(contract, YEN), "name": name, "args": args}


def credit(receiver: str, amount: int, sender: str = ESCROW) -> dict[str, Any]:
    token = str(int(YEN, 16))
    return event(
        "PayoutVault", "Transfer", caller=sender, sender=sender, receiver=receiver, id=token, amount=amount
    )


def review(verdict: int, code: str = "", reason: str = REVIEW) -> dict[str, Any]:
    told = {"uid": UID, "verdict": verdict, "scoreBps": 8_000, "reason": reason, "reviewer": REVIEWER}
    return event("BountyEscrow", "ReviewCounted", **WORK, **told, reasonCode="0x" + code.ljust(64, "0"))


def accepted(base: int, silent: bool = False) -> dict[str, Any]:
    told = {"contentHash": HASH, "multiplierBps": 10_000, "award": 100, "base": base, "bySilence": silent}
    return event("BountyEscrow", "SubmissionAccepted", **WORK, **told)


def settled(amount: int, silent: bool = False, tranche: int = 0) -> dict[str, Any]:
    told = {"tranche": tranche, "achievedBps": 8_000, "amount": amount, "bySilence": silent}
    return event("BountyEscrow", "TrancheSettled", **WORK, **told)


def completed(top_up: int, returned: int) -> dict[str, Any]:
    return event("BountyEscrow", "AwardCompleted", **WORK, paid=90, topUp=top_up, returned=returned)


def told(*events: dict[str, Any]) -> list[Effect]:
    """Return the effects; each of them is a record."""
    found = effects_of(events, TX, lambda _terms: REVIEW)
    for effect in found:
        draft = effect.after(7, REVIEW)
        Record(draft.kind, 8, 1, 31337, draft.subject, draft.body, draft.links)
    return found


def payouts(*events: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (effect.body["reason"], effect.body["payee"], int(effect.body["amount"]))
        for effect in told(*events)
        if effect.kind == "payout"
    ]


def test_what_users_move_among_themselves_is_no_payout() -> None:
    assert told(credit(FRIEND, 5, sender=WORKER)) == []


def test_a_credit_that_nothing_announced_is_not_explained_away() -> None:
    assert payouts(accepted(30), credit(WORKER, 30), credit(WORKER, 30)) == [("base", WORKER, 30)]


def test_a_deposit_and_a_stranger_s_event_of_the_same_name_are_not_told() -> None:
    minted = event("ProjectToken", "Transfer", **{"from": ZERO}, to=WORKER, value=5)
    assert told(credit(ESCROW, 5, sender=ZERO), event("Board", "TrancheSettled"), minted) == []


def test_an_id_that_is_no_token_is_not_told() -> None:
    strange = credit(WORKER, 30)
    strange["args"]["id"] = str(1 << 160)
    assert payouts(accepted(30), strange) == []


@pytest.mark.parametrize("code", ["", b"3d".hex(), b"\xff\xfe".hex(), b"two words".hex()])
def test_a_code_that_is_none_is_told_as_it_stands(code: str) -> None:
    (judgement,) = told(review(2, code))
    assert judgement.body["reason_code"] == "UNREADABLE"
    assert judgement.body["details"]["reason_code"] == "0x" + code.ljust(64, "0")


def test_words_that_are_no_cid_are_not_repeated() -> None:
    (judgement,) = told(review(1, reason="ask a@example.com"))
    assert judgement.body["evidence"] == []
    assert "example" not in str(judgement.body)


@pytest.mark.parametrize(("verdict", "said"), [(1, "accepted"), (2, "rejected"), (3, "changes_requested")])
def test_a_review_is_a_judgement(verdict: int, said: str) -> None:
    (judgement,) = told(review(verdict, CODE))
    assert (judgement.kind, judgement.subject, judgement.body["verdict"]) == ("judgement", SUBJECT, said)
    assert (judgement.body["reason_code"], judgement.body["evidence"]) == ("OFF_BRIEF", [REVIEW])
    assert (judgement.body["attester"], judgement.body["tx_hash"]) == (REVIEWER, TX)


def test_a_rating_and_a_revocation_are_judgements() -> None:
    rating = {"projectId": 3, "ratee": WORKER, "rater": REVIEWER, "component": 1, "uid": UID}
    rated = event("ReputationLedger", "RatingCounted", **rating, valueBps=9_000, reason=REVIEW)
    revoked = event("ContributionRegistry", "Revoked", attester=REVIEWER, uid=UID)
    assert [effect.body["verdict"] for effect in told(rated, revoked)] == ["rated", "revoked"]


def test_an_opening_is_an_agreement_with_its_document() -> None:
    opened = event(
        "BountyEscrow",
        "BountyOpened",
        bountyId=1,
        projectId=3,
        funder=FUNDER,
        termsHash=HASH,
        escrowed="9",
        terms="0x",
    )
    (agreement,) = told(opened)
    assert (agreement.kind, agreement.subject) == ("agreement", "bounty/1")
    assert (agreement.body["terms_hash"], agreement.body["terms_cid"]) == (HASH, REVIEW)


def test_a_selection_is_an_agreement_of_project_and_worker() -> None:
    chosen = {"bountyId": 1, "worker": WORKER, "applicationHash": HASH, "caller": FUNDER}
    (agreement,) = told(event("ApplicationDesk", "WorkerSelected", **chosen))
    assert agreement.body["parties"] == [FUNDER, WORKER]


def test_a_report_beyond_its_target_is_an_outcome() -> None:
    report = {"tranche": 1, "attester": REVIEWER, "uid": UID, "value": 900, "achievedBps": 15_000}
    (outcome,) = told(
        event("BountyEscrow", "OutcomeReported", **WORK, **report, ruling=False, evidence=REVIEW)
    )
    assert (outcome.body["stage"], outcome.body["achieved_bps"]) == ("long_term", 15_000)


def test_silence_is_an_outcome_by_default() -> None:
    kinds = [(effect.kind, effect.body.get("source")) for effect in told(settled(40, silent=True))]
    assert kinds == [("outcome", "default"), ("decision", None)]


def test_a_decision_rests_on_the_record_of_its_transaction() -> None:
    (decision,) = told(accepted(30))
    draft = decision.after(7, REVIEW)
    assert (draft.links, draft.body["inputs"]) == ((7,), [REVIEW])
    assert draft.body["result"] == {"award": "100", "base": "30", "multiplier_bps": 10_000}


def test_a_rejection_is_a_decision() -> None:
    rejected = event("BountyEscrow", "SubmissionRejected", **WORK, contentHash=HASH, appealableUntil=99)
    (decision,) = told(rejected)
    assert (decision.kind, decision.body["decision"]) == ("decision", "rejection")


def test_the_last_part_the_guarantee_and_what_returns_are_told_apart() -> None:
    # The funder is a payee too: the same account is credited for three reasons.
    found = payouts(
        settled(40),
        credit(FUNDER, 40),
        completed(6, 4),
        credit(FUNDER, 3),
        credit(WORKER, 3),
        credit(FUNDER, 4),
    )
    assert found == [
        ("success", FUNDER, 40),
        ("guarantee", FUNDER, 3),
        ("guarantee", WORKER, 3),
        ("refund", FUNDER, 4),
    ]


def test_a_tax_is_told_as_withheld() -> None:
    tax = {"collector": COLLECTOR, "gross": 15, "net": 13, "tax": 2}
    taxes = [event("BountyEscrow", "TaxWithheld", **WORK, payee=who, **tax) for who in (WORKER, FRIEND)]
    found = payouts(
        accepted(30), taxes[0], credit(WORKER, 13), taxes[1], credit(FRIEND, 13), credit(COLLECTOR, 4)
    )
    assert found == [("base", WORKER, 13), ("base", FRIEND, 13), ("withholding", COLLECTOR, 4)]


@pytest.mark.parametrize("first", [True, False])
def test_a_bond_is_told_apart_from_what_is_paid_beside_it(first: bool) -> None:
    bond = event("BountyEscrow", "BondCredited", **WORK, tranche=0, account=FRIEND, amount=5, lost=False)
    pair, pay = [bond, credit(FRIEND, 5)], [settled(40), credit(WORKER, 40)]
    found = payouts(*pair, *pay) if first else payouts(*pay, *pair)
    assert sorted(found) == [("bond", FRIEND, 5), ("success", WORKER, 40)]


def test_bonds_of_several_reviewers_may_come_as_one_credit() -> None:
    lost = [event("ReviewerBonds", "BondLost", **WORK, amount=amount) for amount in (3, 4)]
    assert payouts(*lost, credit(WORKER, 7, sender=BONDS)) == [("bond", WORKER, 7)]


def test_a_pool_returns_what_it_was_given() -> None:
    back = event("FundingPool", "ContributionReturned", contributor=FRIEND, amount=5)
    assert payouts(back, credit(FRIEND, 5, sender=POOL)) == [("refund", FRIEND, 5)]


def test_unused_awards_return_to_the_funder() -> None:
    back = event("BountyEscrow", "AwardsReclaimed", bountyId=1, awards=2, returned=60)
    assert payouts(back, credit(FUNDER, 60)) == [("refund", FUNDER, 60)]


def test_withdrawals_and_project_tokens_are_payouts() -> None:
    gone = event("PayoutVault", "Withdrawn", token=YEN, account=WORKER, to=FRIEND, caller=WORKER, amount=30)
    claim = event("BountyEscrow", "TokensClaimed", **WORK, payee=WORKER, index=0, amount="1000")
    minted = event("ProjectToken", "Transfer", **{"from": ZERO}, to=FRIEND, value="1000")
    moved = event("ProjectToken", "Transfer", **{"from": WORKER}, to=FRIEND, value="1000")
    assert payouts(gone, claim, moved, minted) == [("withdrawal", FRIEND, 30), ("tokens", FRIEND, 1000)]


shares = st.lists(st.integers(1, 10**30), max_size=5)


@given(shares, shares, st.integers(0, 10**30))
def test_every_credit_is_explained_and_the_sums_are_the_contract_s(
    success: list[int], guarantee: list[int], returned: int
) -> None:
    events = [settled(sum(success)), *(credit(WORKER, amount) for amount in success)]
    events += [completed(sum(guarantee), returned), *(credit(FRIEND, amount) for amount in guarantee)]
    events += [credit(FUNDER, returned)]
    found = payouts(*events)
    sums = {
        reason: sum(amount for why, _, amount in found if why == reason)
        for reason in ("success", "guarantee")
    }
    assert sums == {"success": sum(success), "guarantee": sum(guarantee)}
    assert [amount for why, _, amount in found if why == "refund"] == ([returned] if returned else [])
