"""Bad input on a real chain: each a named error that says what, why and what next."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import TYPES, ZERO_ADDRESS
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import wait
from resonance_dao.errors import (
    ChainUnreachable,
    InputInvalid,
    NotFound,
    ResonanceError,
    SignatureRefused,
    TransactionFailed,
)
from resonance_dao.workflows import bounties, claiming, contributions, payouts, projects
from resonance_dao.workflows.contributions import SignedAttestation
from resonance_dao.workflows.judgements import check_signed
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.system import Action

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18
FEE_TOKEN = Path(__file__).parents[2] / "contracts/mocks/FeeOnTransferToken.sol"


def refused(kind: type[ResonanceError], act: Callable[[], Any], *, says: str = "") -> ResonanceError:
    """The error that `act` must end with; it always has a next step."""
    with pytest.raises(kind) as caught:
        act()
    assert says in str(caught.value)
    assert caught.value.hint
    return caught.value


def reverted(act: Callable[[], Any]) -> str:
    """The name of the contract's error that `act` must end with."""
    error = refused(TransactionFailed, act).details["error"]
    assert isinstance(error, dict)
    return str(error["name"])


@pytest.fixture
def submitted(world: Any) -> Any:
    return world.submit(world.open_bounty())


# Opening: refused before anything is sent.


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"base_bps": 2999}, "BountyOpener_SharesSum"),
        ({"amount": 0, "guaranteed": 0}, "BountyOpener_Zero"),
        ({"guaranteed": 300_000 * YEN + 1}, "BountyOpener_GuaranteeTooHigh"),
        ({"min_multiplier_bps": 0, "guaranteed": 0}, "BountyOpener_BandInvalid"),
        ({"quorum": 3}, "BountyOpener_ReviewersInvalid"),
        ({"submit_by": 1}, "BountyOpener_DeadlineInvalid"),
        ({"review_window": 0}, "BountyOpener_WindowInvalid"),
        ({"arbiter": ZERO_ADDRESS}, "BountyOpener_ArbiterInvalid"),
        ({"funder": ZERO_ADDRESS}, "BountyOpener_FunderMismatch"),
        ({"withholding": "0x" + "11" * 32}, "BountyOpener_WithholdingInvalid"),
        ({"document": ""}, "BountyOpener_TextLength"),
        ({"project_id": 2}, "ProjectRegistry_Unknown"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_terms_that_the_contract_refuses_cost_nothing(changes: Any, error: str, world: Any) -> None:
    before = world.nonce("owner")
    terms = replace(world.terms(), **changes)
    assert reverted(lambda: bounties.opening(world.system, terms, world.address("owner"))) == error
    assert world.nonce("owner") == before


def test_a_stranger_cannot_open_a_bounty_and_sends_no_allowance_first(world: Any) -> None:
    def act() -> object:
        return bounties.opening(world.system, world.terms(), world.address("outsider"))

    assert reverted(act) == "BountyOpener_FunderMismatch"


def test_a_closed_project_takes_no_bounty(world: Any) -> None:
    world.do(projects.closing(world.system, 1, "done", "bafyreason"), "owner")
    assert reverted(world.open_bounty) == "BountyOpener_ProjectClosed"


def test_a_funder_without_the_money_is_refused_before_the_allowance(world: Any) -> None:
    before = world.nonce("owner")
    error = refused(
        InputInvalid, lambda: world.open_bounty(amount=10**7 * YEN + 1), says="is to be escrowed, but"
    )
    assert "pay.amount" in str(error)
    assert world.nonce("owner") == before


@pytest.mark.parametrize("role", ["outsider", None])
def test_an_address_that_is_no_token_is_refused(role: str | None, world: Any) -> None:
    address = world.address(role) if role else world.system.escrow.address
    refused(InputInvalid, lambda: world.system.token_facts(address), says="is not an ERC-20 token")


@pytest.fixture(scope="session")
def fee_token(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The artifact of a token that keeps a part of every transfer."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "contracts").mkdir()
    shutil.copy(FEE_TOKEN, folder / "contracts")
    shutil.copy(root / "brownie-config.yaml", folder)
    for name in ("node_modules", ".solc"):
        (folder / name).symlink_to(root / name)
    return compile_project(folder).get("FeeOnTransferToken")


def test_a_token_that_takes_a_fee_is_refused_and_nothing_is_escrowed(world: Any, fee_token: Any) -> None:
    chain, owner = world.system.chain, world.wallet("owner")
    sent = {"from": owner.address, "data": "0x" + fee_token.bytecode.hex()}
    receipt = wait(chain, chain.request("eth_sendTransaction", [sent]))
    token = Contract(receipt.contract_address, fee_token)
    world.do(Action(token, "mint", (owner.address, 10**6 * YEN), {}), "owner")
    assert reverted(lambda: world.open_bounty(token=token.address)) == "PayoutVault_NotFunded"
    assert bounties.bounties(world.system) == []
    assert world.balance("owner", token.address) == 10**6 * YEN


def test_a_token_that_says_nothing_of_itself_does_not_hide_other_credit(world: Any) -> None:
    """Anybody may deposit anything for anybody: here a contract that answers no question with a name."""
    system, worker = world.system, world.address("worker")
    world.accept(world.submit(world.open_bounty()))
    mute = checksum("0x" + "ab" * 20)
    # PUSH2 1000, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN: whatever it is asked, it answers 1000.
    system.chain.request("anvil_setCode", [mute, "0x6103e860005260206000f3"])
    world.do(Action(system.vault, "settle", (mute, worker, 5), {}), "outsider")
    refused(InputInvalid, lambda: system.token_facts(mute), says="is not an ERC-20 token")
    found = {credit.token.symbol: credit.amount for credit in payouts.credits_of(system, worker)}
    assert found == {mute: 5, "tJPY": 90_000 * YEN}


# Work: who may hand it in, and until when.


def test_work_in_the_name_of_another_is_refused(world: Any) -> None:
    view = world.open_bounty()
    work = world.work(view)
    assert reverted(lambda: world.submit(view, "partner", worker=work.worker)) == "BountyEscrow_NotSender"
    refused(
        InputInvalid,
        lambda: contributions.sign_submission(
            world.system, view.terms, work, world.wallet("partner"), world.now() + DAY
        ),
        says="must be the signer",
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"shares_bps": (9_999,)}, "BountyEscrow_SharesSum"),
        ({"shares_bps": (5_000, 5_000)}, "BountyEscrow_PayeesInvalid"),
        ({"payees": (), "shares_bps": ()}, "BountyEscrow_PayeesInvalid"),
        ({"evidence": ""}, "BountyEscrow_TextLength"),
        ({"evidence": "b" * 129}, "BountyEscrow_TextLength"),
        ({"bounty_id": 99}, "BountyEscrow_TermsMismatch"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_work_of_the_wrong_form_is_refused(changes: Any, error: str, world: Any) -> None:
    view = world.open_bounty()
    assert reverted(lambda: world.submit(view, **changes)) == error


@pytest.mark.parametrize("role", ["aya", "source", "arbiter"])
def test_who_judges_cannot_be_paid(role: str, world: Any) -> None:
    view = world.open_bounty()
    assert reverted(lambda: world.submit(view, payees=(world.address(role),))) == "BountyEscrow_PayeeJudges"


def test_work_after_the_deadline_or_for_a_closed_bounty_is_refused(world: Any) -> None:
    view, other = world.open_bounty(), world.open_bounty()
    world.do(bounties.closing(world.system, other, "stopped", "bafyreason"), "owner")
    assert reverted(lambda: world.submit(other)) == "BountyEscrow_Closed"
    world.later(30 * DAY)
    assert reverted(lambda: world.submit(view)) == "BountyEscrow_OutsideWindow"


def test_signed_work_is_good_once_until_its_deadline_and_for_one_content(world: Any) -> None:
    view = world.open_bounty()
    signed = contributions.sign_submission(
        world.system, view.terms, world.work(view), world.wallet("worker"), world.now() + DAY
    )

    def relay(changed: Any = signed) -> object:
        return world.do(contributions.relaying_submission(world.system, view.terms, changed), "relayer")

    other = replace(signed, submission=replace(signed.submission, evidence="bafyother"))
    assert reverted(lambda: relay(other)) == "BountyEscrow_SignatureInvalid"
    assert (
        reverted(lambda: relay(replace(signed, deadline=signed.deadline + 1)))
        == "BountyEscrow_SignatureInvalid"
    )
    relay()
    assert reverted(relay) == "BountyEscrow_SignatureInvalid"
    late = contributions.sign_submission(
        world.system, view.terms, world.work(view), world.wallet("worker"), world.now() + 60
    )
    world.later(120)
    assert reverted(lambda: relay(late)) == "BountyEscrow_OutsideWindow"


# Judgements: refused before gas is spent, and by the contract as well.


def test_a_judgement_by_a_stranger_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted), "outsider")
    error = refused(SignatureRefused, lambda: check_signed(world.system, signed), says="is not a reviewer")
    assert world.address("aya") in error.hint
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "BountyEscrow_NotReviewer"


