"""
The story, scene by scene. Each scene uses what a user would use: wallets, the gateway's HTTP, the audit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from resonance_dao.chain.contract import Contract
from resonance_dao.cli.demo.cast import ROLES, wallet
from resonance_dao.cli.demo.deeds import outcome, pin, review, settle, withdraw
from resonance_dao.cli.demo.ending import audit_passes, tampering_is_found
from resonance_dao.cli.demo.failures import fail_a_pin, fail_a_transaction
from resonance_dao.cli.demo.gateway import Refusal
from resonance_dao.cli.demo.theatre import Theatre
from resonance_dao.economy.money import BPS
from resonance_dao.errors import TransactionFailed
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows import bounties, claiming, contributions, projects, signing
from resonance_dao.workflows.bounty_file import read_bounty
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.system import Action
from resonance_dao.workflows.terms import Submission

PICTURE = "spring-box.png"


@dataclass
class Tale:
    """What the scenes hand on to one another."""

    project: int = 0
    bounty: int = 0
    work: int = 0
    evidence: str = ""


def play(theatre: Theatre) -> bool:
    """Play every scene; returns whether the audit passed and found the tampering."""
    tale = Tale()
    open_project(theatre, tale)
    open_bounty(theatre, tale)
    submit_work(theatre, tale)
    revise_work(theatre, tale)
    review_work(theatre, tale)
    withdraw_base(theatre)
    fail_a_transaction(theatre)
    fail_a_pin(theatre)
    report_success(theatre, tale)
    report_long_term(theatre, tale)
    claim_everything(theatre, tale)
    return audit_passes(theatre) and tampering_is_found(theatre, f"{tale.evidence}/{PICTURE}")


def open_project(theatre: Theatre, tale: Tale) -> None:
    """A sweets maker opens the project; its token comes with it."""
    theatre.scene(
        "A sweets maker opens a project and its token.", "和菓子屋がプロジェクトとトークンを作ります。"
    )
    system = theatre.system
    project = read_project((theatre.examples / "project.yaml").read_text(encoding="utf-8"))
    metadata = pin(theatre, encode(project.document()))
    receipt = theatre.act("owner", projects.opening(system, project, metadata, [system.escrow.address]))
    tale.project = projects.opened(system, receipt)
    view = projects.project(system, tale.project)
    theatre.tell(f"project {view.id}: {view.name}, token {view.token.symbol} {view.token.address}")


def open_bounty(theatre: Theatre, tale: Tale) -> None:
    """300,000 test yen go into escrow, all that can ever be owed."""
    theatre.scene(
        "300,000 test yen are escrowed for a bounty: 30 % at once, 50 % by success, 20 % after a year.",
        "懸賞に30万テスト円を預託します。30%は採用時、50%は成果、20%は一年後。最低24万円を保証。",
    )
    system = theatre.system
    text = (
        (theatre.examples / "bounty.yaml").read_text(encoding="utf-8").replace("{{ TestYen }}", theatre.yen)
    )
    for role in ROLES:
        text = text.replace(f"{{{{ {role} }}}}", wallet(role).address)
    file = read_bounty(text)
    owner = wallet("owner").address
    words = {"en": "Receive test yen, which have no value", "ja": "価値のないテスト円を受け取る"}
    theatre.act("owner", Action(_test_yen(theatre), "mint", (owner, 300_000 * 10**18), words))
    document = pin(theatre, encode(file.document()))
    terms = file.to_terms(18, system.now(), document, funder=owner, desk=system.desk.address)
    for action in bounties.opening(system, terms, owner):
        receipt = theatre.act("owner", action)
    tale.bounty = bounties.opened(system, receipt)
    theatre.tell(f"bounty {tale.bounty}: {theatre.coins(bounties.liability(terms))} in escrow")


def submit_work(theatre: Theatre, tale: Tale) -> None:
    """One contributor signs and pays no gas; another sends with their own wallet."""
    theatre.scene(
        "A contributor hands in a picture and a text without gas; a second one uses their own wallet.",
        "一人目は絵と文章をガス代なしで提出し、二人目は自分のウォレットで提出します。",
    )
    tale.evidence = theatre.gateway.upload_files(
        {name: (theatre.examples / name).read_bytes() for name in (PICTURE, "spring-box.md")}
    )
    system, view, signer = theatre.system, bounties.bounty(theatre.system, tale.bounty), wallet("contributor")
    work = Submission(tale.bounty, signer.address, (signer.address,), (BPS,), 0, tale.evidence)
    deadline = system.now() + 86_400
    signed = contributions.sign_submission(system, view.terms, work, signer, deadline)
    done = theatre.gateway.wait_done(theatre.gateway.post("/v1/submissions", signed.to_dict()))
    theatre.tell(
        f"contributor: signed, relayed for free in {done['tx_hash']}, evidence ipfs://{tale.evidence}"
    )
    late = wallet("latecomer")
    poor = theatre.gateway.upload((theatre.examples / "rejected-work.md").read_bytes())
    other = Submission(tale.bounty, late.address, (late.address,), (BPS,), 0, poor)
    theatre.act("latecomer", contributions.submitting(system, view.terms, other))
    tale.work = 1


def revise_work(theatre: Theatre, tale: Tale) -> None:
    """A reviewer asks for changes; the contributor signs a second version of the work."""
    theatre.scene(
        "A reviewer asks for changes; the contributor hands in a second version, again without gas.",
        "審査員が修正を求め、一人目はガス代なしで第二版を提出します。",
    )
    system, signer = theatre.system, wallet("contributor")
    asked = review(theatre, tale.bounty, "reviewer_aya", tale.work, "request_changes")
    theatre.gateway.wait_done(theatre.gateway.post("/v1/attestations", asked))
    found = bounties.bounty(system, tale.bounty).submission(tale.work)
    theatre.tell(f"submission {found.id}: {found.stage}")
    text = (theatre.examples / "spring-box-revised.md").read_bytes()
    picture = (theatre.examples / PICTURE).read_bytes()
    tale.evidence = theatre.gateway.upload_files({PICTURE: picture, "spring-box.md": text})
    revised = Revision(found.id, replace(found.submission, evidence=tale.evidence))
    signed = signing.sign(system, revised, signer, system.now() + 86_400)
    theatre.gateway.wait_done(theatre.gateway.post("/v1/revisions", signed.to_dict()))
    found = bounties.bounty(system, tale.bounty).submission(tale.work)
    theatre.tell(f"submission {found.id}: version {found.version}, {found.stage}, ipfs://{tale.evidence}")


def review_work(theatre: Theatre, tale: Tale) -> None:
    """The reviewers sign attestations; the gateway relays them and refuses a stranger's."""
    theatre.scene(
        "Two reviewers sign their verdicts; the gateway relays them. A stranger's verdict is refused.",
        "二人の審査員が署名し、ゲートウェイが取り次ぎます。部外者の署名は拒否されます。",
    )
    try:
        theatre.gateway.post("/v1/attestations", review(theatre, tale.bounty, "stranger", 1, "approve"))
        raise TransactionFailed("the stranger's verdict was not refused")
    except Refusal as refusal:
        theatre.tell(f"stranger: refused - {refusal}")
    verdicts = [
        review(theatre, tale.bounty, "reviewer_aya", 1, "approve"),
        review(theatre, tale.bounty, "reviewer_ben", 1, "approve"),
        review(theatre, tale.bounty, "reviewer_aya", 2, "reject"),
    ]
    for accepted in [theatre.gateway.post("/v1/attestations", verdict) for verdict in verdicts]:
        theatre.gateway.wait_done(accepted)
    view = bounties.bounty(theatre.system, tale.bounty)
    for found in view.submissions:
        theatre.tell(f"submission {found.id}: {found.stage}")


