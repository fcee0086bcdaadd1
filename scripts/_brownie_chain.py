"""
The one place that imports Brownie: its network as our chain, its project as our deployment.

On a development network everything that a script needs is deployed first; on any other network the deployment
book must have it. Keys never pass through Brownie: development accounts on development chains, else a
keystore.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from resonance_dao.chain.book import Book
from resonance_dao.chain.deployment import run as run_plan
from resonance_dao.chain.keystore import KeystoreSigner, password_source
from resonance_dao.chain.signer import DevSigner, Signer
from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS

DEPLOYER, OWNER, WORKER, REVIEWER_A, REVIEWER_B, SOURCE = 0, 1, 2, 4, 5, 6
"""Development accounts by role."""


def connected_toolkit() -> Toolkit:
    """
    Return the toolkit on the network that Brownie is connected to, deployed if it is a development
    network.
    """
    from brownie import web3

    home = Path(os.environ.get("RESONANCE_HOME", ".resonance/brownie"))
    network = {"RESONANCE_HOME": str(home), "RESONANCE_RPC_URL": str(web3.provider.endpoint_uri)}
    toolkit = _toolkit({**os.environ, **network})
    if toolkit.chain_id not in DEVELOPMENT_CHAINS:
        return toolkit
    # A development chain's book ends with the chain: it has no place among the real ones.
    toolkit = _toolkit({"RESONANCE_DEPLOYMENTS": str(home / "deployments"), **os.environ, **network})
    deploy(toolkit, DevSigner(DEPLOYER), fresh=not _is_deployed(toolkit))
    return toolkit


def deploy(toolkit: Toolkit, signer: Signer, *, fresh: bool = False) -> Book:
    """Carry out the deployment plan; what is there already is left alone."""
    book = Book.load(toolkit.settings.deployments, toolkit.chain, fresh=fresh)
    return run_plan(
        toolkit.plan,
        toolkit.chain,
        signer,
        book,
        lambda step: say(f"  {step.number}/{step.total} {step.name}") if step.state == "deployed" else None,
    )


def wallet(toolkit: Toolkit, role: int) -> Signer:
    """Return a role's development account, or the keystore of RESONANCE_KEYSTORE on any other chain."""
    if toolkit.chain_id in DEVELOPMENT_CHAINS:
        return DevSigner(role)
    path = os.environ.get("RESONANCE_KEYSTORE")
    if not path:
        raise InputInvalid("RESONANCE_KEYSTORE", None, "must name the keystore of the wallet that signs")
    return KeystoreSigner.open(Path(path), password_source(os.environ, _no_prompt))


def say(text: str) -> None:
    """Print a line."""
    print(text)  # noqa: T201


def _toolkit(env: Mapping[str, str]) -> Toolkit:
    return Toolkit(Settings.load(env, Path("resonance.toml")))


def _is_deployed(toolkit: Toolkit) -> bool:
    from resonance_dao.errors import ChainMismatch

    try:
        return bool(Book.load(toolkit.settings.deployments, toolkit.chain).names())
    except ChainMismatch:
        return False


def _no_prompt() -> str:
    raise InputInvalid("RESONANCE_PASSWORD_FILE", None, "must name a file with the keystore's password")
