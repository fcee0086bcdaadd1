"""`resonance bounty simulate`: who can get what and when, before anything is signed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.cli.output import Output
from resonance_dao.cli.running import Run

if TYPE_CHECKING:
    from resonance_dao.workflows.bounty_file import BountyFile
    from resonance_dao.workflows.simulating import Facts, Simulation

DECIMALS = 18
SYMBOL = "coins"

_CASES = {
    "nothing": ("nothing achieved", "達成0%"),
    "silence": ("nobody reports", "報告なし"),
    "target": ("targets reached", "目標達成"),
    "cap": ("caps reached", "上限達成"),
}


def simulate_bounty(  # noqa: PLR0913 - each is an option of the command
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The bounty file; `resonance init` writes a template.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    notice: Annotated[
        bool, typer.Option("--notice", help="Print the written notice to a freelancer.")
    ] = False,
    language: Annotated[str, typer.Option("--lang", help="Language: en or ja.")] = "",
    at: Annotated[
        str, typer.Option("--at", help="When it opens, ISO 8601 with offset; now if left out.")
    ] = "",
    decimals: Annotated[
        int, typer.Option("--decimals", min=0, max=36, help="The pay token's decimals; --rpc reads them.")
    ] = DECIMALS,
    symbol: Annotated[str, typer.Option("--symbol", help="The pay token's symbol; --rpc reads it.")] = SYMBOL,
    funder: Annotated[str, typer.Option("--funder", help="The account that would open the bounty.")] = "",
    collector: Annotated[
        str, typer.Option("--collector", help="Who collects the tax of the schedule that the file names.")
    ] = "",
    bid: Annotated[
        str,
        typer.Option("--bid", help="What an application agrees on, in whole coins; the amount if left out."),
    ] = "",
    client: Annotated[str, typer.Option("--client", help="The client's name in the notice.")] = "",
    worker: Annotated[str, typer.Option("--worker", help="The worker's name in the notice.")] = "",
) -> None:
    """Show who can get what and when, from the file alone: no chain, no wallet, nothing is signed."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.workflows import notice as notices
    from resonance_dao.workflows.bounty_file import read_bounty
    from resonance_dao.workflows.simulating import simulate

    run: Run = ctx.obj
    _settle_output(run.output, as_json, language)
    bounty = read_bounty(read_text(file))
    facts = _facts(run, bounty, at, decimals, symbol, funder, collector, bid)
    found = simulate(bounty, facts)
    value = found.to_dict()
    if notice:
        parties = notices.Parties(client or None, worker or None)
        written = notices.notice(found, parties, run.output.language)
        value["notice"] = {"language": written.language, "text": written.text}
        if not run.output.as_json:
            run.output.say(written.text.rstrip("\n"))
            return
    _show(run.output, found, value)


def _settle_output(output: Output, as_json: bool, language: str) -> None:
    if language not in {"", "en", "ja"}:
        raise typer.BadParameter("must be en or ja", param_hint="--lang")
    output.as_json = output.as_json or as_json
    output.language = language or output.language


def _facts(
    run: Run, bounty: BountyFile, at: str, decimals: int, symbol: str, funder: str, collector: str, bid: str
) -> Facts:
    import time

    from resonance_dao.cli.options import account
    from resonance_dao.workflows.duration import parse_moment
    from resonance_dao.workflows.simulating import Facts, bid_of, schedule_of

    online = "RESONANCE_RPC_URL" in run.changes
    if online:
        told = run.system.token_facts(bounty.pay.token)
        decimals, symbol = told.decimals, told.symbol
    now, identity, schedule = int(time.time()), bounty.pay.withholding, None
    if online:
        now = run.system.now()
    if identity and online:
        from resonance_dao.workflows import withholding

        schedule = withholding.schedule(run.system, identity)
    elif identity and collector:
        payer = account(collector, "--collector")
        schedule = schedule_of(identity, bounty.pay.token, decimals, payer)
    return Facts(
        now=parse_moment(at, now, field="--at") if at else now,
        decimals=decimals,
        symbol=symbol,
        funder=account(funder, "--funder") if funder else None,
        schedule=schedule,
        is_token_read=online,
        bid=bid_of(bid, decimals) if bid else None,
    )


def _show(output: Output, found: Simulation, value: dict[str, Any]) -> None:
    output.result(value, _lines(output, found))
    _show_outcomes(output, found)
    _show_dates(output, found)
    for role in found.roles:
        if not output.as_json:
            output.result({}, [(role.title[output.language], ", ".join(role.accounts) or "-")])
            for words in role.can:
                output.say(f"    - {words['en']}", f"    - {words['ja']}")
    for alarm in found.alarms:
        output.say(
            f"warning [{alarm.code}]: {alarm.words['en']}", f"注意 [{alarm.code}]: {alarm.words['ja']}"
        )
    output.say("Not legal advice (法的助言ではありません).", "法的助言ではありません。")


