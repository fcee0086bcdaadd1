"""
`resonance`: the commands, assembled. What a command needs is imported when it runs, so `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from resonance_dao import __version__
from resonance_dao.cli.commands import (
    apikey,
    application,
    bond,
    bounty,
    dispute,
    evidence,
    index,
    judge,
    keeping,
    log,
    monitor,
    operate,
    payee,
    payout,
    pool,
    project,
    relay,
    relayer,
    reputation,
    verify,
    webhook,
    withholding,
    work,
)
from resonance_dao.cli.exits import EPILOG, INTERRUPTED, PIPE_CLOSED
from resonance_dao.cli.output import Output
from resonance_dao.cli.placing import to_the_front
from resonance_dao.cli.running import Run
from resonance_dao.cli.wrong_usage import report

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
    """Read the options of every command."""
    if language not in {"", "en", "ja"}:
        raise typer.BadParameter("must be en or ja", param_hint="--lang")
    given = {"RESONANCE_RPC_URL": rpc_url, "RESONANCE_LANGUAGE": language}
    changes = {variable: value for variable, value in given.items() if value}
    ctx.obj = Run(Output(as_json, language or _language()), changes)


@app.command("version")
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


for part in (
    operate,
    project,
    bounty,
    application,
    work,
    dispute,
    judge,
    relay,
    relayer,
    payout,
    payee,
    bond,
    pool,
    reputation,
    withholding,
    evidence,
    log,
    index,
    apikey,
    verify,
    monitor,
    webhook,
    keeping,
):
    part.register(app)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    given = to_the_front(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # A terminal without Japanese is no failure.
    try:
        code: Any = app(given, prog_name="resonance", standalone_mode=False)
        sys.stdout.flush()
    except typer.Abort:
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has left; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    except Exception as exc:
        code = report(exc, as_json="--json" in given)
    sys.exit(code if isinstance(code, int) else 0)


def _language() -> str:
    """Return the language of messages: the environment's, else `resonance.toml`'s, else English."""
    file, found = Path("resonance.toml"), os.environ.get("RESONANCE_LANGUAGE", "")
    if not found and file.is_file():
        import tomli

        try:
            found = str(tomli.loads(file.read_text(encoding="utf-8")).get("language", ""))
        except (OSError, ValueError):
            found = ""  # The command that needs the file says what is wrong with it.
    return found if found in {"en", "ja"} else "en"
