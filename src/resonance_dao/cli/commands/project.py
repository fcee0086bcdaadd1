"""`resonance project`: open and show projects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resonance_dao.cli.options import Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Projects and their tokens.", no_args_is_help=True)
    command(group, "open")(open_project)
    command(group, "show")(show_project)
    app.add_typer(group, name="project")


def open_project(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The project file; `resonance init` writes a template.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Open a project and its token from a YAML file."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.evidence.evidence import add_bytes
    from resonance_dao.transparency.canonical import encode
    from resonance_dao.workflows import projects
    from resonance_dao.workflows.project_file import read_project

    run: Run = ctx.obj
    system, project = run.system, read_project(read_text(file))
    signer = run.signer(keystore, dev)
    metadata = run.kept(add_bytes(run.store(dry_run=dry_run), encode(project.document())))
    action = projects.opening(system, project, metadata, [system.escrow.address])
    receipt = run.carry_out(action, signer, dry_run=dry_run)
    if receipt is not None:
        _show(run, projects.opened(system, receipt), receipt.tx_hash)


def show_project(
    ctx: typer.Context, project_id: Annotated[int, typer.Argument(min=1, help="The project's number.")]
) -> None:
    """Show a project as the chain has it now."""
    _show(ctx.obj, project_id, None)


def _show(run: Run, project_id: int, transaction: str | None) -> None:
    from dataclasses import asdict

    from resonance_dao.economy.money import format_amount
    from resonance_dao.workflows.projects import project
    from resonance_dao.workflows.system import plain

    view = project(run.system, project_id)
    amounts = [("cap", view.cap), ("supply", view.supply), ("reserved", view.reserved)]
    lines: list[tuple[str, object]] = [("project", view.id), ("name", view.name), ("owner", view.owner)]
    lines += [("token", f"{view.token.symbol} {view.token.address}")]
    lines += [(name, format_amount(amount, view.token.decimals, group=True)) for name, amount in amounts]
    lines += [("description", f"ipfs://{view.metadata}"), ("closed", "yes" if view.closed else "no")]
    if transaction is not None:
        lines.append(("transaction", transaction))
    run.output.result({"project": plain(asdict(view)), "transaction": transaction}, lines)
