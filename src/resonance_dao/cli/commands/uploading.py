"""`resonance evidence upload`: what this machine keeps, brought to a gateway."""

from __future__ import annotations

from typing import Annotated

import typer

from resonance_dao.cli.options import AtGateway
from resonance_dao.cli.running import Run
from resonance_dao.errors import InputInvalid


def upload(
    ctx: typer.Context,
    cids: Annotated[list[str], typer.Argument(metavar="CID...", help="What this machine's folder holds.")],
    gateway: AtGateway = "",
) -> None:
    """Upload evidence or a written reason that this machine alone keeps; it is public for ever."""
    from resonance_dao.cli.handing_over import upload_kept

    run: Run = ctx.obj
    if not gateway:
        raise InputInvalid("--gateway", gateway, "must be the gateway's URL")
    records = {cid: upload_kept(run, gateway, cid).receipt.receipt.number for cid in cids}
    run.output.result({"uploaded": records}, list(records.items()))
