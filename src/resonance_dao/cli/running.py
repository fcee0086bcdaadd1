"""
How every command runs: options into a `Run`, errors into exit codes, and never a traceback.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from resonance_dao.cli.exits import UNEXPECTED, code_of
from resonance_dao.cli.output import Output
from resonance_dao.errors import InputInvalid, ResonanceError

if TYPE_CHECKING:
    from resonance_dao.chain.signer import Signer
    from resonance_dao.toolkit import Toolkit
    from resonance_dao.workflows.system import Action, System


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
            from resonance_dao.settings import Settings
            from resonance_dao.toolkit import Toolkit

            settings = Settings.load({**os.environ, **self.changes}, Path("resonance.toml"))
            self._toolkit = Toolkit(settings, prompt=_ask_password)
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
            raise InputInvalid(
                "--keystore", keystore, "give either --keystore FILE or, on a development chain, --dev N"
            )
        if keystore is not None:
            return KeystoreSigner.open(keystore, password_source(os.environ, _ask_password))
        assert dev is not None  # noqa: S101 - the check above leaves nothing else
        return DevSigner(dev)

    def carry_out(self, action: Action, signer: Signer, *, dry_run: bool) -> Any:
        """Show what an action would do (`dry_run`), or send it and wait; returns the receipt or None."""
        from resonance_dao.workflows.system import perform, plain, preview

        system, words = self.system, action.summary
        if not dry_run:
            self.output.say(f"{words['en']} ...", f"{words['ja']} ...")
            return perform(system, action, signer)
        seen = preview(system, action, signer.address)
        shown = {
            **action.to_dict(),
            "gas": seen.gas,
            "max_cost_wei": str(seen.max_cost),
            "sender": signer.address,
        }
        lines = [("would", words[self.output.language]), ("sender", signer.address), ("to", action.to)]
        lines += [
            ("call", action.function),
            ("gas", f"{seen.gas:,}"),
            ("costs at most, wei", f"{seen.max_cost:,}"),
        ]
        self.output.result({"dry_run": plain(shown)}, lines)
        for name, value in plain(seen.args).items():
            self.output.say(f"    {name}: {value}")
        return None

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
                function(ctx, *args, **kwargs)
            except ResonanceError as exc:
                run.output.failure(exc)
                raise typer.Exit(code_of(exc)) from exc
            except (KeyboardInterrupt, BrokenPipeError) as exc:
                raise typer.Exit(130) from exc
            except (typer.Exit, typer.Abort):
                raise
            except Exception as exc:
                if os.environ.get("RESONANCE_DEBUG"):
                    raise
                sys.stderr.write(f"error [defect]: {type(exc).__name__}: {exc}\n  next: {_DEFECT}\n")
                raise typer.Exit(UNEXPECTED) from exc
            finally:
                run.close()

        app.command(name)(guarded)
        return guarded

    return register


_DEFECT = "this is a defect of ours; run again with RESONANCE_DEBUG=1 and report what it prints."


def _ask_password() -> str:
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

    first = _ask_password()
    if getpass.getpass("Again: ") != first:
        raise InputInvalid("password", "***", "the two entries differ")
    return first