def _lines(output: Output, found: Simulation) -> list[tuple[str, object]]:
    coins, sums, terms = found.facts.coins, found.totals, found.terms
    words = _Words(output.language)
    lines: list[tuple[str, object]] = [
        (words("bounty", "懸賞"), getattr(found.bounty.title, output.language)),
        (words("terms", "条件書"), f"ipfs://{terms.document}"),
        (words("token", "トークン"), _token(found, words)),
        (words("award", "報酬"), f"{coins(terms.amount)} x {terms.max_awards}"),
        (words("guaranteed", "最低保証"), coins(terms.guaranteed)),
        (words("escrowed", "預託額"), coins(sums.escrowed)),
        (
            words("paid if every award is won", "全枠採用時の支払額"),
            f"{coins(sums.least_paid)} - {coins(sums.most_paid)}",
        ),
        (
            words("returned if every award is won", "全枠採用時の返還額"),
            f"{coins(sums.least_returned)} - {coins(sums.most_returned_if_won)}",
        ),
        (words("returned if no work is accepted", "採用なしの返還額"), coins(sums.most_returned)),
        (words("project tokens per award", "1件あたりのプロジェクトトークン"), found.bounty.project_tokens),
        *_caps(found, words),
    ]
    if found.preset:
        lines += [
            (words("preset's base beyond its promise", "基本分の端数調整"), coins(found.preset.extra_base)),
            (
                words("preset's success beyond its promise", "成果分の端数調整"),
                coins(found.preset.extra_success),
            ),
        ]
    return lines


def _caps(found: Simulation, words: _Words) -> list[tuple[str, object]]:
    from resonance_dao.economy.money import format_share

    lines: list[tuple[str, object]] = []
    for name, cap in found.caps.items():
        share, most = format_share(cap.share_bps), format_share(cap.cap_bps)
        en = f"{share} of the award at a measured {cap.target}; "
        ja = f"測定値 {cap.target} で報酬の{share}。"
        if cap.capped_at == cap.target:
            en, ja = f"{en}more does not count", f"{ja}それを超える分は数えない"
        else:
            en, ja = (
                f"{en}the cap is {most} of that, at {cap.capped_at}",
                f"{ja}上限は測定値 {cap.capped_at} でその{most}",
            )
        title = words(*_PARTS[name])
        lines.append((words(f"{title}: target and cap", f"{title}:目標と上限"), words(en, ja)))
    return lines


def _token(found: Simulation, words: _Words) -> str:
    facts = found.facts
    read = (
        ""
        if facts.is_token_read
        else words(" (given or assumed, not read)", "(チェーンから取得していません)")
    )
    return f"{found.terms.token}, {facts.decimals} decimals{read}"


def _show_outcomes(output: Output, found: Simulation) -> None:
    from resonance_dao.economy.money import format_amount
    from resonance_dao.workflows.simulating import multiplier_text

    words = _Words(output.language)

    def units(amount: int) -> str:
        return format_amount(amount, found.facts.decimals, group=True)

    head = (
        words("case", "場合"),
        words("multiplier", "倍率"),
        words("base", "基本"),
        words("success", "成果"),
        words("long-term", "長期"),
        words("top-up", "補填"),
        words("gross", "税引前"),
        words("tax", "源泉税"),
        words("net", "手取り"),
        words("returned", "返還"),
    )
    rows = [
        (
            words(*_CASES[row.case]),
            multiplier_text(row.multiplier_bps),
            *map(units, (row.done.base, row.done.success, row.done.long_term, row.done.top_up)),
            *map(units, (row.paid, row.tax, row.net, row.done.returned)),
        )
        for row in found.outcomes
    ]
    title = words(f"one award, {found.facts.symbol}, one payee", f"1件、{found.facts.symbol}、受取人1名")
    output.table(head, rows, title)


def _show_dates(output: Output, found: Simulation) -> None:
    from resonance_dao.workflows.notice import shown_zone

    words, zone = _Words(output.language), shown_zone(output.language, found.facts.country)

    def moment(time: int | None) -> str:
        return "-" if time is None else datetime.fromtimestamp(time, zone).isoformat(sep=" ")

    head = (
        words("window", "期間"),
        words("from", "開始"),
        words("until before", "終了(含まない)"),
        words("who acts", "行動する人"),
        words("silence means", "何もしなければ"),
    )
    rows = [
        (
            row.title[output.language],
            moment(row.start),
            moment(row.end),
            *(text[output.language] for text in (row.who, row.silence)),
        )
        for row in found.timeline
    ]
    output.table(head, rows, words("work handed in at the last second", "期限直前に提出された場合"))
    ways = (found.in_silence, found.undisputed, found.at_latest)
    paid = [
        (words(*names), *(moment(getattr(times, name)) for times in ways))
        for name, names in _PARTS.items()
        if name in _paid_parts(found)
    ]
    ways_head = (
        words("can be paid from", "支払可能になる時"),
        words("when all are silent", "全員が沈黙した場合"),
        words("at the latest without dispute", "争いがなければ遅くとも"),
        words("at the very latest", "最も遅い場合"),
    )
    output.table(ways_head, paid)


def _paid_parts(found: Simulation) -> set[str]:
    shares = dict(zip(_PARTS, found.terms.shares_bps, strict=False))
    return {name for name, share in shares.items() if share} | (
        {"top_up"} if found.terms.guaranteed else set()
    )


_PARTS = {
    "base": ("base", "基本"),
    "success": ("success", "成果"),
    "long_term": ("long-term", "長期"),
    "top_up": ("top-up", "補填"),
}


class _Words:
    """Picks the language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, en: str, ja: str) -> str:
        return ja if self._language == "ja" else en
