"""`resonance webhook`: who is told what became of requests, as the operator wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.options import DryRun
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.journal.webhooks import Backlog, Webhook


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Programs that are told what became of requests.", no_args_is_help=True)
    command(group, "add")(add)
    command(group, "list")(list_webhooks)
    command(group, "test")(test)
    command(group, "remove")(remove)
    app.add_typer(group, name="webhook")


def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Where to post: https, on a public address.")],
    on: Annotated[
        list[str] | None,
        typer.Option("--on", help="outcome, alarm or record; may be repeated. Default: outcome."),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Tell a URL of what is recorded from now on; prints the secret of its signatures once."""
    import secrets
    import time

    from resonance_dao.journal.webhooks import Webhooks
    from resonance_dao.workflows.webhooks.telling import new_webhook

    run: Run = ctx.obj
    text, hook = new_webhook(url, on or (), now=int(time.time()), random=secrets.token_bytes)
    if dry_run:
        run.output.result(_shown(hook, None))
        return
    Webhooks(run.toolkit.database).add(hook)
    run.output.say(
        "Give the secret to the receiver: it is not shown again. See `resonance webhook test`.",
        "秘密は受信側に設定してください。二度と表示されません。`resonance webhook test` で試せます。",
    )
    run.output.result({**_shown(hook, None), "secret": text}, [("id", hook.id), ("secret", text)])


def list_webhooks(ctx: typer.Context) -> None:
    """List every webhook there ever was, with what it was not told of yet and its last failure."""
    from resonance_dao.journal.webhooks import Webhooks

    run: Run = ctx.obj
    webhooks = Webhooks(run.toolkit.database)
    backlogs = webhooks.backlogs()
    found = [_shown(hook, backlogs.get(hook.id)) for hook in webhooks.all()]
    head = ("id", "url", "topics", "state", "waiting", "given_up", "error")
    run.output.table(head, [[str(hook[column] or "") for column in head] for hook in found])
    if run.output.as_json:
        run.output.result({"webhooks": found})


def test(
    ctx: typer.Context,
    webhook_id: Annotated[str, typer.Argument(help="The webhook's id, as `webhook list` shows it.")],
) -> None:
    """Post a signed test to a webhook now, and say how it answered."""
    import secrets
    import time

    from resonance_dao.errors import NotFound
    from resonance_dao.journal.webhooks import Webhooks
    from resonance_dao.workflows.webhooks.posting import Poster
    from resonance_dao.workflows.webhooks.telling import headers, test_body

    run, now = ctx.obj, int(time.time())
    hook = Webhooks(run.toolkit.database).get(webhook_id)
    if hook.ended_at is not None:
        raise NotFound(f"the webhook {hook.id} has ended", hint="Add it anew with `resonance webhook add`.")
    body, event_id = test_body(now), f"{hook.id}.test-{secrets.token_hex(4)}"
    posted = Poster().post(hook.url, headers(hook.secret, event_id, body, now), body)
    run.output.mark(posted.taken, f"{hook.url} {posted.reason}")
    if run.output.as_json:
        run.output.result({"id": hook.id, "taken": posted.taken, "reason": posted.reason})
    if not posted.taken:
        raise typer.Exit(VERDICT_FAILED)


def remove(
    ctx: typer.Context,
    webhook_id: Annotated[str, typer.Argument(help="The webhook's id, as `webhook list` shows it.")],
) -> None:
    """End a webhook: it is told nothing more, and its secret is forgotten."""
    import time

    from resonance_dao.journal.webhooks import Webhooks

    run: Run = ctx.obj
    hook = Webhooks(run.toolkit.database).end(webhook_id, int(time.time()))
    run.output.result(_shown(hook, None), [("removed", hook.id), ("url", hook.url)])


def _shown(hook: Webhook, backlog: Backlog | None) -> dict[str, object]:
    state = "ended" if hook.ended_at is not None else "failing" if hook.failures else "well"
    counts = {"waiting": backlog.waiting if backlog else 0, "given_up": backlog.given_up if backlog else 0}
    times = {"created_at": hook.created_at, "told_at": hook.told_at, "ended_at": hook.ended_at}
    what = {"id": hook.id, "url": hook.url, "topics": " ".join(hook.topics), "state": state}
    return {**what, **counts, **times, "error": hook.error}
