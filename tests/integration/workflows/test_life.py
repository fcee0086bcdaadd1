"""A bounty's whole life through the workflows, on a real chain."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, NotFound, TransactionFailed
from resonance_dao.workflows import bounties, claiming, contributions, payouts, projects
from resonance_dao.workflows.contributions import SignedAttestation, SignedSubmission
from resonance_dao.workflows.judgements import check_signed
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.reading import known
from resonance_dao.workflows.system import Action, plain, preview
from resonance_dao.workflows.terms import content_hash, terms_hash
from resonance_dao.workflows.watching import watched_contracts

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18


def test_a_project_is_read_back_as_it_was_opened(world: Any) -> None:
    found = projects.project(world.system, 1)
    assert (found.name, found.token.symbol, found.owner) == (
        "Wagashi Worldwide",
        "WAGASHI",
        world.address("owner"),
    )
    assert (found.cap, found.supply, found.closed, found.transfers_open) == (10**24, 0, False, False)
    assert (found.metadata, found.stewards) == ("bafyproject", ())
    assert projects.projects(world.system) == [1]
    with pytest.raises(NotFound, match="no project 2") as caught:
        projects.project(world.system, 2)
    assert caught.value.hint == "Projects run from 1 to 1."


def test_a_steward_is_named_and_dismissed_and_may_open_bounties_meanwhile(world: Any) -> None:
    world.do(projects.naming_steward(world.system, 1, world.address("partner")), "owner")
    assert projects.project(world.system, 1).stewards == (world.address("partner"),)
    world.do(projects.naming_steward(world.system, 1, world.address("partner"), named=False), "owner")
    assert projects.project(world.system, 1).stewards == ()


def test_a_second_project_is_watched_too_and_can_be_closed(world: Any) -> None:
    project = read_project('{name: Second, symbol: TWO, cap: 5, description: {en: "-", ja: "-"}}')
    number = projects.opened(
        world.system, world.do(projects.opening(world.system, project, "bafy"), "partner")
    )
    token = projects.project(world.system, number).token.address
    assert token in [contract.address for contract in watched_contracts(world.system)]
    assert world.system.log.address not in [c.address for c in watched_contracts(world.system)]
    world.do(projects.closing(world.system, number, "done", "bafyreason"), "partner")
    assert projects.project(world.system, number).closed


def test_hashes_computed_here_are_those_of_the_contract(world: Any) -> None:
    system, view = world.system, world.submit(world.open_bounty())
    work = view.submissions[0].submission
    by_contract = system.opener.call(system.chain, "hashTerms", view.terms.to_abi())
    assert "0x" + by_contract.hex() == terms_hash(system, view.terms) == view.terms_hash
    by_contract = system.escrow.call(system.chain, "hashSubmission", by_contract, work.to_abi())
    assert "0x" + by_contract.hex() == content_hash(system, view.terms, work)
    assert known.hashes_agree(system, view)


def test_opening_asks_for_the_minter_and_the_allowance_only_where_they_are_missing(world: Any) -> None:
    terms, owner = world.terms(), world.address("owner")
    actions = bounties.opening(world.system, terms, owner)
    assert [action.function for action in actions] == ["approve", "open"]
    assert actions[0].arguments == (world.system.opener.address, 300_000 * YEN)
    world.do(actions[0], "owner")
    assert [a.function for a in bounties.opening(world.system, terms, owner)] == ["open"]
    token = world.system.token(projects.project(world.system, 1).token.address)
    world.do(type(actions[0])(token, "setMinter", (world.system.escrow.address, False), {}), "owner")
    assert [a.function for a in bounties.opening(world.system, terms, owner)] == ["setMinter", "open"]
    number = world.open_bounty().id
    assert bounties.bounties(world.system) == bounties.bounties(world.system, 1) == [number]
    assert bounties.bounties(world.system, 2) == []


def test_a_preview_shows_cost_and_effect_and_sends_nothing(world: Any) -> None:
    action = bounties.opening(world.system, world.terms(), world.address("owner"))[0]
    before = world.nonce("owner")
    seen = preview(world.system, action, world.address("owner"))
    assert (seen.function, seen.args["value"]) == ("approve", 300_000 * YEN)
    assert 20_000 < seen.gas < 100_000
    assert seen.max_cost == seen.gas * seen.max_fee
    assert world.nonce("owner") == before
    told = action.to_dict()
    assert told["arguments"] == plain(seen.args)
    assert told["data"] == "0x" + action.data.hex()


def test_the_whole_life_by_signatures_that_others_relay(world: Any) -> None:
    """Base at once, 80 % of the success tranche, 40 % of the long-term one, topped up, the rest returned."""
    view = world.open_bounty()
    assert (view.escrowed, world.credit("owner")) == (300_000 * YEN, 0)

    half = {"payees": (world.address("worker"), world.address("partner")), "shares_bps": (3333, 6667)}
    work, signer = world.work(view, **half), world.wallet("worker")
    signed = contributions.sign_submission(world.system, view.terms, work, signer, world.now() + DAY)
    signed = SignedSubmission.from_dict(plain(signed.to_dict()))
    world.do(contributions.relaying_submission(world.system, view.terms, signed), "relayer")
    view = world.view(view.id)
    assert (view.pending, view.submissions[0].stage) == (1, "pending")
    assert world.nonce("worker") == 0, "the worker paid no gas"

    for role in ("aya", "ben"):
        judgement = SignedAttestation.from_dict(plain(world.signed(world.review(view), role).to_dict()))
        judged, found = check_signed(world.system, judgement)
        assert (judged.kind, judged.submission_id, found.id) == ("review", 1, view.id)
        world.do(world.relaying(view, judgement), "relayer")
    view = world.view(view.id)
    assert (view.awards, view.pending, view.submissions[0].stage) == (1, 0, "accepted")
    base = 90_000 * YEN
    assert (world.credit("worker"), world.credit("partner")) == (base * 3333 // 10_000, base * 6667 // 10_000)

    report = world.signed(world.outcome(view, "success", 400), "source")
    assert check_signed(world.system, report)[0].values["value"] == 400
    world.do(world.relaying(view, report), "relayer")
    assert payouts.due(world.system) == []
    world.later(7 * DAY)
    assert [action.function for action in payouts.due(world.system)] == ["settle"]
    for action in payouts.due(world.system):
        world.do(action, "outsider")
    assert world.credit("worker") + world.credit("partner") == 210_000 * YEN

    world.later(365 * DAY)
    world.attest(view, world.outcome(view, "long_term", 40), "source")
    world.later(7 * DAY)
    for action in payouts.due(world.system):
        world.do(action, "outsider")
    earned, guaranteed = 234_000 * YEN, 240_000 * YEN
    assert world.credit("worker") + world.credit("partner") == guaranteed, "topped up by 6,000"
    assert world.credit("owner") == 60_000 * YEN
    assert guaranteed - earned == 6_000 * YEN
    view = world.view(view.id)
    assert view.submissions[0].stage == "completed"
    assert [t["stage"] for t in view.submissions[0].tranches.values()] == ["settled", "settled"]
    assert payouts.due(world.system) == []

    token = projects.project(world.system, 1).token.address
    world.do(claiming.claiming_tokens(world.system, view, 1), "outsider")
    assert world.balance("worker", token) + world.balance("partner", token) == 1000 * YEN
    assert world.view(view.id).submissions[0].tokens_claimed


def test_credit_is_withdrawn_in_part_in_whole_to_another_address_and_pushed(world: Any) -> None:
    system, coin = world.system, world.coin
    view = world.submit(world.open_bounty())
    world.accept(view)
    worker, base = world.address("worker"), 90_000 * YEN
    owed = payouts.credits_of(system, worker)
    assert [(c.token.address, c.token.symbol, c.amount) for c in owed] == [(coin, "tJPY", base)]
    for wrong in (0, -1, base + 1):
        with pytest.raises(InputInvalid, match="at most the credit"):
            payouts.withdrawing(system, coin, worker, wrong)
    world.do(payouts.withdrawing(system, coin, worker, 1), "worker")
    assert world.balance("worker") == 1
    world.do(payouts.withdrawing(system, coin, worker, YEN, to=world.address("partner")), "worker")
    assert world.balance("partner") == YEN
    world.do(payouts.pushing(system, coin, worker), "outsider")
    assert world.balance("worker") == base - YEN
    assert payouts.credits_of(system, worker) == []
    with pytest.raises(InputInvalid, match="at most the credit, 0"):
        payouts.withdrawing(system, coin, worker)


def test_a_challenge_is_ruled_by_the_arbiter_and_the_ruling_pays(world: Any) -> None:
    view = world.accept(world.submit(world.open_bounty()))
    world.attest(view, world.outcome(view, "success", 50), "source")
    world.do(world.challenging(view, "success", "worker"), "worker")
    assert world.view(view.id).submissions[0].tranches["success"]["stage"] == "challenged"
    ruling = world.signed(world.outcome(view, "success", 300), "arbiter")
    check_signed(world.system, ruling)
    world.do(world.relaying(view, ruling), "relayer")
    found = world.view(view.id)
    assert found.submissions[0].tranches["success"]["stage"] == "settled"
    assert payouts.settles_at(found, found.submissions[0], "success") is None
    assert world.credit("worker") == (90_000 + 90_000) * YEN


def test_a_challenger_who_was_wrong_loses_the_bond_to_the_other_side(world: Any) -> None:
    view = world.accept(world.submit(world.open_bounty(challenge_bond=1000 * YEN)))
    world.attest(view, world.outcome(view, "success", 500), "source")
    world.do(
        Action(world.system.token(world.coin), "approve", (world.system.escrow.address, 1000 * YEN), {}),
        "owner",
    )
    world.do(world.challenging(view, "success", "owner"), "owner")
    world.attest(view, world.outcome(view, "success", 500), "arbiter")
    assert world.credit("worker") == (90_000 + 150_000 + 1000) * YEN
    assert world.credit("owner") == 0


def test_silence_of_reviewers_source_and_arbiter_never_holds_up_the_pay(world: Any) -> None:
    view = world.submit(world.open_bounty())
    assert payouts.due(world.system) == []
    world.later(14 * DAY)
    assert [action.function for action in payouts.due(world.system)] == ["acceptBySilence"]
    world.do(contributions.accepting_by_silence(world.system, view, 1), "outsider")
    view = world.view(view.id)
    assert view.submissions[0].stage == "accepted"
    world.attest(view, world.outcome(view, "success", 0), "source")
    world.do(world.challenging(view, "success", "worker"), "worker")
    world.later(14 * DAY)
    assert [action.arguments[-1] for action in payouts.due(world.system)] == [0]
    world.later(395 * DAY)
    for action in payouts.due(world.system):
        world.do(action, "outsider")
    assert world.credit("worker") == 300_000 * YEN, "silence counts as achieved, by these terms"


def test_two_silent_works_for_one_award_are_not_both_due(world: Any) -> None:
    world.submit(world.submit(world.open_bounty()), "partner")
    world.later(14 * DAY)
    due = payouts.due(world.system)
    assert [action.arguments[0] for action in due] == [1]
    world.do(due[0], "outsider")
    assert "acceptBySilence" not in [action.function for action in payouts.due(world.system)]


def test_a_rejected_bounty_closes_with_its_reason_and_refunds_once_no_appeal_is_possible(world: Any) -> None:
    view = world.submit(world.open_bounty())
    off = {"verdict": "reject", "score_bps": 500, "reason": "off-brief", "document": "bafywhy"}
    world.attest(view, world.review(view, **off), "aya")
    view = world.view(view.id)
    assert view.submissions[0].stage == "rejected", "one of two: a quorum of two is out of reach"
    world.do(bounties.closing(world.system, view, "no-taker", "bafyreason"), "owner")
    closed = world.view(view.id)
    assert (closed.closed, closed.reclaimed, world.credit("owner")) == (True, False, 0)
    with pytest.raises(TransactionFailed, match="BountyEscrow_NotReclaimable"):
        world.do(bounties.reclaiming(world.system, closed), "outsider")
    world.later(7 * DAY)
    world.do(bounties.reclaiming(world.system, closed), "outsider")
    assert (world.view(view.id).reclaimed, world.credit("owner")) == (True, 300_000 * YEN)
    assert projects.project(world.system, 1).reserved == 0


def test_a_bounty_and_a_submission_that_do_not_exist_are_not_found(world: Any) -> None:
    with pytest.raises(NotFound, match="bounty 9"):
        bounties.bounty(world.system, 9)
    view = world.open_bounty()
    with pytest.raises(NotFound, match="has no submission 1") as caught:
        view.submission(1)
    assert caught.value.hint == "It has none yet."