def test_a_judgement_in_the_name_of_a_reviewer_is_refused(world: Any, submitted: Any) -> None:
    forged = replace(world.signed(world.review(submitted), "outsider"), attester=world.address("aya"))
    error = refused(SignatureRefused, lambda: check_signed(world.system, forged), says="made by")
    assert error.details["recovered"] == world.address("outsider")
    relay = world.relaying(submitted, forged)
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_SignatureInvalid"


def test_a_judgement_whose_words_are_no_cid_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted, document="looks good to me"), "aya")
    error = refused(InputInvalid, lambda: check_signed(world.system, signed), says="must be the CID")
    assert error.field == "reason"


def test_a_signature_for_another_chain_is_refused(world: Any, submitted: Any) -> None:
    attestation = world.review(submitted)
    domain = replace(world.system.domain(), chain_id=1337).to_dict()
    signature = "0x" + world.wallet("aya").sign_typed_data(domain, TYPES, attestation.message()).hex()
    foreign = SignedAttestation(attestation, world.address("aya"), signature)
    refused(SignatureRefused, lambda: check_signed(world.system, foreign), says="for another chain")
    relay = world.relaying(submitted, foreign)
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_SignatureInvalid"


def test_a_development_wallet_signs_for_no_other_chain(world: Any, submitted: Any) -> None:
    mainnet = replace(world.system, chain_id=1)
    attestation = world.review(submitted)
    refused(SignatureRefused, lambda: contributions.sign(mainnet, attestation, world.wallet("aya")))


