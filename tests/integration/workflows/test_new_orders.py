"""Orders on a real chain: refused where they must be, sent or relayed where they may, and cancelled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.workflows import batches, contributions, orders, payouts, signing
from resonance_dao.workflows.appeals import Appeal, rejecting_by_silence
from resonance_dao.workflows.challenges import Challenge, putting_down
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.signing import Order
from tests.bounty_values import DOCUMENT

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18


def carried(world: Any, order: Order, role: str) -> Any:
    """Sign an order, write it as JSON, read it back and relay it by somebody else."""
    signed = signing.sign(world.system, order, world.wallet(role), world.now() + DAY)
    read = orders.read_order(json.loads(json.dumps(signed.to_dict())))
    assert read == signed
    return world.do(orders.relaying_file(world.system, signed.to_dict()), "relayer")


def rejected(world: Any) -> Any:
    view = world.submit(world.open_bounty())
    verdict = world.review(view, verdict="reject", score_bps=0, reason="off-brief", document=DOCUMENT)
    world.attest(view, verdict, "aya")
    return world.view(view.id)


def test_a_signature_of_another_wallet_too_late_or_for_other_values_is_refused(world: Any) -> None:
    view = rejected(world)
    order = Appeal(view.id, 1, world.address("worker"), DOCUMENT)
    with pytest.raises(InputInvalid, match="must be the account that acts"):
        signing.sign(world.system, order, world.wallet("outsider"), world.now() + DAY)
    with pytest.raises(InputInvalid, match="must be after the chain's time"):
        signing.sign(world.system, order, world.wallet("worker"), world.now())
    signed = signing.sign(world.system, order, world.wallet("worker"), world.now() + DAY)
    other = replace(signed, order=replace(order, reason=DOCUMENT[:-1] + "a"))
    with pytest.raises(SignatureRefused, match="is not that of"):
        signing.relaying(world.system, other)
    with pytest.raises(SignatureRefused, match="65 bytes"):
        signing.relaying(world.system, replace(signed, signature="0x1234"))
    world.later(DAY)
    with pytest.raises(SignatureRefused, match="expired"):
        signing.relaying(world.system, signed)


def test_a_cancelled_signature_cannot_be_relayed(world: Any) -> None:
    view = rejected(world)
    order = Appeal(view.id, 1, world.address("worker"), DOCUMENT)
    signed = signing.sign(world.system, order, world.wallet("worker"), world.now() + DAY)
    with pytest.raises(InputInvalid, match="escrow, applications, vault, reputation"):
        signing.cancelling(world.system, "log")
    world.do(signing.cancelling(world.system, "escrow"), "worker")
    with pytest.raises(SignatureRefused, match="present nonce"):
        signing.relaying(world.system, signed)
    for name in ("applications", "vault", "reputation"):
        assert world.do(signing.cancelling(world.system, name), "worker").status == 1


def test_work_is_changed_by_a_signature_until_somebody_judged_it(world: Any) -> None:
    view = world.submit(world.open_bounty())
    work = replace(view.submissions[0].submission, evidence="bafybetter")
    with pytest.raises(InputInvalid, match="must be that of the submission"):
        Revision(1, replace(work, worker=world.address("partner"))).action(world.system)
    assert world.nonce("worker") > 0
    before = world.nonce("worker")
    carried(world, Revision(1, work), "worker")
    found = world.view(view.id).submissions[0]
    assert (found.submission.evidence, found.version, world.nonce("worker")) == ("bafybetter", 2, before)
    world.attest(world.view(view.id), world.review(world.view(view.id)), "aya")
    with pytest.raises(InputInvalid, match="was judged"):
        Revision(1, work).action(world.system)


def test_changes_requested_and_not_made_reject_when_their_time_is_over(world: Any) -> None:
    view = world.submit(world.open_bounty())
    ask = world.review(view, verdict="request_changes", score_bps=0, reason="too-short", document=DOCUMENT)
    world.attest(view, ask, "aya")
    view = world.view(view.id)
    assert view.submissions[0].stage == "changes_requested"
    world.do(Revision(1, view.submissions[0].submission).action(world.system), "worker")
    assert world.view(view.id).submissions[0].stage == "pending"
    view = world.view(view.id)
    ask = world.review(view, verdict="request_changes", score_bps=0, reason="too-short", document=DOCUMENT)
    world.attest(view, ask, "ben")
    world.later(14 * DAY)
    view = world.view(view.id)
    with pytest.raises(InputInvalid, match="could be changed until"):
        Revision(1, view.submissions[0].submission).action(world.system)
    assert "rejectBySilence" in [action.function for action in payouts.due(world.system)]
    world.do(rejecting_by_silence(world.system, view, 1), "outsider")
    assert world.view(view.id).submissions[0].stage == "rejected"


def test_an_appeal_is_relayed_and_the_arbiters_silence_decides_as_the_terms_say(world: Any) -> None:
    view = rejected(world)
    with pytest.raises(InputInvalid, match="must be that of the submission"):
        Appeal(view.id, 1, world.address("partner"), DOCUMENT).action(world.system)
    before = world.nonce("worker")
    carried(world, Appeal(view.id, 1, world.address("worker"), DOCUMENT), "worker")
    assert (world.view(view.id).submissions[0].stage, world.nonce("worker")) == ("appealed", before)
    assert payouts.due(world.system) == []
    world.later(14 * DAY)
    (due,) = [action for action in payouts.due(world.system) if action.function == "settleAppeal"]
    world.do(due, "outsider")
    assert world.view(view.id).submissions[0].stage == "accepted"


def test_an_appeal_that_is_too_late_or_has_no_rejection_is_refused(world: Any) -> None:
    view = world.submit(world.open_bounty())
    with pytest.raises(InputInvalid, match="only a rejection can be appealed"):
        Appeal(view.id, 1, world.address("worker"), DOCUMENT).action(world.system)
    late = rejected(world)
    world.later(7 * DAY)
    with pytest.raises(InputInvalid, match="could be appealed until"):
        Appeal(late.id, 1, world.address("worker"), DOCUMENT).action(world.system)


def test_a_challenge_is_relayed_and_its_bond_comes_from_the_challenger(world: Any) -> None:
    bond = 1000 * YEN
    view = world.accept(world.submit(world.open_bounty(challenge_bond=bond)))
    order = Challenge(view.id, 1, "success", world.address("owner"), DOCUMENT)
    with pytest.raises(InputInvalid, match="only a report can be challenged"):
        order.action(world.system)
    world.attest(view, world.outcome(view, "success", 100), "source")
    for action in putting_down(world.system, view, world.address("owner")):
        world.do(action, "owner")
    assert putting_down(world.system, view, world.address("owner")) == []
    before = world.balance("owner")
    carried(world, order, "owner")
    assert world.view(view.id).submissions[0].tranches["success"]["stage"] == "challenged"
    assert world.balance("owner") == before - bond


def test_several_judgements_are_relayed_at_once_and_those_refused_are_told(world: Any) -> None:
    view = world.submit(world.open_bounty())
    good = [world.signed(world.review(view), role) for role in ("aya", "ben")]
    stranger = world.signed(world.review(view), "outsider")
    batch = batches.relaying_many(world.system, [good[0], stranger, good[1]])
    assert (batch.taken, list(batch.refused)) == ((0, 2), [1])
    assert "is not a reviewer" in str(batch.refused[1])
    world.do(contributions.relaying(*_with_context(world, view, good[0])), "outsider")
    assert batch.action is not None
    receipt = world.do(batch.action, "relayer")
    (failed,) = batches.relay_failures(world.system, receipt)
    assert (failed.index, failed.attester) == (0, world.address("aya"))
    assert "the contract refused with ContributionRegistry_" in failed.reason
    assert world.view(view.id).submissions[0].stage == "accepted"


def _with_context(world: Any, view: Any, signed: Any) -> tuple[Any, Any, bytes]:
    return world.system, signed, contributions.context_of(world.system, view, 1)


def test_a_bounty_that_is_over_closes_and_returns_its_money_at_anybodys_word(world: Any) -> None:
    view = world.open_bounty()
    assert payouts.due(world.system) == []
    world.later(30 * DAY)
    (due,) = payouts.due(world.system)
    assert due.function == "close"
    world.do(due, "outsider")
    assert (world.view(view.id).reclaimed, world.credit("owner")) == (True, view.escrowed)
    assert payouts.due(world.system) == []
