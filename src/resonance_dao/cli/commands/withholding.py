"""`resonance withholding`: schedules of tax withheld at the source. Not legal advice."""

from __future__ import annotations

from typing import Annotated

import typer

from resonance_dao.cli.options import Dev, DryRun, Keystore, account
from resonance_dao.cli.running import Run, command

Schedule = Annotated[str, typer.Argument(help="The schedule's id, as terms name it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Tax withheld at the source, by registered schedules.", no_args_is_help=True)
    command(group, "register")(register_schedule)
    command(group, "show")(show)
    command(group, "tax")(tax)
    app.add_typer(group, name="withholding")


def register_schedule(
    ctx: typer.Context,
    token: Annotated[str, typer.Option("--token", help="The token; its unit is the country's currency.")],
    collector: Annotated[str, typer.Option("--collector", help="Who is credited with the tax and pays it.")],
    country: Annotated[str, typer.Option("--country", help="Whose rates: a code of two letters.")] = "JP",
    kind: Annotated[str, typer.Option("--kind", help="Which rates of the country's data.")] = "ordinary",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Register a country's rates as a schedule that terms can name. Anyone may; it never changes."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import withholding

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    coin, office = account(token, "--token"), account(collector, "--collector")
    schedule = withholding.country_schedule(run.system, country, kind, coin, office)
    identity = withholding.schedule_id(run.system, schedule)
    run.output.say(
        "Not legal advice: ask a tax accountant which rates apply.",
        "法的助言ではありません。適用される税率は税務署または税理士に確認してください。",
    )
    if withholding.is_registered(run.system, identity):
        run.output.result({"schedule": identity, "transaction": None})
        return
    action = withholding.registering(run.system, schedule)
    send(run, [action], signer, dry_run=dry_run, schedule=identity)


def show(ctx: typer.Context, schedule: Schedule) -> None:
    """Show a schedule: who collects, and which rates from when."""
    from dataclasses import asdict
    from datetime import datetime, timezone

    from resonance_dao.economy.money import format_share
    from resonance_dao.workflows import withholding
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    found = withholding.schedule(run.system, schedule)
    lines = [("label", found.label), ("token", found.token), ("collector", found.collector)]
    run.output.result({"schedule": plain(asdict(found))}, lines)
    rows = [
        (
            datetime.fromtimestamp(bracket.start, tz=timezone.utc).isoformat(),
            f"{bracket.from_units:,}",
            f"{bracket.fixed_units:,}",
            format_share(bracket.rate_bps),
        )
        for bracket in found.brackets
    ]
    run.output.table(("in force from", "above, units", "fixed, units", "rate"), rows)


def tax(
    ctx: typer.Context,
    schedule: Schedule,
    amount: Annotated[str, typer.Option("--amount", help="One payment before tax, in the token.")],
) -> None:
    """Show what a schedule takes of a payment made now."""
    from resonance_dao.economy.money import format_amount, parse_amount
    from resonance_dao.workflows import withholding

    run: Run = ctx.obj
    token = run.system.token_facts(withholding.schedule(run.system, schedule).token)
    units = parse_amount(amount, token.decimals, field="--amount")
    seen = withholding.tax_preview(run.system, schedule, units)
    amounts = {"gross": seen.withheld.gross, "tax": seen.withheld.tax, "net": seen.withheld.net}
    shown = [
        (name, f"{format_amount(value, token.decimals, group=True)} {token.symbol}")
        for name, value in amounts.items()
    ]
    told = {name: str(value) for name, value in amounts.items()}
    run.output.result({**told, "collector": seen.collector}, [*shown, ("collector", seen.collector)])
