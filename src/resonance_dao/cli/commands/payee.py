"""`resonance payee`: hand all that an account is owed to a new wallet, and choose who can help with that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import Dev, DryRun, Keystore, SignOnly, ValidFor, account
from resonance_dao.cli.output import moment
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.workflows.rotation import SuccessorOrder

Holder = Annotated[
    str, typer.Option("--account", help="Whose credit; default: your own account. Guardians name theirs.")
]
Successor = Annotated[str, typer.Argument(help="The wallet that is to follow.")]
Named = Annotated[str, typer.Argument(help="The account.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Who is paid: hand all credit to a new wallet, with guardians.", no_args_is_help=True
    )
    command(group, "show")(show)
    command(group, "announce")(announce)
    command(group, "veto")(veto)
    command(group, "approve")(approve)
    command(group, "finish")(finish)
    command(group, "guardians")(guardians)
    command(group, "veto-guardians")(veto_guardians)
    command(group, "finish-guardians")(finish_guardians)
    app.add_typer(group, name="payee")


def show(ctx: typer.Context, of: Named) -> None:
    """Show who commands an account's credit, what waits, and its guardians."""
    from dataclasses import asdict

    from resonance_dao.workflows.rotation import rotation

    run: Run = ctx.obj
    view = rotation(run.system, account(of, "OF"))
    lines: list[tuple[str, object]] = [("payee", view.payee)]
    if view.announced:
        lines += [("announced", view.announced), ("can be finished from", moment(view.finishable_at))]
    lines.append(("guardians", f"{view.threshold} of {len(view.guardians)}: {', '.join(view.guardians)}"))
    if view.guardians_finishable_at:
        lines.append(("new guardians from", moment(view.guardians_finishable_at)))
    run.output.result(asdict(view), lines)


def announce(
    ctx: typer.Context,
    successor: Successor,
    holder: Holder = "",
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Announce the wallet that is to follow; it takes seven days, in which you can veto."""
    from resonance_dao.workflows.rotation import RotationAnnouncement

    _say(ctx.obj, RotationAnnouncement, successor, holder, sign_only, valid_for, keystore, dev, dry_run)


def veto(
    ctx: typer.Context,
    successor: Successor,
    holder: Holder = "",
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Veto a rotation that waits."""
    from resonance_dao.workflows.rotation import RotationVeto

    _say(ctx.obj, RotationVeto, successor, holder, sign_only, valid_for, keystore, dev, dry_run)


def approve(
    ctx: typer.Context,
    successor: Successor,
    holder: Holder = "",
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Approve a successor as a guardian; the last approval that is needed rotates the account at once."""
    from resonance_dao.workflows.rotation import RotationApproval

    _say(ctx.obj, RotationApproval, successor, holder, sign_only, valid_for, keystore, dev, dry_run)


def finish(
    ctx: typer.Context, of: Named, keystore: Keystore = None, dev: Dev = None, dry_run: DryRun = False
) -> None:
    """Finish a rotation whose cooling-off is over, for good. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows.rotation import finishing_rotation

    run: Run = ctx.obj
    chosen = account(of, "OF")
    action = finishing_rotation(run.system, chosen)
    send(run, [action], run.signer(keystore, dev), dry_run=dry_run, account=chosen)


def guardians(
    ctx: typer.Context,
    guardian: Annotated[
        list[str] | None, typer.Option("--guardian", help="A guardian, repeated; none at all: no guardians.")
    ] = None,
    threshold: Annotated[int, typer.Option("--threshold", min=0, help="How many act together.")] = 0,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Announce your guardians; they take office after seven days, by `payee finish-guardians`."""
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows.guardians import announcing_guardians

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    chosen = [account(one, "--guardian") for one in guardian or []]
    order = announcing_guardians(signer.address, chosen, threshold)
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run)


def veto_guardians(
    ctx: typer.Context,
    holder: Holder = "",
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Veto new guardians that wait."""
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows.guardians import GuardianVeto

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    order = GuardianVeto(signer.address, account(holder, "--account") if holder else signer.address)
    order.action(run.system)
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run)


def finish_guardians(
    ctx: typer.Context, of: Named, keystore: Keystore = None, dev: Dev = None, dry_run: DryRun = False
) -> None:
    """Put announced guardians into office when their time has come. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows.guardians import finishing_guardians

    run: Run = ctx.obj
    chosen = account(of, "OF")
    action = finishing_guardians(run.system, chosen)
    send(run, [action], run.signer(keystore, dev), dry_run=dry_run, account=chosen)


def _say(  # noqa: PLR0913 - a command's options
    run: Run,
    kind: type[SuccessorOrder],
    successor: str,
    holder: str,
    sign_only: Path | None,
    valid_for: str,
    keystore: Path | None,
    dev: int | None,
    dry_run: bool,
) -> None:
    from resonance_dao.cli.delivering import deliver

    signer = run.signer(keystore, dev)
    whose = account(holder, "--account") if holder else signer.address
    order = kind(signer.address, whose, account(successor, "SUCCESSOR"))
    order.action(run.system)
    deliver(
        run,
        order,
        signer,
        sign_only=sign_only,
        valid_for=valid_for,
        dry_run=dry_run,
        account=whose,
        successor=order.successor,
    )
