"""
Two failures, made on purpose, and how they are disclosed.
"""

from __future__ import annotations

from typing import Any

from resonance_dao.chain.chain import nonce_of
from resonance_dao.chain.sender import current_fees, wait
from resonance_dao.chain.signer import Signer
from resonance_dao.cli.demo.cast import wallet
from resonance_dao.cli.demo.gateway import Refusal
from resonance_dao.cli.demo.theatre import Theatre
from resonance_dao.workflows.system import Action


def fail_a_transaction(theatre: Theatre) -> None:
    """A transaction that must fail is sent, and its failure disclosed."""
    theatre.scene(
        "A transaction fails, and the failure is disclosed.", "失敗した取引も、成功と同じように開示されます。"
    )
    system, signer = theatre.system, wallet("contributor")
    words = {"en": "Withdraw more than there is", "ja": "残高を超えて引き出す"}
    greedy = Action(system.vault, "withdraw", (theatre.yen, 10**18), words)
    tx_hash = _send_without_simulation(theatre, greedy, signer)
    receipt = wait(system.chain, tx_hash)
    accepted = theatre.gateway.wait_for(
        lambda: _report(theatre, tx_hash), lambda found: found is not None, "the report"
    )
    record = theatre.gateway.get(f"/v1/log/entries/{accepted['number']}")["record"]
    theatre.tell(f"{tx_hash} has status {receipt.status}")
    theatre.tell(f"record {accepted['number']} discloses: {bilingual(record['body']['what'])}")


def fail_a_pin(theatre: Theatre) -> None:
    """The mirror disk is unplugged while evidence arrives; the failure is disclosed and later corrected."""
    theatre.scene(
        "The disk with the second copy is unplugged; the failed pin is disclosed, then corrected.",
        "複製先のディスクが外れます。失敗は開示され、復旧後に訂正が記録されます。",
    )
    unplugged = theatre.mirror.with_name("mirror-unplugged")
    theatre.mirror.rename(unplugged)
    theatre.mirror.write_text("unplugged", encoding="utf-8")
    theatre.gateway.upload("An update of the spring box. 春の詰め合わせの近況。".encode())
    disclosed = _entry(theatre, "disclosure", "PIN_FAILED")
    theatre.tell(f"record {disclosed['number']} discloses: {bilingual(disclosed['record']['body']['what'])}")
    theatre.mirror.unlink()
    unplugged.rename(theatre.mirror)
    theatre.pass_days(1)
    corrected = _entry(theatre, "correction", "")
    theatre.tell(f"record {corrected['number']} corrects record {corrected['record']['body']['corrects']}")


def _report(theatre: Theatre, tx_hash: str) -> dict[str, Any] | None:
    try:
        return theatre.gateway.post("/v1/transactions", {"tx_hash": tx_hash})
    except Refusal as refusal:
        if refusal.details["problem"].get("code") == "not_found":  # type: ignore[attr-defined]
            return None
        raise


def _send_without_simulation(theatre: Theatre, action: Action, signer: Signer) -> str:
    chain = theatre.system.chain
    fees = current_fees(chain)
    transaction = {
        "chainId": theatre.system.chain_id,
        "nonce": nonce_of(chain, signer.address),
        "to": action.to,
        "data": action.data,
        "value": 0,
        "gas": 200_000,
        "maxFeePerGas": fees.maximum,
        "maxPriorityFeePerGas": fees.tip or 0,
        "type": 2,
    }
    return chain.send_raw(signer.sign_transaction(transaction))


def _entry(theatre: Theatre, kind: str, reason: str) -> dict[str, Any]:
    def newest() -> dict[str, Any] | None:
        for item in reversed(theatre.gateway.get(f"/v1/log/entries?kind={kind}&limit=100")["items"]):
            entry = theatre.gateway.get(f"/v1/log/entries/{item['number']}")
            if not reason or entry["record"]["body"].get("reason_code") == reason:
                return dict(entry)
        return None

    return dict(theatre.gateway.wait_for(newest, lambda found: found is not None, f"the {kind}"))


def bilingual(text: Any) -> str:
    """Return a record's text in both languages."""
    return text if isinstance(text, str) else " / ".join(text.values())
