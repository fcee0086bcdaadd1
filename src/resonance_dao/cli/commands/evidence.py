"""`resonance evidence`: its copies and whether they are whole; sealing it, opening it, forgetting it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from resonance_dao.cli.commands.uploading import upload
from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.options import Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.evidence.sealed_keys import ReaderSecret, SealedKeys

CidText = Annotated[str, typer.Argument(metavar="CID", help="The CID of the sealed file.")]
ReaderFile = Annotated[Path, typer.Option("--reader-key", help="File with your reader's key.")]
ChainId = Annotated[int, typer.Option("--chain", min=0, help="The chain's id; 0: that of the endpoint.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Evidence: its copies, and sealing it to named readers.", no_args_is_help=True)
    command(group, "status")(status)
    command(group, "check")(check)
    command(group, "collect")(collect)
    command(group, "upload")(upload)
    command(group, "reader-key")(reader_key)
    command(group, "seal")(seal)
    command(group, "open")(open_)
    command(group, "forget")(forget)
    app.add_typer(group, name="evidence")


def status(ctx: typer.Context) -> None:
    """Show which places keep copies, how many each lacks, and how far its round of checks has come."""
    from resonance_dao.evidence.mirrored import with_mirrors
    from resonance_dao.journal.pin_rounds import last_rounds
    from resonance_dao.journal.pins import missing_copies

    run: Run = ctx.obj
    database = run.toolkit.database
    missing = {one.store: one for one in missing_copies(database)}
    rounds = {one.store: one for one in last_rounds(database)}
    names = dict.fromkeys([*with_mirrors(run.toolkit.store).names, *missing, *rounds])
    rows = [
        (
            name,
            missing[name].failed if name in missing else 0,
            missing[name].waiting if name in missing else 0,
            f"{rounds[name].checked} ({rounds[name].missing})" if name in rounds else "-",
            (rounds[name].ended_at or "...") if name in rounds else "-",
        )
        for name in names
    ]
    run.output.table(("place", "failed", "waiting", "checked (missing)", "round ended"), rows)
    if run.output.as_json:
        places = {
            "places": list(names),
            "missing": [one.to_dict() for one in missing.values()],
            "rounds": [one.to_dict() for one in rounds.values()],
        }
        run.output.result(places)


def check(
    ctx: typer.Context,
    cids: Annotated[
        list[str] | None, typer.Argument(metavar="[CID]...", help="What to check; default: every pin.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make bad copies again from any good one.")
    ] = False,
) -> None:
    """Read every copy back from every place, and say which are missing or altered."""
    from resonance_dao.errors import EvidenceUnavailable
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.evidence.mirrored import with_mirrors
    from resonance_dao.evidence.store import PinReport

    run: Run = ctx.obj
    store = with_mirrors(run.toolkit.store)
    checked, bad, repaired = 0, [], 0
    for cid in [Cid.parse(text) for text in cids] if cids else store.pins():
        for name in store.names:
            checked += 1
            try:
                report = store.check(cid, name)
            except EvidenceUnavailable as exc:
                report = PinReport(cid, name, ok=False, reason=str(exc))
            if not report.ok and not report.pending and repair:
                report = store.repair(cid, name)
                repaired += report.ok
            if not report.ok:
                bad.append({"cid": str(cid), "place": name, "reason": report.reason})
                run.output.mark(False, f"{name}: {cid}: {report.reason}")
    run.output.result(
        {"checked": checked, "repaired": repaired, "bad": bad},
        [("checked", checked), ("repaired", repaired), ("bad", len(bad))],
    )
    if bad:
        raise typer.Exit(VERDICT_FAILED)


def collect(ctx: typer.Context) -> None:
    """Set aside what no pin needs; a run a day later deletes it. Nothing pinned is touched."""
    import time

    from resonance_dao.evidence.collecting import collect as collect_blocks
    from resonance_dao.evidence.embedded import EmbeddedStore

    run: Run = ctx.obj
    settings = run.toolkit.settings
    folders = [folder for folder in (settings.evidence_folder, settings.mirror_folder) if folder is not None]
    done = {str(folder): collect_blocks(EmbeddedStore(folder), now=time.time()) for folder in folders}
    run.output.result(
        {folder: found.to_dict() for folder, found in done.items()},
        [
            (folder, ", ".join(f"{n} {word}" for word, n in one.to_dict().items()))
            for folder, one in done.items()
        ],
    )


def reader_key(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The new file; its password is asked for.")],
    out: Annotated[Path, typer.Option("--out", help="Where the signed statement goes; it is public.")],
    chain: ChainId = 0,
    keystore: Keystore = None,
    dev: Dev = None,
) -> None:
    """Make a key to read sealed evidence with, and let your wallet state that it is yours."""
    import os
    import secrets

    from resonance_dao.chain.keystore import password_source
    from resonance_dao.cli.files import write_text
    from resonance_dao.cli.running import ask_new_password
    from resonance_dao.evidence.embedded import write_durably
    from resonance_dao.evidence.sealed_keys import ReaderSecret
    from resonance_dao.workflows.sealing import state_reader

    run: Run = ctx.obj
    if file.exists():
        raise InputInvalid("FILE", str(file), "is there already", hint="A key is never overwritten.")
    signer = run.signer(keystore, dev)
    secret = ReaderSecret.from_random(secrets.token_bytes)
    statement = state_reader(signer, secret.public, _seconds(), chain or run.toolkit.chain_id)
    write_durably(file, secret.to_pem(password_source(os.environ, ask_new_password)().encode()))
    write_text(out, statement.to_json())
    run.output.result({"account": signer.address, "key": statement.key, "file": str(file), "out": str(out)})


def seal(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="What to seal.")],
    to: Annotated[list[Path], typer.Option("--to", help="A reader's statement; repeated for more readers.")],
    out: Annotated[Path, typer.Option("--out", help="Where the sealed file goes; this one may be public.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="A copy of the keys, to hand to the readers.")
    ] = None,
    chain: ChainId = 0,
    dry_run: DryRun = False,
) -> None:
    """Encrypt evidence to named readers. Upload the sealed file; hand the readers the keys."""
    import secrets

    from resonance_dao.cli.files import read_text
    from resonance_dao.workflows.sealing import ReaderStatement
    from resonance_dao.workflows.sealing import seal as seal_to

    run: Run = ctx.obj
    readers = [ReaderStatement.from_json(read_text(path)) for path in to]
    chain_id = chain or run.toolkit.chain_id
    names = ", ".join(reader.account for reader in readers)
    for reader in readers:
        reader.check(chain_id)
    if dry_run:
        run.output.result({"readers": [reader.account for reader in readers]}, [("readers", names)])
        return
    with _opened(file, "rb") as content, _opened(out, "w+b") as target:
        sealed = seal_to(content, target, readers, chain_id, secrets.token_bytes)
    _sealed_keys(run).keep(sealed.keyring)
    if keys is not None:
        from resonance_dao.evidence.embedded import write_durably

        write_durably(keys, sealed.keyring.to_json().encode())
    run.output.result(
        {**sealed.to_body(), "file": str(out)}, [("cid", sealed.cid), ("readers", names), ("file", out)]
    )


def open_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The sealed file.")],
    reader_key: ReaderFile,
    out: Annotated[Path, typer.Option("--out", help="Where the content goes.")],
    keys: Annotated[Path | None, typer.Option("--keys", help="The keys; default: this machine's.")] = None,
) -> None:
    """Decrypt sealed evidence that was sealed to you."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.evidence.evidence import cid_of_file
    from resonance_dao.evidence.sealed_file import open_sealed
    from resonance_dao.evidence.sealed_keys import Keyring

    run: Run = ctx.obj
    with _opened(file, "rb") as sealed:
        cid = cid_of_file(sealed)
        ring = _sealed_keys(run).get(cid) if keys is None else Keyring.from_json(read_text(keys))
        key = _read_secret(reader_key).unwrap(ring)
        sealed.seek(0)
        # Nothing is there under its name before the whole of it is verified.
        partial = out.with_name(out.name + ".part")
        try:
            with _opened(partial, "wb") as target:
                for part in open_sealed(sealed, key):
                    target.write(part)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
    run.output.result({"cid": str(cid), "out": str(out)})


