"""
How every command runs: options into a `Run`, errors into exit codes, and never a traceback.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from resonance_dao.cli.exits import INTERRUPTED, PIPE_CLOSED, UNEXPECTED, code_of
from resonance_dao.cli.output import Output
from resonance_dao.cli.stopping import term_as_interrupt
from resonance_dao.errors import InputInvalid, ResonanceError, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.chain.chain import Receipt
    from resonance_dao.chain.signer import Signer
    from resonance_dao.evidence.evidence import Added
    from resonance_dao.evidence.store import EvidenceStore
    from resonance_dao.toolkit import Toolkit
    from resonance_dao.workflows.system import Action, System

DRY_RUN = "dry run"
"""The name of the store that keeps nothing."""


@dataclass
class Run:
    """One invocation: its printer, and the toolkit once a command needs it."""

    output: Output = field(default_factory=Output)
    changes: dict[str, str] = field(default_factory=dict)
    _toolkit: Any = None

    @property
    def toolkit(self) -> Toolkit:
        """The toolkit of the environment, with the command line's own settings over it."""
        if self._toolkit is None:
            from resonance_dao.settings import SETTINGS_FILE, Settings
            from resonance_dao.toolkit import Toolkit

            settings = Settings.load({**os.environ, **self.changes}, SETTINGS_FILE)
            self._toolkit = Toolkit(settings, prompt=ask_password)
        toolkit: Toolkit = self._toolkit
        return toolkit

    @property
    def system(self) -> System:
        """The deployed contracts."""
        return self.toolkit.system

    def signer(self, keystore: Path | None, dev: int | None) -> Signer:
        """Return the wallet that the options name: a keystore, or a development account by number."""
        from resonance_dao.chain.keystore import KeystoreSigner, password_source
        from resonance_dao.chain.signer import DevSigner

        if (keystore is None) == (dev is None):
            given = "neither" if keystore is None else "both"
            rule = "give either --keystore FILE or, on a development chain, --dev N"
            raise InputInvalid("--keystore, --dev", given, rule)
        if keystore is not None:
            return KeystoreSigner.open(keystore, password_source(os.environ, ask_password))
        assert dev is not None  # noqa: S101 - the check above leaves nothing else
        return DevSigner(dev)

    def store(self, *, dry_run: bool) -> EvidenceStore:
        """Return where evidence goes; in a dry run it gets its CID and is not kept."""
        from resonance_dao.cli.rehearsal import Unkept

        return Unkept() if dry_run else self.toolkit.store

    def kept(self, added: Added, *, uploaded: bool = False) -> str:
        """
        Return the CID of what was added; say which mirrors failed to keep it, and warn when no place but this
        machine's folder has it, unless it is `uploaded` next.
        """
        for report in added.failed:
            self.output.say(
                f"  warning: {report.store} did not keep {added.text}: {report.reason}",
                f"  注意: {report.store} は {added.text} を保存できませんでした: {report.reason}",
            )
        places = [report.store for report in added.pins if report.ok or report.pending]
        if len(places) == 1 and places != [DRY_RUN] and not uploaded:
            self.output.warn(
                f"{added.text} is kept on this machine only: nobody else can read it. Bring it where others "
                f"can: resonance evidence upload {added.text} --gateway URL. Or set IPFS_API_URL or "
                "RESONANCE_PIN_SERVICE_URL, and do this again.",
                f"{added.text} はこのコンピューターにしかなく、他の人は読めません。"
                "読める場所へ送ってください: "
                f"resonance evidence upload {added.text} --gateway URL。または IPFS_API_URL か "
                "RESONANCE_PIN_SERVICE_URL を設定して、もう一度実行してください。",
            )
        return added.text

    def carry_out(self, action: Action, signer: Signer, *, dry_run: bool) -> Receipt | None:
        """Show what an action would do (`dry_run`, returns None), or send it and return its receipt."""
        receipts = self.carry_out_all([action], signer, dry_run=dry_run)
        return receipts[0] if receipts else None

    def carry_out_all(self, actions: Sequence[Action], signer: Signer, *, dry_run: bool) -> list[Receipt]:
        """Show what actions would do (`dry_run`, returns none), or send them one after the other."""
        from resonance_dao.cli.rehearsal import rehearse
        from resonance_dao.workflows.system import perform

        if dry_run:
            rehearse(self.system, actions, signer.address, self.output)
            return []
        receipts = []
        for number, action in enumerate(actions, 1):
            self.output.progress(number, len(actions), action.summary[self.output.language])
            receipts.append(perform(self.system, action, signer))
        return receipts

    def attempt_all(self, actions: Sequence[Action], signer: Signer) -> list[Receipt | TransactionFailed]:
        """Send actions that do not build on one another; one that fails does not hold up the others."""
        from resonance_dao.workflows.system import perform

        outcomes: list[Receipt | TransactionFailed] = []
        for number, action in enumerate(actions, 1):
            self.output.progress(number, len(actions), action.summary[self.output.language])
            try:
                outcomes.append(perform(self.system, action, signer))
            except TransactionFailed as exc:
                self.output.say(f"  failed: {exc}", f"  失敗: {exc}")
                outcomes.append(exc)
        return outcomes

    def close(self) -> None:
        """Let go of what the toolkit opened."""
        if self._toolkit is not None:
            self._toolkit.close()


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command whose first parameter is the context; errors become messages and exit codes."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def guarded(ctx: typer.Context, *args: Any, **kwargs: Any) -> None:
            run: Run = ctx.obj
            try:
                with term_as_interrupt():
                    try:
                        function(ctx, *args, **kwargs)
                    finally:
                        run.close()
            except ResonanceError as exc:
                run.output.failure(exc)
                raise typer.Exit(code_of(exc)) from exc
            except KeyboardInterrupt as exc:
                raise typer.Exit(INTERRUPTED) from exc
            except BrokenPipeError as exc:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(PIPE_CLOSED) from exc
            except (typer.Exit, typer.Abort, typer.BadParameter):
                raise
            except Exception as exc:
                if os.environ.get("RESONANCE_DEBUG"):
                    traceback.print_exc()
                run.output.defect(exc)
                raise typer.Exit(UNEXPECTED) from exc

        app.command(name)(guarded)
        return guarded

    return register


def ask_password() -> str:
    """Ask for a password at the terminal; `InputInvalid` when there is none."""
    if not sys.stdin.isatty():
        raise InputInvalid(
            "RESONANCE_PASSWORD_FILE",
            None,
            "must name a file with the keystore's password when there is no terminal",
        )
    import getpass

    return getpass.getpass("Password of the keystore: ")


def ask_new_password() -> str:
    """Ask for a new password, twice."""
    import getpass

    first = ask_password()
    if getpass.getpass("Again: ") != first:
        raise InputInvalid("password", "***", "the two entries differ")
    return first
