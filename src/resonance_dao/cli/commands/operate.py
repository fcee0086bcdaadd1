"""`resonance init`, `doctor`, `deploy`, `up`, `demo`: what an operator does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.options import Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.toolkit import Toolkit

GRACE_S = 20
"""How long answers that are under way may take when the gateway is told to end."""

TEMPLATES = {"project.yaml": "project_template.yaml", "bounty.yaml": "bounty_template.yaml"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "init")(init)
    command(app, "demo")(demo)
    command(app, "up")(up)
    command(app, "gateway")(gateway)
    command(app, "doctor")(doctor)
    command(app, "deploy")(deploy)
    command(app, "keystore")(keystore_create)


def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the templates go.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write commented templates of a project and a bounty, to be filled in."""
    from importlib.resources import files

    from resonance_dao.cli.files import make_folder, write_text

    run: Run = ctx.obj
    written = []
    for name in TEMPLATES:
        target = folder / name
        if target.exists() and not force:
            raise InputInvalid(
                "file", str(target), "is there already", hint="Use --force, or another folder."
            )
        written.append(str(target))
    make_folder(folder)
    for name, template in TEMPLATES.items():
        write_text(folder / name, files("resonance_dao.workflows").joinpath(template).read_text("utf-8"))
    run.output.result({"written": written}, [("written", name) for name in written])


def demo(
    ctx: typer.Context,
    home: Annotated[Path, typer.Option("--home", help="Folder for the demo's data; emptied first.")] = Path(
        ".resonance/demo"
    ),
) -> None:
    """Play the whole story on a chain of its own, audit it, and end by itself."""
    from resonance_dao.cli.demo.story import play
    from resonance_dao.cli.demo.theatre import Theatre

    run: Run = ctx.obj
    with Theatre.open(home, run.output) as theatre:
        verdict = play(theatre)
    if not verdict:
        raise typer.Exit(VERDICT_FAILED)


def up(
    ctx: typer.Context,
    home: Annotated[Path, typer.Option("--home", help="Folder for the data; emptied first.")] = Path(
        ".resonance/up"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="The gateway's port.")] = 8700,
    rpc_port: Annotated[int, typer.Option("--rpc-port", min=0, max=65_535, help="The chain's port.")] = 8545,
) -> None:
    """Start a development chain and the gateway, play the story, and stay up until Ctrl-C."""
    from resonance_dao.cli.demo.story import play
    from resonance_dao.cli.demo.theatre import Theatre

    run: Run = ctx.obj
    with Theatre.open(home, run.output, port=port, rpc_port=rpc_port) as theatre:
        play(theatre)
        theatre.stay_up()


def gateway(
    ctx: typer.Context,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Start although chain, contracts or key are missing, and try again."),
    ] = False,
) -> None:
    """
    Run the gateway on the chain, the database and the operator's key of the settings, until Ctrl-C.

    It ends at once where the chain does not answer (5), nothing is deployed (6), or no key is named (3).
    """
    import os

    import uvicorn

    from resonance_dao.cli.connections import Connection, most
    from resonance_dao.gateway_settings import GatewaySettings
    from resonance_dao.settings import SETTINGS_FILE

    run: Run = ctx.obj
    settings = run.toolkit.settings
    if not wait:
        _require_parts(run.toolkit)
    os.environ.update(run.changes)  # The gateway reads its settings anew, from the environment.
    proxies = GatewaySettings.load(os.environ, SETTINGS_FILE).proxies
    run.output.say(
        f"Gateway at http://{settings.host}:{settings.port}",
        f"ゲートウェイ http://{settings.host}:{settings.port}",
    )
    uvicorn.run(
        "frontend_api.app:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        # Unasked, uvicorn believes whatever comes from the loopback, as everything behind a tunnel does.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GRACE_S,
        http=Connection,
        limit_concurrency=most(),
        access_log=False,
        log_level="warning",
    )


def _require_parts(kit: Toolkit) -> None:
    """Build what every request needs: what is missing now is said now, not in a log that nobody reads."""
    kit.endpoint.block()
    _ = kit.system, kit.operator


def doctor(ctx: typer.Context) -> None:
    """Check every part this machine needs, and say how to mend what is missing."""
    from resonance_dao.cli.diagnosis import diagnose
    from resonance_dao.cli.messages import next_step

    run: Run = ctx.obj
    findings = diagnose(run.toolkit)
    for finding in findings:
        run.output.mark(finding.ok, f"{finding.part}: {finding.found}")
        if step := next_step(finding.code, finding.fix, run.output.language):
            run.output.say(f"      next: {step}", f"      次に: {step}")
    if run.output.as_json:
        run.output.result({"findings": [finding.to_dict() for finding in findings]})
    if not all(finding.ok or finding.optional for finding in findings):
        raise typer.Exit(VERDICT_FAILED)


def deploy(
    ctx: typer.Context,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="The development chain was restarted: begin anew.")
    ] = False,
    confirm: Annotated[
        str, typer.Option("--chain", help="The chain's id, to confirm it; needed off development.")
    ] = "",
) -> None:
    """Deploy the contracts: planned, resumable, and only what is not there yet."""
    from resonance_dao.chain.book import Book
    from resonance_dao.chain.deployment import run as run_plan
    from resonance_dao.chain.deployment import survey
    from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS

    run: Run = ctx.obj
    kit = run.toolkit
    plan = survey(kit.plan, kit.chain)
    if dry_run:
        run.output.result(plan.to_dict(), [("plan", "\n" + plan.to_text())])
        return
    if kit.chain_id not in DEVELOPMENT_CHAINS and confirm != str(kit.chain_id):
        raise InputInvalid(
            "--chain", confirm, f"must be {kit.chain_id}: type the id of the chain you deploy to"
        )
    book = Book.load(kit.settings.deployments, kit.chain, fresh=fresh)
    book = run_plan(
        plan,
        kit.chain,
        run.signer(keystore, dev),
        book,
        lambda step: run.output.progress(step.number, step.total, f"{step.name}: {step.state}"),
    )
    run.output.result(book.to_dict(), [(name, book.address(name)) for name in book.names()])


def keystore_create(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="The new file.")]) -> None:
    """Make a new wallet in a keystore file (version 3, encrypted); prints its address and never its key."""
    import os

    from resonance_dao.chain.keystore import create_keystore, password_source
    from resonance_dao.cli.running import ask_new_password

    run: Run = ctx.obj
    address = create_keystore(file, password_source(os.environ, ask_new_password)())
    run.output.result({"address": address, "file": str(file)})