def forget(
    ctx: typer.Context,
    cid: CidText,
    record: Annotated[
        bool, typer.Option("--record", help="Write a record of it, as the operator of the journal.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Delete the keys to sealed evidence for good: whoever has no copy of them can never open it again."""
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.workflows.sealing import forgotten

    run: Run = ctx.obj
    named, folder = Cid.parse(cid), _sealed_keys(run)
    ring = folder.get(named)
    if dry_run:
        run.output.result({"cid": cid, "readers": [key.account for key in ring.keys]})
        return
    number = None
    if record:
        # First the record: a crash between the two leaves keys that can be forgotten again.
        kit = run.toolkit
        number = kit.journal.accept("evidence", f"evidence/{named}", forgotten(ring), now=kit.now()).number
    folder.forget(named)
    run.output.result({"cid": cid, "forgotten": True, "record": number})


def _sealed_keys(run: Run) -> SealedKeys:
    from resonance_dao.evidence.sealed_keys import SealedKeys

    return SealedKeys(run.toolkit.settings.sealed_keys_folder)


def _seconds() -> int:
    import time

    return int(time.time())


@contextmanager
def _opened(file: Path, mode: str) -> Iterator[BinaryIO]:
    try:
        opened = file.open(mode)
    except OSError as exc:
        raise InputInvalid("file", str(file), f"cannot be opened: {exc.strerror}") from exc
    with opened:
        yield cast("BinaryIO", opened)


def _read_secret(file: Path) -> ReaderSecret:
    import os

    from resonance_dao.chain.keystore import password_source
    from resonance_dao.cli.files import read_text
    from resonance_dao.cli.running import ask_password
    from resonance_dao.evidence.sealed_keys import ReaderSecret

    return ReaderSecret.from_pem(
        read_text(file).encode(), password_source(os.environ, ask_password)().encode()
    )
