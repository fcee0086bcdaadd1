"""`resonance relayer`: how the sending side stands, calling a request back, and going on after a halt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import CODES
from resonance_dao.cli.options import DryRun
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import ChainUnreachable, NotFound

if TYPE_CHECKING:
    from resonance_dao.chain.client import RpcChain
    from resonance_dao.journal.database import Database
    from resonance_dao.workflows.relayer_status import KeyStatus, OperationStatus, RelayerStatus

_COIN = 18
_GWEI = 9


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The keys that relay, and what they have under way.", no_args_is_help=True)
    command(group, "status")(status)
    command(group, "cancel")(cancel)
    command(group, "resume")(resume)
    command(group, "vouch")(vouch)
    app.add_typer(group, name="relayer")


def status(ctx: typer.Context) -> None:
    """
    Show every key, what is under way, what today has cost, and alarms. Opens no key. Where the chain does not
    answer, the journal alone is shown, and the exit code is 5.
    """
    from resonance_dao.workflows.keyring import address_of, parts
    from resonance_dao.workflows.relayer_status import DayLimits, relayer_status

    run: Run = ctx.obj
    settings, database, chain = run.toolkit.settings, _database(run), _chain(run)
    named = [address for name in parts(settings.relayer_keys or "") if (address := address_of(name))]
    limits = DayLimits(settings.outlay_key_wei, settings.outlay_route_wei, settings.balance_min_wei)
    found = relayer_status(database, chain, named, limits, _now(chain))
    _show(run, found)
    if run.output.as_json:
        run.output.result({"chain_answers": chain is not None, **found.to_dict()})
    if chain is None:
        raise typer.Exit(CODES[ChainUnreachable])


def cancel(
    ctx: typer.Context,
    record: Annotated[int, typer.Argument(min=1, help="The request's number.")],
    dry_run: DryRun = False,
) -> None:
    """
    Call a request back. One that waits is refused; for one that may have been sent, nothing is sent at the
    same nonce for more, and what is mined first decides.
    """
    import time

    from resonance_dao.journal import cancelling
    from resonance_dao.journal.operation import QUEUED

    run: Run = ctx.obj
    database = _database(run)
    found = cancelling.cancellable(database, record)
    if not dry_run:
        found = cancelling.ask(database, record, int(time.time()))
    waits = found.state == QUEUED
    what = {
        "record": record,
        "state": found.state,
        "sender": None if waits else found.sender,
        "nonce": found.nonce,
        "asked": not dry_run,
    }
    if waits:
        run.output.say(
            "It was not sent yet: it is refused, and that is told in the record.",
            "まだ送信されていません。拒否として記録されます。",
        )
    else:
        run.output.say(
            "It may have been sent: nothing is sent at its nonce for more. What is mined first decides.",
            "送信済みの可能性があります。同じナンスで空の取引をより高い手数料で送り、先に採掘された方が有効です。",
        )
    run.output.result(what)


def resume(
    ctx: typer.Context,
    block: Annotated[int, typer.Option("--block", min=0, help="The chain's block to take for final.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is published in the log.")],
    dry_run: DryRun = False,
) -> None:
    """
    Go on after the chain was reorganised below what was final: you have compared the records with the chain
    and decide. Nothing is sent again. The record names the operator's account and the reason. Where the log
    has lost records that were final, it stays stopped.
    """
    from resonance_dao.workflows import resuming

    run: Run = ctx.obj
    _database(run)
    kit = run.toolkit
    told = resuming.resume(kit.journal, kit.chain, block, reason, kit.now(), dry_run=dry_run)
    if dry_run:
        run.output.say(
            "It can be resumed there; nothing was done.", "再開できます。まだ何も変更していません。"
        )
    else:
        run.output.say(
            "It is told in the record. Restart the gateway: it goes on from there. A key whose transactions "
            "the chain has lost waits until you have used up their nonces, or named another key.",
            "記録に残しました。ゲートウェイを再起動すると、そこから再開します。チェーンから失われた取引のナンスは、"
            "運営者が使い切るか、別の鍵に替えるまで、その鍵の送信は待機します。",
        )
    run.output.result({**told.to_dict(), "resumed": not dry_run})


def vouch(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is published in the log.")],
    dry_run: DryRun = False,
) -> None:
    """
    Go on after the publisher's key sent what the journal does not know: you found out that it was you. What
    a stranger sent is no reason to go on: begin with another key then. Requests whose turn was used up are
    told as lost. The record names the operator's account and the reason.
    """
    from resonance_dao.workflows import resuming

    run: Run = ctx.obj
    _database(run)
    kit = run.toolkit
    told = resuming.vouch(kit.journal, kit.chain, reason, kit.now(), dry_run=dry_run)
    if dry_run:
        run.output.say("It can be vouched for; nothing was done.", "承認できます。まだ何も変更していません。")
    else:
        run.output.say(
            "It is told in the record. Restart the gateway: it goes on after what the key has sent.",
            "記録に残しました。ゲートウェイを再起動すると、その続きから再開します。",
        )
    run.output.result({**told.to_dict(), "vouched": not dry_run})


def _show(run: Run, found: RelayerStatus) -> None:
    output = run.output
    head = ("key", "role", "in flight", "mined", "next nonce", "on chain", "coin", "paid today", "of")
    if found.keys:
        output.table(head, [_key(key) for key in found.keys])
    else:
        output.say(
            "No key has sent yet, and none is named beside the operator's.",
            "まだどの鍵も送信しておらず、運用者の鍵のほかに指定された鍵もありません。",
        )
    if found.operations:
        head = ("record", "purpose", "state", "key", "nonce", "attempts", "gwei per gas", "waits s", "")
        output.table(head, [_operation(one) for one in found.operations])
    else:
        output.say("Nothing is under way.", "送信中のものはありません。")
    for alarm in found.alarms:
        number, code, about = alarm["disclosure"], alarm["reason_code"], alarm["subject"]
        output.say(f"  alarm: {code} {about} (record {number})", f"  警報: {code} {about}(記録 {number})")


def _key(key: KeyStatus) -> tuple[object, ...]:
    role = key.role + (f" ({key.reason_code})" if key.reason_code else "")
    coin = _coin(key.balance) + (" !" if key.is_poor else "")
    nonces = (_or(key.next_nonce), _or(key.chain_nonce))
    paid = (_coin(key.outlay_today), _coin(key.outlay_limit))
    return (key.address, role, key.in_flight, key.mined, *nonces, coin, *paid)


def _operation(one: OperationStatus) -> tuple[object, ...]:
    from resonance_dao.economy.money import format_amount

    price, note = format_amount(one.max_fee, _GWEI), "cancelling" if one.cancelling else ""
    first = (_or(one.record), one.purpose, one.state, one.sender, _or(one.nonce))
    return (*first, one.attempts, price, one.waits_s, note)


def _coin(wei: int | None) -> str:
    from resonance_dao.economy.money import format_amount

    return "-" if wei is None else format_amount(wei, _COIN)


def _or(value: object) -> str:
    return "-" if value is None else str(value)


def _database(run: Run) -> Database:
    from pathlib import Path

    from resonance_dao.journal.database import parse_url

    url = parse_url(run.toolkit.settings.journal_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise NotFound(
            f"there is no journal at {url.database}",
            hint="Name the gateway's folder in RESONANCE_HOME, or its RESONANCE_DATABASE_URL.",
        )
    return run.toolkit.database


def _chain(run: Run) -> RpcChain | None:
    chain = run.toolkit.endpoint
    try:
        chain.block()
    except ChainUnreachable as exc:
        run.output.say(
            f"The chain does not answer, so nonces and coin are unknown: {exc}",
            "チェーンに接続できないため、ナンスと残高は不明です。",
        )
        return None
    return chain


def _now(chain: RpcChain | None) -> int:
    """Return the time that outlays count by: a development chain's own, which may travel."""
    import time

    from resonance_dao.chain.chain import identify
    from resonance_dao.chain.signer import DEV_CHAIN_IDS

    if chain is not None and identify(chain).chain_id in DEV_CHAIN_IDS:
        return chain.block("pending").timestamp
    return int(time.time())
