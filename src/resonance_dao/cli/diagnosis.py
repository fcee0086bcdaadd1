"""
What `resonance doctor` looks at: each part, what was found, and how to mend it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from resonance_dao.cli import spending_diagnosis
from resonance_dao.errors import EvidenceUnavailable, ResonanceError
from resonance_dao.journal.database import without_secrets
from resonance_dao.secret_url import public_part

if TYPE_CHECKING:
    from resonance_dao.toolkit import Toolkit


OTHERS = frozenset(
    {
        "RESONANCE_PASSWORD_FILE",
        "RESONANCE_PASSWORD_FD",
        "RESONANCE_SOLC",
        "RESONANCE_DEBUG",
        "RESONANCE_KEYSTORE",
        "RESONANCE_COMMENT",
    }
)
"""Variables that are no settings: secrets by file, the choice of a compiler, and what the scripts read."""


@dataclass(frozen=True)
class Finding:
    """
    One part: whether it is well, what was found, and what to do; `optional` parts may be missing. `code` is
    that of the error that was met, if any.
    """

    part: str
    ok: bool
    found: str
    fix: str = ""
    optional: bool = False
    code: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return plain values."""
        return asdict(self)


def diagnose(toolkit: Toolkit) -> list[Finding]:
    """
    Look at every part. A probe is written to the evidence store, and the journal's database is made if there
    is none; nothing else is changed.
    """
    return [
        _python(),
        _node(),
        _part("settings", _settings),
        _variables(os.environ),
        _part("solc", lambda: _solc(toolkit)),
        _part("anvil", lambda: _anvil(toolkit), optional=True),
        _part("chain", lambda: f"{public_part(toolkit.settings.rpc_url)}, chain {toolkit.chain_id}"),
        _clock(toolkit, int(time.time())),
        _part("deployment", lambda: f"{len(toolkit.book.names())} contracts, code as deployed"),
        _part("operator", lambda: toolkit.operator.address, optional=True),
        _part("relayer keys", lambda: spending_diagnosis.keys(toolkit), optional=True),
        _part("day's cost", lambda: spending_diagnosis.limits(toolkit, os.environ), optional=True),
        _part("evidence", lambda: _evidence(toolkit)),
        _part("journal", lambda: without_secrets(toolkit.settings.journal_url) if toolkit.database else ""),
    ]


def _part(name: str, look: Callable[[], str], *, optional: bool = False) -> Finding:
    try:
        return Finding(name, True, look())
    except ResonanceError as exc:
        return Finding(name, False, str(exc), exc.hint, optional, exc.code)


def _settings() -> str:
    from resonance_dao.gateway_settings import GatewaySettings
    from resonance_dao.settings import SETTINGS_FILE, Settings

    Settings.load(os.environ, SETTINGS_FILE)
    gateway = GatewaySettings.load(os.environ, SETTINGS_FILE)
    place = f"{SETTINGS_FILE} and environment" if SETTINGS_FILE.is_file() else "environment"
    believed = f"believes {', '.join(gateway.proxies)}" if gateway.proxies else "believes no proxy"
    return f"{place} are well formed; the gateway answers to {', '.join(gateway.hosts)} and {believed}"


def _variables(env: Mapping[str, str]) -> Finding:
    """Look for variables that nothing reads: a setting that is misspelt is a setting that is not made."""
    from difflib import get_close_matches

    from resonance_dao.gateway_settings import VARIABLES
    from resonance_dao.settings import Settings

    known = {key.variable for _, _, key in Settings.document()} | set(VARIABLES.values()) | OTHERS
    unknown = sorted(name for name in env if name.startswith("RESONANCE_") and name not in known)
    if not unknown:
        return Finding("variables", True, "every RESONANCE_ variable that is set is one that is read")
    near = get_close_matches(unknown[0], sorted(known), 1)
    fix = f"Unset {unknown[0]}" + (f", or did you mean {near[0]}?" if near else ".")
    found = f"nothing reads {', '.join(unknown)}"
    return Finding("variables", False, found, fix, optional=True, code="input_invalid")


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        "python",
        sys.version_info >= (3, 10),
        version,
        "" if sys.version_info >= (3, 10) else "Install 3.10+.",
    )


def _node() -> Finding:
    program = shutil.which("node")
    if program is None:
        return Finding("node", False, "not on PATH", "Install Node.js 20 or newer.")
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = found.stdout.strip()
    ok = (
        version.removeprefix("v").split(".")[0].isdigit()
        and int(version.removeprefix("v").split(".")[0]) >= 20
    )
    return Finding("node", ok, version, "" if ok else "Install Node.js 20 or newer.")


def _clock(toolkit: Toolkit, machine: int) -> Finding:
    """Compare the machine's clock with the chain's, by which every deadline is judged."""
    from resonance_dao.chain.chain_clock import standing
    from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS

    try:
        if toolkit.chain_id in DEVELOPMENT_CHAINS:
            return Finding("clock", True, "a development chain has a time of its own")
        found = standing(toolkit.endpoint, machine)
    except ResonanceError as exc:
        return Finding("clock", False, str(exc), exc.hint, optional=True)
    well = not (found.is_slow or found.is_doubtful)
    return Finding("clock", well, found.words, found.advice, optional=not found.is_slow)


def _solc(toolkit: Toolkit) -> str:
    from resonance_dao.chain.settings import read_settings
    from resonance_dao.chain.toolchain import ensure_solc

    version = read_settings(toolkit.settings.root).version
    return f"{version} at {ensure_solc(toolkit.settings.root, version, env=os.environ)}"


def _anvil(toolkit: Toolkit) -> str:
    from resonance_dao.chain.toolchain import binary

    return str(binary("anvil", toolkit.settings.root))


def _evidence(toolkit: Toolkit) -> str:
    from resonance_dao.evidence.evidence import add_bytes, read_bytes

    probe = b"resonance doctor: this block was written, pinned and read back"
    added = add_bytes(toolkit.store, probe)
    read_bytes(toolkit.store, added.cid, max_bytes=len(probe))
    if added.failed:
        failed = ", ".join(f"{report.store}: {report.reason}" for report in added.failed)
        raise EvidenceUnavailable(
            f"{toolkit.store.name} writes and reads back, but a mirror failed: {failed}"
        )
    return f"{toolkit.store.name} writes and reads back"
