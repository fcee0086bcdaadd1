"""`resonance bounty open`: from a file, or a pool, to a bounty with its money in escrow."""

from __future__ import annotations

import secrets
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import Dev, DryRun, Keystore, SignOnly, ValidFor, account
from resonance_dao.cli.running import Run
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.chain.signer import Signer
    from resonance_dao.workflows.system import Action
    from resonance_dao.workflows.terms import Terms


class Fund(str, Enum):
    """Where the money comes from."""

    approve = "approve"
    permit = "permit"
    authorization = "authorization"
    native = "native"
    pool = "pool"


def open_bounty(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The bounty file; `resonance init` writes a template.")
    ] = None,
    fund: Annotated[
        Fund,
        typer.Option("--fund", help="An allowance, a permit, a signed authorization, native coin or a pool."),
    ] = Fund.approve,
    pool: Annotated[str, typer.Option("--pool", help="The pool's address, in place of a file.")] = "",
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Open a bounty from a YAML file and escrow all that it can owe; a pool keeps its own terms."""
    from resonance_dao.cli.bounty_view import show
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows import bounties, funding

    run: Run = ctx.obj
    _check_options(file, fund, pool, sign_only)
    system, signer = run.system, run.signer(keystore, dev)
    terms, content = _pooled(run, pool) if file is None else draft(run, file, signer.address)
    actions = _actions(run, terms, fund, signer, valid_for)
    if content:
        keep(run, content, dry_run=dry_run)
    if fund is Fund.authorization:
        order = funding.opening_order(system, terms, secrets.token_bytes(32))
        deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run, first=actions)
        return
    receipts = run.carry_out_all(actions, signer, dry_run=dry_run)
    if receipts:
        show(run, bounties.opened(system, receipts[-1]), receipts[-1].tx_hash)


def draft(run: Run, file: Path, funder: str) -> tuple[Terms, bytes]:
    """Return the terms of a bounty file, and its document, which is still to be kept."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.transparency.canonical import encode
    from resonance_dao.workflows.bounty_file import read_bounty

    system, bounty = run.system, read_bounty(read_text(file))
    decimals = system.token_facts(bounty.pay.token).decimals
    content = encode(bounty.resolved(decimals).document())
    document = str(Cid.of(content))
    terms = bounty.to_terms(decimals, system.now(), document, funder=funder, desk=system.desk.address)
    return terms, content


def keep(run: Run, content: bytes, *, dry_run: bool) -> None:
    """Pin the document of the terms."""
    from resonance_dao.evidence.evidence import add_bytes

    run.kept(add_bytes(run.store(dry_run=dry_run), content))


def _check_options(file: Path | None, fund: Fund, pool: str, sign_only: Path | None) -> None:
    pooled, authorized = fund is Fund.pool, fund is Fund.authorization
    if pooled != bool(pool):
        raise InputInvalid("--pool", pool, "goes with --fund pool, and --fund pool with --pool ADDRESS")
    if file is None and not pooled:
        raise InputInvalid("FILE", None, "must name the terms, or --fund pool --pool ADDRESS a pool's")
    if file is not None and pooled:
        raise InputInvalid("FILE", str(file), "must be left out: a pool keeps its own terms")
    if authorized != (sign_only is not None):
        rule = "needs --sign-only FILE" if authorized else "cannot be signed only; authorization can"
        raise InputInvalid("--fund", fund.value, rule)


def _pooled(run: Run, pool: str) -> tuple[Terms, bytes]:
    from resonance_dao.workflows import pools

    return pools.pool(run.system, account(pool, "--pool")).terms, b""


def _actions(run: Run, terms: Terms, fund: Fund, signer: Signer, valid_for: str) -> list[Action]:
    """Return what is sent; for an authorization, what must be done before anybody relays it."""
    from resonance_dao.workflows import bounties, funding
    from resonance_dao.workflows.duration import parse_duration
    from resonance_dao.workflows.system import NATIVE

    system = run.system
    if fund is Fund.pool:
        return [*bounties.minting(system, terms), funding.opening_from_pool(system, terms)]
    if fund is Fund.native and terms.token != NATIVE:
        raise InputInvalid("pay.token", terms.token, f"must be {NATIVE} to fund with native coin")
    actions = bounties.opening(system, terms, signer.address)  # It refuses what the opener would refuse.
    if fund is Fund.permit:
        deadline = system.now() + parse_duration(valid_for, field="--valid-for")
        amount = bounties.liability(terms)
        permitted = funding.opening_with_permit(system, terms, amount, signer, deadline)
        return [*bounties.minting(system, terms), permitted]
    return bounties.minting(system, terms) if fund is Fund.authorization else actions