def test_a_judgement_for_another_escrow_is_refused(world: Any, submitted: Any) -> None:
    other = replace(world.system, escrow=Contract(world.coin, world.system.escrow.artifact))
    attestation = contributions.review(
        other,
        submitted,
        1,
        verdict="approve",
        score_bps=1,
        reason="x",
        document="bafy",
        now=world.now(),
        salt=bytes(32),
    )
    signed = world.signed(attestation, "aya")
    refused(InputInvalid, lambda: check_signed(world.system, signed), says="another escrow")


def test_a_replayed_judgement_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted), "aya")
    relay = world.relaying(submitted, signed)
    world.do(relay, "relayer")
    refused(SignatureRefused, lambda: check_signed(world.system, signed), says="was relayed before")
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_AlreadyAttested"


def test_an_expired_judgement_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted, expires=world.now() + DAY), "aya")
    check_signed(world.system, signed)
    world.later(DAY)
    refused(SignatureRefused, lambda: check_signed(world.system, signed), says="expired at")
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_Expired"


def test_a_judgement_from_the_future_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted, now=world.now() + DAY), "aya")
    refused(SignatureRefused, lambda: check_signed(world.system, signed), says="after the chain's time")
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_FromTheFuture"


def test_a_judgement_revoked_before_it_was_relayed_is_refused(world: Any, submitted: Any) -> None:
    signed = world.signed(world.review(submitted), "aya")
    world.do(contributions.revoking(world.system, signed.attestation), "aya")
    refused(SignatureRefused, lambda: check_signed(world.system, signed), says="was revoked at")
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "ContributionRegistry_Revoked"


