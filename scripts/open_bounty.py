"""Open a bounty: `brownie run open_bounty main <bounty.yaml> --network <network>`."""

from __future__ import annotations

from pathlib import Path

from resonance_dao.chain.signer import DevSigner
from resonance_dao.economy.money import format_amount
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows import bounties, projects
from resonance_dao.workflows.bounty_file import BountyFile, read_bounty
from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS
from resonance_dao.workflows.system import Action, perform
from resonance_dao.workflows.terms import Terms
from scripts._brownie_chain import OWNER, REVIEWER_A, REVIEWER_B, SOURCE, connected_toolkit, say, wallet
from scripts.open_project import open_project

ROLES = {"reviewer_aya": REVIEWER_A, "reviewer_ben": REVIEWER_B, "source": SOURCE, "arbiter": 7}


def main(file: str = "examples/wagashi/bounty.yaml") -> int:
    """
    Open the bounty that a YAML file describes; on a development network the project and coins come
    first.
    """
    toolkit = connected_toolkit()
    if toolkit.chain_id in DEVELOPMENT_CHAINS and not projects.projects(toolkit.system):
        open_project(toolkit, "examples/wagashi/project.yaml")
    return open_bounty(toolkit, file)


def open_bounty(toolkit: Toolkit, file: str) -> int:
    """Open it, escrow all that it can owe, and return its number."""
    system, signer = toolkit.system, wallet(toolkit, OWNER)
    bounty = read_bounty(_filled(toolkit, Path(file).read_text(encoding="utf-8")))
    terms = _terms(toolkit, bounty)
    if toolkit.chain_id in DEVELOPMENT_CHAINS:
        coin = toolkit.book.contract("TestYen", toolkit.artifacts)
        words = {"en": "Mint test yen", "ja": "テスト円を発行する"}
        perform(system, Action(coin, "mint", (signer.address, bounties.liability(terms)), words), signer)
    for action in bounties.opening(system, terms, signer.address):
        receipt = perform(system, action, signer)
        say(f"{action.summary['en']}: {receipt.tx_hash}")
    number = bounties.opened(system, receipt)
    facts = system.token_facts(terms.token)
    escrowed = format_amount(bounties.liability(terms), facts.decimals, group=True)
    say(f"bounty {number}: {escrowed} {facts.symbol} in escrow")
    return number


def _terms(toolkit: Toolkit, bounty: BountyFile) -> Terms:
    decimals = toolkit.system.token_facts(bounty.pay.token).decimals
    document = add_bytes(toolkit.store, encode(bounty.resolved(decimals).document())).text
    funder, desk = wallet(toolkit, OWNER).address, toolkit.system.desk.address
    return bounty.to_terms(decimals, toolkit.system.now(), document, funder=funder, desk=desk)


def _filled(toolkit: Toolkit, text: str) -> str:
    if toolkit.chain_id not in DEVELOPMENT_CHAINS:
        return text
    text = text.replace("{{ TestYen }}", toolkit.book.address("TestYen"))
    for role, index in ROLES.items():
        text = text.replace(f"{{{{ {role} }}}}", DevSigner(index).address)
    return text
