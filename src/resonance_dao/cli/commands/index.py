"""`resonance index`: the read model of the contracts' events. All of it can be read from the chain again."""

from __future__ import annotations

from typing import Any

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.options import DryRun
from resonance_dao.cli.running import Run, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="What lists come from: the contracts' events.", no_args_is_help=True)
    command(group, "status")(status)
    command(group, "check")(check)
    command(group, "rebuild")(rebuild)
    app.add_typer(group, name="index")


def status(ctx: typer.Context) -> None:
    """Show how far the chain was read, and what the index holds."""
    from resonance_dao.workflows.reading.lists import Lists

    run: Run = ctx.obj
    model = run.toolkit.reader.model
    standing = Lists(model, run.system).standing()
    counts = model.counts()
    value: dict[str, Any] = {"block": standing.block, "head": standing.head, "lag": standing.lag}
    shown = [(name, "-" if found is None else str(found)) for name, found in value.items()]
    run.output.result({**value, "counts": counts}, [*shown, *((kind, str(n)) for kind, n in counts.items())])


def check(ctx: typer.Context) -> None:
    """Read everything from the chain again, beside the index, and compare the two byte by byte."""
    from resonance_dao.workflows.reading.rebuilding import check as compare

    run: Run = ctx.obj
    found = compare(run.toolkit.reader, run.system)
    run.output.mark(found.agrees, f"block {found.block}: {found.kept}")
    if not found.agrees:
        run.output.say(
            f"  The chain gives {found.read_anew}. `resonance index rebuild` fills the index anew.",
            f"  チェーンからは {found.read_anew} となります。`resonance index rebuild` で作り直せます。",
        )
    if run.output.as_json:
        run.output.result(found.to_dict())
    if not found.agrees:
        raise typer.Exit(VERDICT_FAILED)


def rebuild(ctx: typer.Context, dry_run: DryRun = False) -> None:
    """Empty the index and read everything from the chain again; lists wait until it is done."""
    from resonance_dao.workflows.reading.rebuilding import rebuild as fill

    run: Run = ctx.obj
    reader, head = run.toolkit.reader, run.system.chain.block().number
    first = run.system.first_block
    if dry_run:
        value = {"first": first, "head": head, "forgotten": reader.model.counts()["event"]}
        run.output.result(value, [(name, str(found)) for name, found in value.items()])
        return
    block, digest = fill(reader, lambda at: run.output.progress(at - first + 1, head - first + 1, f"{at}"))
    run.output.result(
        {"block": block, "digest": digest, "counts": reader.model.counts()},
        [("block", str(block)), ("digest", digest)],
    )
