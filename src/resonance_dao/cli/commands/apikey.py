"""`resonance apikey`: keys for machines that use the gateway, made, listed and revoked by its operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import DryRun
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.journal.api_keys import ApiKey


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="API keys of machines that use the gateway.", no_args_is_help=True)
    command(group, "create")(create)
    command(group, "list")(list_keys)
    command(group, "revoke")(revoke)
    app.add_typer(group, name="apikey")


def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose key it is, in your words.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="relay, evidence, report, metrics, or operate: all of them; may be repeated."
        ),
    ] = None,
    valid_for: Annotated[
        str, typer.Option("--valid-for", help="How long it opens anything, such as 90d; default: for good.")
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """Make a key and print it once: only its hash is kept."""
    import secrets
    import time

    from resonance_dao.journal.api_keys import ApiKeys
    from resonance_dao.workflows.duration import parse_duration
    from resonance_dao.workflows.machine_keys import new_key

    run, now = ctx.obj, int(time.time())
    until = now + parse_duration(valid_for, field="--valid-for") if valid_for else None
    text, key = new_key(name, scope or ["relay"], now=now, random=secrets.token_bytes, until=until)
    if dry_run:
        run.output.result(_shown(key, now), list(_shown(key, now).items()))
        return
    ApiKeys(run.toolkit.database).add(key)
    run.output.say(
        "Keep it where your other secrets are: it is not shown again.",
        "他の秘密情報と同じ場所に保管してください。二度と表示されません。",
    )
    run.output.result({**_shown(key, now), "key": text}, [("id", key.id), ("key", text)])


def list_keys(ctx: typer.Context) -> None:
    """List every key there ever was, with what it is for and whether it still opens anything."""
    import time

    from resonance_dao.journal.api_keys import ApiKeys

    run: Run = ctx.obj
    now = int(time.time())
    keys = [_shown(key, now) for key in ApiKeys(run.toolkit.database).all()]
    head = ("id", "name", "scopes", "state")
    run.output.table(head, [[str(key[column]) for column in head] for key in keys])
    if run.output.as_json:
        run.output.result({"keys": keys})


def revoke(
    ctx: typer.Context,
    key_id: Annotated[str, typer.Argument(help="The key's id, as `apikey list` shows it.")],
) -> None:
    """Revoke a key; within a second it opens nothing any more."""
    import time

    from resonance_dao.journal.api_keys import ApiKeys

    run, now = ctx.obj, int(time.time())
    key = ApiKeys(run.toolkit.database).revoke(key_id, now)
    run.output.result(_shown(key, now), [("revoked", key.id), ("name", key.name)])


def _shown(key: ApiKey, now: int) -> dict[str, object]:
    state = "revoked" if key.revoked_at is not None else "valid" if key.is_valid(now) else "ended"
    times = {"created_at": key.created_at, "until": key.until, "revoked_at": key.revoked_at}
    return {"id": key.id, "name": key.name, "scopes": " ".join(key.scopes), "state": state, **times}
