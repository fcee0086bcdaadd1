"""`resonance backup` and `restore`: the journal and what belongs to it, in one file and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import DryRun
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.workflows.backups import Contents, Places


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "backup")(make_backup)
    command(app, "restore")(restore_backup)


def make_backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The new file.")],
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help="With the evidence of the home folder.")
    ] = True,
    sealed_keys: Annotated[
        bool,
        typer.Option(
            "--sealed-keys", help="With the keys to sealed evidence: what is forgotten stays in it."
        ),
    ] = False,
) -> None:
    """Write journal and evidence to one file, while the gateway goes on; without wallets and sessions."""
    import time

    from resonance_dao.workflows.backups import make

    run: Run = ctx.obj
    contents = make(_places(run), file, now=int(time.time()), evidence=evidence, sealed_keys=sealed_keys)
    run.output.result({"file": str(file), **contents.to_dict()}, [("file", file), *_lines(contents)])


def restore_backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `resonance backup` made.")],
    sealed_keys: Annotated[
        bool, typer.Option("--sealed-keys", help="Bring keys to sealed evidence back, if it has any.")
    ] = False,
    sent_since: Annotated[
        bool,
        typer.Option("--sent-since", help="Go on although its keys sent transactions that it does not know."),
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Check a backup against the chain and put it into a home without a journal; an old one is refused."""
    from resonance_dao.chain.chain import identify
    from resonance_dao.journal.entry import Identity
    from resonance_dao.workflows.restoring import Whose, restore

    run: Run = ctx.obj
    places, kit = _places(run), run.toolkit
    found, log = identify(kit.chain), kit.log
    identity = Identity(found.chain_id, found.genesis_hash, kit.operator.address, log.address)
    keys = [key.address for key in kit.relayer_keys]
    whose = Whose(identity, kit.operator, kit.chain, log, kit.system.first_block, keys)
    options = {"sealed_keys": sealed_keys, "dry_run": dry_run, "sent_since": sent_since}
    contents = restore(file, places, whose, **options)
    if not dry_run:
        run.output.say(
            "Receipts that were given after this backup and not anchored are lost: tell those who hold them.",
            "このバックアップ以後に発行され、未記録の受領証は失われています。保有者に知らせてください。",
        )
    run.output.result(
        {"restored": not dry_run, "file": str(file), **contents.to_dict()},
        [("checked" if dry_run else "restored", places.journal), *_lines(contents)],
    )


def _places(run: Run) -> Places:
    from resonance_dao.journal.backup import sqlite_file
    from resonance_dao.workflows.backups import Places

    settings = run.toolkit.settings
    return Places(sqlite_file(settings.journal_url), settings.evidence_folder, settings.sealed_keys_folder)


def _lines(contents: Contents) -> list[tuple[str, object]]:
    from resonance_dao.cli.output import moment

    counts = [
        ("records", contents.held.size),
        ("blocks", contents.blocks),
        ("sealed keys", contents.sealed_keys),
    ]
    return [("made at", moment(contents.made_at)), *counts]