def test_the_acceptance_of_another_hash_is_refused(world: Any, submitted: Any) -> None:
    found = submitted.submissions[0]
    other = replace(submitted, submissions=(replace(found, content_hash="0x" + "11" * 32),))
    signed = world.signed(world.review(other), "aya")
    error = refused(InputInvalid, lambda: check_signed(world.system, signed), says="contentHash")
    assert found.content_hash in str(error)
    assert "judged something else" in error.hint
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "BountyEscrow_SubmissionMismatch"


def test_a_judgement_about_another_worker_is_refused(world: Any, submitted: Any) -> None:
    wrong = replace(world.review(submitted), recipient=world.address("partner"))
    signed = world.signed(wrong, "aya")
    refused(InputInvalid, lambda: check_signed(world.system, signed), says="must be the worker")
    relay = world.relaying(submitted, signed)
    assert reverted(lambda: world.do(relay, "relayer")) == "BountyEscrow_SubjectMismatch"


def test_a_judgement_of_a_bounty_or_submission_that_is_not_there_is_not_found(
    world: Any, submitted: Any
) -> None:
    ghost = replace(submitted.submissions[0], id=2)
    signed = world.signed(world.review(replace(submitted, submissions=(ghost,)), 2), "aya")
    refused(NotFound, lambda: check_signed(world.system, signed), says="no submission 2")
    nowhere = world.signed(world.review(replace(submitted, id=9)), "aya")
    refused(NotFound, lambda: check_signed(world.system, nowhere), says="bounty 9")


def test_a_second_review_and_a_second_acceptance_are_refused(world: Any, submitted: Any) -> None:
    world.attest(submitted, world.review(submitted), "aya")
    again = world.review(submitted)
    assert reverted(lambda: world.attest(submitted, again, "aya")) == "BountyEscrow_AlreadyReviewed"
    world.attest(submitted, world.review(submitted), "ben")
    assert reverted(lambda: world.attest(submitted, again, "ben")) == "BountyEscrow_WrongStage"
    silent = contributions.accepting_by_silence(world.system, submitted, 1)
    assert reverted(lambda: world.do(silent, "outsider")) == "BountyEscrow_WrongStage"


def test_a_second_acceptance_beyond_the_awards_is_refused(world: Any) -> None:
    view = world.submit(world.submit(world.open_bounty()), "partner")
    world.accept(view, 1)
    world.attest(view, world.review(view, 2), "aya", 2)
    last = world.review(view, 2)
    assert reverted(lambda: world.attest(view, last, "ben", 2)) == "BountyEscrow_NoAwardLeft"


@pytest.mark.parametrize("score", [-1, 10_001, True, 0.5])
def test_a_score_outside_the_scale_is_refused(score: Any, world: Any, submitted: Any) -> None:
    refused(InputInvalid, lambda: world.review(submitted, score_bps=score), says="basis points")


def test_a_reason_code_that_is_none_is_refused(world: Any, submitted: Any) -> None:
    refused(InputInvalid, lambda: world.review(submitted, reason="Off Brief"), says="reason_code")


# Outcomes and payouts.


def test_an_outcome_by_whoever_is_not_the_source_is_refused(world: Any, submitted: Any) -> None:
    view = world.accept(submitted)
    signed = world.signed(world.outcome(view, "success", 10_000), "worker")
    error = refused(SignatureRefused, lambda: check_signed(world.system, signed), says="is not the source")
    assert world.address("source") in error.hint
    early = world.signed(world.outcome(view, "success", 10_000), "arbiter")
    relay = world.relaying(view, early)
    assert reverted(lambda: world.do(relay, "relayer")) == "BountyEscrow_NotSource"


def test_a_report_outside_its_window_or_a_second_one_is_refused(world: Any, submitted: Any) -> None:
    view = world.accept(submitted)
    early = world.outcome(view, "long_term", 10_000)
    assert reverted(lambda: world.attest(view, early, "source")) == "BountyEscrow_OutsideWindow"
    world.attest(view, world.outcome(view, "success", 5000), "source")
    again = world.outcome(view, "success", 6000)
    assert reverted(lambda: world.attest(view, again, "source")) == "BountyEscrow_TrancheStage"


