"""
The toolkit: settings in, wired parts out. The only place that constructs.

    >>> import os
    >>> from resonance_dao.settings import Settings
    >>> from resonance_dao.toolkit import Toolkit
    >>> toolkit = Toolkit(Settings.load(os.environ))   # touches nothing yet
    >>> toolkit.settings.language
    'en'

Each part is built when it is first asked for; a part that cannot be built raises a `ResonanceError` that says
why.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from resonance_dao.chain.artifact import Artifacts
    from resonance_dao.chain.book import Book
    from resonance_dao.chain.client import RpcChain
    from resonance_dao.chain.plan import Plan
    from resonance_dao.chain.signer import Signer
    from resonance_dao.evidence.replica import Replica
    from resonance_dao.evidence.store import EvidenceStore
    from resonance_dao.journal.database import Database
    from resonance_dao.journal.journal import Journal
    from resonance_dao.workflows.reading.reader import Reader
    from resonance_dao.workflows.recorder import Recorder
    from resonance_dao.workflows.system import System


class Toolkit:
    """Every part of one process, by settings."""

    def __init__(
        self,
        settings: Settings,
        *,
        env: Mapping[str, str] | None = None,
        prompt: Callable[[], str] | None = None,
    ) -> None:
        self.settings = settings
        self._env = dict(os.environ if env is None else env)
        self._prompt = prompt

    @classmethod
    def from_environment(cls) -> Toolkit:
        """Return the toolkit of the environment and of `resonance.toml` in the present folder."""
        from pathlib import Path

        return cls(Settings.load(os.environ, Path("resonance.toml")))

    @cached_property
    def artifacts(self) -> Artifacts:
        """The compiled contracts; compiling happens only when the sources changed."""
        from resonance_dao.chain.compiler import compile_project

        return compile_project(self.settings.root, env=self._env)

    @cached_property
    def endpoint(self) -> RpcChain:
        """The chain behind the RPC endpoint for who only reads it: needs neither sources nor compiler."""
        from resonance_dao.chain.client import RpcChain

        return RpcChain(self.settings.rpc_url, timeout_s=10)

    @cached_property
    def chain(self) -> RpcChain:
        """The chain behind the RPC endpoint, with reverts decoded by our contracts' errors."""
        from resonance_dao.chain.client import RpcChain
        from resonance_dao.chain.revert import RevertDecoder

        return RpcChain(self.settings.rpc_url, reverts=RevertDecoder(self.artifacts.values()), timeout_s=10)

    @cached_property
    def chain_id(self) -> int:
        """The id of the chain that the endpoint serves."""
        from resonance_dao.chain.chain import identify

        return identify(self.chain).chain_id

    @cached_property
    def book(self) -> Book:
        """The deployment book of the chain, checked against it."""
        from resonance_dao.chain.book import Book

        return Book.load(self.settings.deployments, self.chain)

    @cached_property
    def system(self) -> System:
        """The deployed contracts."""
        from resonance_dao.workflows.system import System

        return System.from_book(self.chain, self.book, self.artifacts)

    @cached_property
    def plan(self) -> Plan:
        """What a deployment on this chain would consist of."""
        from resonance_dao.workflows.deploying import deployment_plan

        return deployment_plan(self.settings.root, self.chain_id, self.artifacts)

    @cached_property
    def store(self) -> EvidenceStore:
        """
        The embedded store, with its mirrors: the IPFS node of `IPFS_API_URL`, the mirror folder, the
        pinning service or CAR upload, if any.
        """
        from resonance_dao.evidence.embedded import EmbeddedStore
        from resonance_dao.evidence.mirrored import MirroredStore

        settings, embedded = self.settings, EmbeddedStore(self.settings.evidence_folder)
        mirrors: list[EvidenceStore | Replica] = []
        if settings.ipfs_api_url is not None:
            from resonance_dao.evidence.kubo import KuboStore

            mirrors.append(KuboStore(settings.ipfs_api_url))
        if settings.mirror_folder is not None:
            mirrors.append(EmbeddedStore(settings.mirror_folder, name="mirror"))
        if settings.pin_service_url or settings.car_upload_url:
            mirrors.append(_remote_place(settings))
        if settings.copies_min > 1 + len(mirrors):
            raise InputInvalid(
                "RESONANCE_COPIES_MIN", settings.copies_min, f"must be at most {1 + len(mirrors)}, all places"
            )
        return MirroredStore(embedded, mirrors) if mirrors else embedded

    @cached_property
    def operator(self) -> Signer:
        """
        The account that relays and publishes: a keystore, or a development account on a development
        chain.
        """
        from resonance_dao.chain.keystore import KeystoreSigner, password_source
        from resonance_dao.chain.signer import DevSigner

        if self.settings.operator_keystore is not None:
            return KeystoreSigner.open(
                self.settings.operator_keystore, password_source(self._env, self._prompt or _no_prompt)
            )
        if self.settings.operator_dev_index is not None:
            return DevSigner(self.settings.operator_dev_index)
        raise InputInvalid(
            "RESONANCE_OPERATOR_KEYSTORE",
            None,
            "must name the keystore of the operator's account",
            hint="On a development chain set RESONANCE_OPERATOR_DEV_INDEX=9 instead.",
        )

    @cached_property
    def database(self) -> Database:
        """The journal's database, brought to this version."""
        from resonance_dao.journal.database import Database
        from resonance_dao.journal.migration import upgrade

        try:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            home = str(self.settings.home)
            raise InputInvalid("RESONANCE_HOME", home, f"cannot be made: {exc.strerror}") from exc
        upgrade(self.settings.journal_url)
        return Database(self.settings.journal_url)

    @cached_property
    def journal(self) -> Journal:
        """The numbered record of accepted requests; it goes on where its log on the chain stands."""
        from resonance_dao.chain.chain import identify
        from resonance_dao.journal.entry import Identity
        from resonance_dao.journal.journal import Journal
        from resonance_dao.workflows.continuity import require_continuity

        found, log = identify(self.chain), self.system.log
        identity = Identity(found.chain_id, found.genesis_hash, self.operator.address, log.address)
        journal = Journal(
            self.database, identity, self.operator, anchor_within_s=self.settings.anchor_within_s
        )
        require_continuity(journal, self.chain, log)
        return journal

    @cached_property
    def recorder(self) -> Recorder:
        """What pins, sends, observes and anchors."""
        from resonance_dao.workflows.recorder import Recorder
        from resonance_dao.workflows.recorder_values import RecorderSettings
        from resonance_dao.workflows.watching import Watching

        system, settings = self.system, self.settings
        return Recorder(
            self.journal,
            self.chain,
            self.operator,
            system.log,
            Watching(system),
            self.store,
            RecorderSettings(
                confirmations=settings.confirmations,
                batch_max=settings.batch_max,
                batch_age_s=settings.batch_age_s,
                first_block=system.first_block,
                copies_min=settings.copies_min,
                check_pins_s=settings.pin_check_s,
            ),
        )

    @cached_property
    def reader(self) -> Reader:
        """What follows the contracts' events, for the lists."""
        from resonance_dao.workflows.reading.reader import Reader, read_model

        return Reader(read_model(self.database, self.system), self.system)

    def now(self) -> int:
        """Return unix s: the chain's time on a development chain, which may travel; else the machine's."""
        from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS

        if self.chain_id not in DEVELOPMENT_CHAINS:
            return int(time.time())
        # The newest block of an idle development chain is as old as its last transaction: no batch would age.
        return self.chain.block("pending").timestamp

    def close(self) -> None:
        """Let go of the database and the recorder, if they were built."""
        with ExitStack() as closing:  # The last one named is closed first, and each whatever the others do.
            for name in ("database", "recorder"):
                if name in self.__dict__:
                    closing.callback(self.__dict__.pop(name).close)


