"""
The way without gas: evidence uploaded to a gateway, what was signed handed over, and the receipt kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.cli.running import Run
    from resonance_dao.workflows.gateway_client import GatewayClient, Handed


def hand_over(
    run: Run,
    url: str,
    files: Sequence[Path],
    contents: Sequence[Any],
    receipt: Path | None,
    *,
    dry_run: bool,
) -> None:
    """
    Hand everything over to a gateway, one request after the other, and write each receipt to a file: to
    `receipt`, or to `receipt-<number>.json` in the present folder.
    """
    from resonance_dao.workflows.gateway_routes import route_of

    if receipt is not None and len(files) > 1:
        raise InputInvalid("--receipt", str(receipt), "is one file: leave it out, each receipt gets its own")
    routes = [route_of(content if isinstance(content, dict) else {}) for content in contents]
    if dry_run:
        would = {str(file): url.rstrip("/") + route for file, route in zip(files, routes, strict=True)}
        run.output.result({"dry_run": {"post_to": would}}, list(would.items()))
        return
    told: list[dict[str, Any]] = []
    with _client(run, url) as gateway:
        for content in contents:
            handed = gateway.hand_over(content)
            kept = _keep(handed, receipt)  # Before anything else can fail: it is the holder's evidence.
            told.append(_told(handed, kept, gateway))
            gateway.check(handed, content)
            _warn_of_missing(run, gateway, content)
    lines = [line for one in told for line in one.items()]
    run.output.result(told[0] if len(told) == 1 else {"handed_over": told}, lines)
    _say_next(run, told[-1])


def upload(run: Run, url: str, files: Mapping[str, BinaryIO], cid: str) -> Handed:
    """Upload evidence; the CID that was computed here must be the gateway's."""
    with _client(run, url) as gateway:
        handed = gateway.upload(files, cid)
    number = handed.answer.get("number")
    run.output.say(
        f"  evidence: {cid} is kept by {gateway.url} (record {number})",
        f"  証拠: {cid} は {gateway.url} が保存しました(記録 {number})",
    )
    return handed


def upload_kept(run: Run, url: str, cid_text: str) -> Handed:
    """Upload what this machine's evidence folder holds under a CID: a file, or a directory of files."""
    import tempfile

    from resonance_dao.evidence import evidence
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.evidence.tree import list_directory, stat

    store, cid = run.toolkit.store, Cid.parse(cid_text)
    names = [""]
    if stat(cid, store.get_block).kind == "directory":
        names = [entry.name for entry in list_directory(cid, store.get_block)]
    with ExitStack() as opened:
        files: dict[str, BinaryIO] = {}
        for name in names:
            stream = opened.enter_context(tempfile.TemporaryFile())
            for part in evidence.cat(store, cid, name):
                stream.write(part)
            stream.seek(0)
            files[name or "evidence"] = stream
        return upload(run, url, files, str(cid))


def _client(run: Run, url: str) -> GatewayClient:
    from resonance_dao.workflows.gateway_client import GatewayClient, read_key

    file = run.toolkit.settings.gateway_key_file
    key = None if file is None else read_key(file, url)
    return GatewayClient(url, key=key, language=run.output.language)


def _keep(handed: Handed, wanted: Path | None) -> Path:
    """Write the gateway's answer to a file; one that is there with another content is left alone."""
    from resonance_dao.evidence.embedded import write_durably

    number = handed.receipt.receipt.number
    text = (json.dumps(handed.answer, indent=2, ensure_ascii=False) + "\n").encode()
    path = wanted or Path(f"receipt-{number}.json")
    beside = path.with_name(f"{path.stem}-{handed.receipt.receipt.record_hash.hex()[:16]}{path.suffix}")
    for place in (path, beside):
        if not place.exists():
            write_durably(place.absolute(), text)
            return place
        if place.is_file() and place.read_bytes() == text:
            return place
    rule = f"is there already with another content, and so is {beside}; this is the receipt: {text.decode()}"
    raise InputInvalid("--receipt", str(path), rule)


def _told(handed: Handed, kept: Path, gateway: GatewayClient) -> dict[str, Any]:
    promised = handed.receipt.receipt
    return {
        "record": promised.number,
        "receipt": str(kept),
        "due": promised.anchor_by,
        "publisher": promised.publisher,
        "log": promised.log,
        "status": gateway.url + str(handed.answer.get("status_url", "")),
    }


def _warn_of_missing(run: Run, gateway: GatewayClient, content: Mapping[str, Any]) -> None:
    from resonance_dao.workflows.gateway_routes import content_of

    for cid in content_of(content):
        if not gateway.holds(cid):
            run.output.warn(
                f"{gateway.url} cannot show {cid}, which was signed: whoever judges it may find nothing to "
                f"read. Bring it there: resonance evidence upload {cid} --gateway {gateway.url}",
                f"{gateway.url} は、署名された {cid} を表示できません。判定する人が読めないおそれがあります。"
                f"次のコマンドで送ってください: resonance evidence upload {cid} --gateway {gateway.url}",
            )


def _say_next(run: Run, last: Mapping[str, Any]) -> None:
    run.output.say(
        f"  Keep {last['receipt']}: with it you prove what was promised. Later: "
        f"resonance verify {last['receipt']} --rpc URL",
        f"  {last['receipt']} を保管してください。約束の証拠になります。後で確認: "
        f"resonance verify {last['receipt']} --rpc URL",
    )
