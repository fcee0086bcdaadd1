"""
What most commands end with: an order carried out or signed, actions sent, a text pinned, a result shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resonance_dao.cli.files import write_text
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.chain.attestation import Attestation
    from resonance_dao.chain.signer import Signer
    from resonance_dao.chain.typed_data import TypedData
    from resonance_dao.cli.running import Run
    from resonance_dao.workflows.signing import Order
    from resonance_dao.workflows.system import Action


def pinned(run: Run, text: str, *, dry_run: bool, option: str = "--comment") -> str:
    """Pin the text of an option and return its CID; a dry run gives the CID and keeps nothing."""
    from resonance_dao.evidence.evidence import add_bytes

    if not text.strip():
        raise InputInvalid(option, text, "must say something: others read it as the reason")
    return run.kept(add_bytes(run.store(dry_run=dry_run), text.encode()))


def deliver(
    run: Run,
    order: Order,
    signer: Signer,
    *,
    sign_only: Path | None,
    valid_for: str,
    dry_run: bool,
    first: Sequence[Action] = (),
    **told: Any,
) -> None:
    """
    Carry an order out with its account's wallet, after the actions that it needs, or write it signed to a
    file for anybody to relay. `told` goes into the result.
    """
    if sign_only is None:
        send(run, [*first, order.action(run.system)], signer, dry_run=dry_run, **told)
        return
    from resonance_dao.workflows.duration import parse_duration
    from resonance_dao.workflows.signing import sign

    deadline = run.system.now() + parse_duration(valid_for, field="--valid-for")
    if dry_run:
        show_message(run, order.typed_data(run.system, deadline), first)
        return
    run.carry_out_all(first, signer, dry_run=False)
    signed = sign(run.system, order, signer, deadline)
    write_text(sign_only, json.dumps(signed.to_dict(), indent=2) + "\n")
    run.output.result({**told, "kind": order.kind, "file": str(sign_only), "deadline": deadline})


def send(run: Run, actions: Sequence[Action], signer: Signer, *, dry_run: bool, **told: Any) -> None:
    """Send actions one after the other, or rehearse them; show `told` and the last transaction."""
    receipts = run.carry_out_all(actions, signer, dry_run=dry_run)
    if receipts:
        run.output.result({**told, "transaction": receipts[-1].tx_hash})


def attest(
    run: Run,
    attestation: Attestation,
    context: bytes,
    signer: Signer,
    sign_only: Path | None,
    *,
    dry_run: bool,
) -> None:
    """Attest with the attester's wallet, or write the signed attestation to a file for anybody to relay."""
    from resonance_dao.workflows import contributions

    if sign_only is not None:
        if dry_run:
            from resonance_dao.chain.attestation import TYPES

            domain = run.system.domain().to_dict()
            show_message(run, (domain, dict(TYPES), attestation.message()))
            return
        signed = contributions.sign(run.system, attestation, signer)
        write_text(sign_only, json.dumps(signed.to_dict(), indent=2) + "\n")
        run.output.result({"uid": attestation.uid(), "file": str(sign_only)})
        return
    action = contributions.attesting(run.system, attestation, context)
    send(run, [action], signer, dry_run=dry_run, uid=attestation.uid())


def show_message(run: Run, typed_data: TypedData, first: Sequence[Action] = ()) -> None:
    """Show what would be signed, and sent before it, for a dry run."""
    from resonance_dao.workflows.system import plain

    domain, types, message = typed_data
    told = {"would_sign": plain({"domain": domain, "types": types, "message": message})}
    sent = {"would_send": [action.to_dict() for action in first]} if first else {}
    lines = [("would send", action.summary[run.output.language]) for action in first]
    run.output.result({**told, **sent}, [*lines, *plain(message).items()])