def _no_prompt() -> str:
    raise InputInvalid(
        "RESONANCE_PASSWORD_FILE",
        None,
        "must name a file with the keystore's password when there is no terminal",
    )


def _remote_place(settings: Settings) -> Replica:
    """Return the pinning service, or the upload when there is no service."""
    from resonance_dao.evidence.car_upload import CarUpload
    from resonance_dao.evidence.gateway import HttpBlockSource
    from resonance_dao.evidence.pinning_service import PinningService
    from resonance_dao.evidence.remote import Remote

    token = None if settings.pin_token_file is None else _read_token(settings.pin_token_file)
    gateway, upload = settings.pin_gateway_url, settings.car_upload_url
    source = None if gateway is None else HttpBlockSource(gateway)
    target = None if upload is None else Remote(upload, token, field="RESONANCE_CAR_UPLOAD_URL")
    if settings.pin_service_url is not None:
        service = Remote(settings.pin_service_url, token, field="RESONANCE_PIN_SERVICE_URL")
        return PinningService(service, upload=target, source=source)
    if target is None or source is None:
        raise InputInvalid(
            "RESONANCE_PIN_GATEWAY_URL", gateway, "must be set: an upload is read back to be a copy"
        )
    return CarUpload(target, source)


def _read_token(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as exc:
        raise InputInvalid(
            "RESONANCE_PIN_TOKEN_FILE", str(file), "cannot be read as one word of ASCII"
        ) from exc
