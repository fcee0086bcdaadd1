"""`resonance monitor`: watch a publisher's log from outside, and raise an alarm when it is not one log."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import ChainUnreachable, EvidenceUnavailable, InputInvalid

if TYPE_CHECKING:
    from resonance_dao.transparency.receipt import SignedReceipt
    from resonance_dao.workflows.monitoring.alarm import Alarm
    from resonance_dao.workflows.monitoring.gateway_view import GatewayView
    from resonance_dao.workflows.monitoring.monitor import Monitor
    from resonance_dao.workflows.monitoring.state import MonitorState

_DEPTH = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "monitor")(monitor)


def monitor(  # noqa: PLR0913 - a monitor has these options
    ctx: typer.Context,
    gateways: Annotated[
        list[str] | None, typer.Argument(help="Gateways of the publisher, by URL; none: the chain alone.")
    ] = None,
    state_file: Annotated[
        Path, typer.Option("--state", help="Where the monitor remembers what it saw.")
    ] = Path("monitor.json"),
    publisher: Annotated[
        str,
        typer.Option(
            "--publisher", help="The log's publisher; first round only, default: as a gateway says."
        ),
    ] = "",
    log: Annotated[
        str, typer.Option("--log", help="The log; first round only, default: as a gateway says.")
    ] = "",
    receipts: Annotated[
        Path | None, typer.Option("--receipts", help="A folder of receipts (*.json) that must be kept.")
    ] = None,
    ipfs: Annotated[
        str,
        typer.Option(
            "--ipfs",
            help="Fetch each batch's manifest, and records where needed, from this gateway or folder.",
        ),
    ] = "",
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="A folder to keep each alarm with its evidence in.")
    ] = None,
    every_s: Annotated[float, typer.Option("--every", min=0.1, help="Seconds between rounds.")] = 60,
    rounds: Annotated[int, typer.Option("--rounds", min=0, help="How many rounds; 0: until Ctrl-C.")] = 0,
    until_alarm: Annotated[bool, typer.Option("--until-alarm", help="End with the first alarm.")] = False,
    confirmations: Annotated[
        int | None,
        typer.Option("--confirmations", min=0, help="How deep a block must lie; default: by chain."),
    ] = None,
    first_block: Annotated[int, typer.Option("--from-block", min=0, help="Where the log began.")] = 0,
) -> None:
    """
    Watch the chain and its gateways for a split view, missing anchors and broken promises.

    Each alarm is one line, of JSON with --json, told once; the exit code is 1 when there was any.
    """
    from resonance_dao.workflows.log_contract import BATCHED
    from resonance_dao.workflows.monitoring.gateway_view import GatewayView
    from resonance_dao.workflows.monitoring.state import load

    run: Run = ctx.obj
    views = [GatewayView(url) for url in gateways or []]
    try:
        state = load(state_file)
        whole = _monitor(run, state, views, publisher, log)
        whole.receipts = _receipts(receipts)
        whole.first_block = first_block
        whole.confirmations = _depth(run) if confirmations is None else confirmations
        if ipfs:
            from resonance_dao.cli.commands.log import block_source

            whole.source = block_source(ipfs)
        elif whole.log.artifact.name == BATCHED:
            raise InputInvalid(
                "--ipfs", ipfs, "must say where the records are kept: this log holds batches only"
            )
        places = Places(state_file, evidence)
        raised = _watch(run, whole, state, places, rounds, every_s, until_alarm=until_alarm)
    finally:
        for view in views:
            view.close()
    if raised:
        raise typer.Exit(VERDICT_FAILED)


@dataclass(frozen=True)
class Places:
    """Where the monitor remembers, and where it keeps evidence, if anywhere."""

    state: Path
    evidence: Path | None

    def keep(self, alarms: Sequence[Alarm]) -> None:
        """Write each alarm to a file that is named by what it is about: told again, it is the same file."""
        from resonance_dao.cli.files import write_text

        if self.evidence is None:
            return
        self.evidence.mkdir(parents=True, exist_ok=True)
        for alarm in alarms:
            name = f"{alarm.code}-{sha256(alarm.key.encode()).hexdigest()[:16]}.json"
            write_text(self.evidence / name, json.dumps(alarm.to_dict(), indent=2) + "\n")


def _watch(
    run: Run,
    whole: Monitor,
    state: MonitorState | None,
    places: Places,
    rounds: int,
    every_s: float,
    *,
    until_alarm: bool,
) -> int:
    from resonance_dao.workflows.monitoring.state import save

    raised = number = 0
    while True:
        number += 1
        try:
            state, alarms = whole.round(state)
        except ChainUnreachable as exc:
            if number == rounds:
                raise
            run.output.say(f"  {exc}", f"  接続できません: {exc}")
        else:
            places.keep(alarms)
            for alarm in alarms:
                run.output.event(alarm.to_dict(), f"ALARM {alarm.to_text(run.output.language)}")
            # Told first: what a crash comes between is told again, never lost.
            save(state, places.state)
            raised += len(alarms)
            _say_round(run, state, len(alarms))
        if number == rounds or (raised and until_alarm):
            return raised
        time.sleep(every_s)


def _say_round(run: Run, state: MonitorState, alarms: int) -> None:
    size, waiting = state.records, len(state.promises)
    run.output.say(
        f"  block {state.block}: {size} records in the log, {waiting} promises open, {alarms} alarms",
        f"  ブロック {state.block}: 記録 {size} 件、未決の約束 {waiting} 件、警報 {alarms} 件",
    )


def _monitor(
    run: Run, state: MonitorState | None, views: Sequence[GatewayView], publisher: str, log: str
) -> Monitor:
    from resonance_dao.transparency.address import checksum
    from resonance_dao.workflows.log_contract import log_on
    from resonance_dao.workflows.monitoring.monitor import Monitor

    said: dict[str, Any] = {"publisher": publisher, "log": log}
    if state is not None:
        said = {name: given or getattr(state, name) for name, given in said.items()}
    elif views and not all(said.values()):
        reach = _reach(views[0])
        said = {name: given or reach[name] for name, given in said.items()}
    for name, value in said.items():
        if not value:
            raise InputInvalid(f"--{name}", value, "must be given where no gateway and no state says it")
    log_contract = log_on(run.toolkit.endpoint, checksum(said["log"], "--log"))
    return Monitor(run.toolkit.endpoint, log_contract, checksum(said["publisher"], "--publisher"), views)


def _reach(view: GatewayView) -> Mapping[str, Any]:
    """Ask the first gateway whose log it is; that it does not answer is told with what helps."""
    try:
        return view.reach()
    except EvidenceUnavailable as exc:
        hint = (
            "Is the gateway's address right, and does it run? With --publisher ADDRESS and --log ADDRESS the "
            "monitor starts without it, watches the chain, and tells when it is unreachable."
        )
        raise EvidenceUnavailable(str(exc), hint=hint, **exc.details) from exc


def _receipts(folder: Path | None) -> list[SignedReceipt]:
    from resonance_dao.cli.commands.verify import read_receipt

    if folder is None:
        return []
    if not folder.is_dir():
        raise InputInvalid("--receipts", str(folder), "must be a folder")
    return [read_receipt(path) for path in sorted(folder.glob("*.json"))]


def _depth(run: Run) -> int:
    from resonance_dao.chain.chain import integer
    from resonance_dao.chain.signer import DEV_CHAIN_IDS

    chain_id = integer(run.toolkit.endpoint.request("eth_chainId"))
    return 0 if chain_id in DEV_CHAIN_IDS else _DEPTH
