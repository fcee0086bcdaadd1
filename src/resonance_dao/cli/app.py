"""
`resonance`: the commands, assembled. What a command needs is imported when it runs, so `--help` is quick.
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from resonance_dao import __version__
from resonance_dao.cli.commands import bounty, judge, log, operate, project, work
from resonance_dao.cli.exits import EPILOG
from resonance_dao.cli.output import Output
from resonance_dao.cli.running import Run

app = typer.Typer(
    name="resonance",
    help="Escrowed bounties, pay by impact, and a record that a stranger can audit.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    language: Annotated[str, typer.Option("--lang", help="Language of messages: en or ja.")] = "",
    rpc_url: Annotated[str, typer.Option("--rpc", help="JSON-RPC endpoint, over RESONANCE_RPC_URL.")] = "",
) -> None:
    """Read the options that stand before every command."""
    if language not in {"", "en", "ja"}:
        raise typer.BadParameter("must be en or ja", param_hint="--lang")
    spoken = language or os.environ.get("RESONANCE_LANGUAGE", "en")
    changes = {"RESONANCE_RPC_URL": rpc_url} if rpc_url else {}
    ctx.obj = Run(Output(as_json, spoken), changes)


@app.command("version")
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


for part in (operate, project, bounty, work, judge, log):
    part.register(app)


def main() -> None:
    """Run the command line."""
    app()