def withdraw_base(theatre: Theatre) -> None:
    """The base is there at once; the contributor's own wallet takes it out."""
    theatre.scene(
        "The base of 30 % is withdrawn by the contributor's wallet.",
        "基本報酬30%を本人のウォレットで引き出します。",
    )
    withdraw(theatre, "contributor")


def report_success(theatre: Theatre, tale: Tale) -> None:
    """80 % of the target is reported; the challenge window passes; the tranche pays."""
    theatre.scene(
        "80 % of the target is reported; nobody challenges; the tranche pays.",
        "達成率80%が報告され、異議なく成果報酬が支払われます。",
    )
    theatre.pass_days(89)
    outcome(theatre, tale.bounty, tale.work, "success", 400)
    theatre.pass_days(7)
    settle(theatre, tale.bounty, tale.work, "success")


def report_long_term(theatre: Theatre, tale: Tale) -> None:
    """A year later 40 % is reported; the guarantee tops up; the rest returns."""
    theatre.scene(
        "A year later growth reports 40 %; the guarantee tops up, the rest returns to the owner.",
        "一年後、達成率40%。最低保証まで補われ、残りは依頼主に戻ります。",
    )
    theatre.pass_days(280)
    outcome(theatre, tale.bounty, tale.work, "long_term", 40)
    theatre.pass_days(7)
    settle(theatre, tale.bounty, tale.work, "long_term")
    done = theatre.system.events(theatre.system.escrow, "AwardCompleted", tale.bounty)[0].args
    amounts = {name: theatre.coins(done[name]) for name in ("paid", "topUp", "returned")}
    theatre.tell(
        f"paid {amounts['paid']}, of which top-up {amounts['topUp']}; returned {amounts['returned']}"
    )


def claim_everything(theatre: Theatre, tale: Tale) -> None:
    """Money and project tokens are claimed by wallets; a receipt is verified."""
    theatre.scene(
        "Money and project tokens are claimed by wallets.", "報酬とトークンをウォレットで受け取ります。"
    )
    system, view = theatre.system, bounties.bounty(theatre.system, tale.bounty)
    theatre.act("contributor", claiming.claiming_tokens(system, view, tale.work))
    withdraw(theatre, "contributor")
    withdraw(theatre, "owner")
    token = projects.project(system, tale.project).token
    held = system.token(token.address).call(system.chain, "balanceOf", wallet("contributor").address)
    theatre.tell(f"contributor holds {held // 10**18:,} {token.symbol}")


def _test_yen(theatre: Theatre) -> Contract:
    return theatre.toolkit.book.contract("TestYen", theatre.toolkit.artifacts)