def test_an_unknown_tranche_is_refused_by_name(world: Any, submitted: Any) -> None:
    view = world.accept(submitted)
    refused(InputInvalid, lambda: world.outcome(view, "bonus", 1), says="must be one of success, long_term")


def test_a_challenge_by_a_stranger_or_too_late_and_a_settlement_too_early_are_refused(
    world: Any, submitted: Any
) -> None:
    view = world.accept(submitted)
    world.attest(view, world.outcome(view, "success", 5000), "source")
    challenge = world.challenging(view, "success", "worker")
    strange = world.challenging(view, "success", "outsider")
    settle = payouts.settling(world.system, view, 1, "success")
    assert reverted(lambda: world.do(strange, "outsider")) == "BountyEscrow_NotParty"
    assert reverted(lambda: world.do(challenge, "outsider")) == "BountyEscrow_NotSender"
    assert reverted(lambda: world.do(settle, "outsider")) == "BountyEscrow_OutsideWindow"
    world.later(7 * DAY)
    assert reverted(lambda: world.do(challenge, "worker")) == "BountyEscrow_OutsideWindow"
    world.do(settle, "outsider")
    assert reverted(lambda: world.do(settle, "outsider")) == "BountyEscrow_TrancheStage"


def test_project_tokens_are_claimed_once(world: Any, submitted: Any) -> None:
    claim = claiming.claiming_tokens(world.system, submitted, 1)
    with pytest.raises(TransactionFailed):
        world.do(claim, "worker")
    world.accept(submitted)
    world.do(claim, "worker")
    assert reverted(lambda: world.do(claim, "worker")) == "BountyEscrow_NoTokensToClaim"


def test_a_bounty_that_is_closed_with_work_pending_keeps_its_money(world: Any, submitted: Any) -> None:
    world.do(bounties.closing(world.system, submitted, "stopped", "bafyreason"), "owner")
    assert world.credit("owner") == 0
    back = bounties.reclaiming(world.system, submitted)
    assert reverted(lambda: world.do(back, "owner")) == "BountyEscrow_NotReclaimable"
    world.accept(submitted)
    assert world.credit("worker") == 90_000 * YEN


def test_a_stranger_closes_no_bounty_before_its_deadline_and_then_only_as_expired(world: Any) -> None:
    view = world.open_bounty()
    close = bounties.closing(world.system, view, "stopped", "bafyreason")
    assert reverted(lambda: world.do(close, "outsider")) == "BountyEscrow_NotAuthorized"
    world.later(30 * DAY)
    assert reverted(lambda: world.do(close, "outsider")) == "BountyEscrow_NotAuthorized"
    world.do(bounties.closing(world.system, view, "expired", ""), "outsider")
    assert world.credit("owner") == 300_000 * YEN


def test_every_refusal_by_a_contract_is_explained_by_its_own_words(world: Any, submitted: Any) -> None:
    stranger = world.review(submitted)
    error = refused(TransactionFailed, lambda: world.attest(submitted, stranger, "outsider"))
    assert "the attester may not judge the work now: no reviewer" in str(error)
    assert world.address("outsider") in str(error)


def test_a_chain_that_does_not_answer_is_said_with_what_to_check(world: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = RpcChain(f"http://127.0.0.1:{taken.getsockname()[1]}", timeout_s=1)
        system = replace(world.system, chain=dead)
        error = refused(ChainUnreachable, system.now)
    assert "RESONANCE_RPC_URL" in error.hint
    assert "resonance doctor" in error.hint


def test_a_project_that_the_registry_refuses_is_named(world: Any) -> None:
    project = read_project('{name: "X", symbol: X, cap: 1, description: {en: "-", ja: "-"}}')
    action = projects.opening(world.system, project, "")
    assert reverted(lambda: world.do(action, "owner")) == "ProjectRegistry_Empty"
