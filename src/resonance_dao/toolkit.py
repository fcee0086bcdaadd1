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
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from resonance_dao.errors import InputInvalid
from resonance_dao.settings import SETTINGS_FILE, Settings

if TYPE_CHECKING:
    from resonance_dao.chain.artifact import Artifacts
    from resonance_dao.chain.book import Book
    from resonance_dao.chain.chain_clock import ChainClock
    from resonance_dao.chain.client import RpcChain
    from resonance_dao.chain.contract import Contract
    from resonance_dao.chain.plan import Plan
    from resonance_dao.chain.signer import Signer
    from resonance_dao.chain.signer_server import SignerServer
    from resonance_dao.evidence.store import EvidenceStore
    from resonance_dao.journal.database import Database
    from resonance_dao.journal.journal import Journal
    from resonance_dao.workflows.keyring import Keyring
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
        return cls(Settings.load(os.environ, SETTINGS_FILE))

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

    @property
    def log(self) -> Contract:
        """The log that this journal's records go into, by `RESONANCE_LOG_LANE`."""
        return self.system.batched_log if self.settings.log_lane == "batches" else self.system.log

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
        from resonance_dao.evidence_settings import evidence_store

        return evidence_store(self.settings)

    @cached_property
    def operator(self) -> Signer:
        """
        The account that publishes, and relays when there is no other: a keystore, an address whose key is at
        the signer, or a development account on a development chain.
        """
        settings, keyring = self.settings, self._keyring
        if settings.operator_keystore is not None:
            return keyring.open(str(settings.operator_keystore.absolute()))
        if settings.operator_address is not None:
            return keyring.remote(settings.operator_address)
        if settings.operator_dev_index is not None:
            return keyring.open(f"dev:{settings.operator_dev_index}")
        raise InputInvalid(
            "RESONANCE_OPERATOR_KEYSTORE",
            None,
            "must name the keystore of the operator's account",
            hint="On a development chain set RESONANCE_OPERATOR_DEV_INDEX=9 instead; for a key at a signer, "
            "RESONANCE_SIGNER_URL and RESONANCE_OPERATOR_ADDRESS.",
        )

    @cached_property
    def relayer_keys(self) -> list[Signer]:
        """The further keys that relay requests; none unless they are named."""
        from resonance_dao.chain.keystore import PASSWORD_FILE, password_source
        from resonance_dao.workflows.keyring import Keyring

        keyring, file = self._keyring, self.settings.relayer_password_file
        if file is not None:
            keyring = Keyring(password_source({PASSWORD_FILE: str(file)}, _no_prompt), self._signer_server)
        return keyring.pool(self.settings.relayer_keys or "", self.operator.address)

    @cached_property
    def _keyring(self) -> Keyring:
        from resonance_dao.chain.keystore import password_source
        from resonance_dao.workflows.keyring import Keyring

        return Keyring(password_source(self._env, self._prompt or _no_prompt), self._signer_server)

    @cached_property
    def _signer_server(self) -> SignerServer | None:
        from resonance_dao.chain.signer_server import SignerServer
        from resonance_dao.workflows.keyring import read_credentials

        settings = self.settings
        if settings.signer_url is None:
            return None
        files = (settings.signer_token_file, settings.signer_certificate_file)
        return SignerServer(settings.signer_url, read_credentials(*files, settings.signer_authorities_file))

    @cached_property
    def database(self) -> Database:
        """The journal's database, brought to this version."""
        from resonance_dao.journal.database import Database
        from resonance_dao.journal.migration import upgrade

        try:
            # Hashes of keys and secrets of webhooks are in it: it is its owner's alone.
            self.settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            home = str(self.settings.home)
            raise InputInvalid("RESONANCE_HOME", home, f"cannot be made: {exc.strerror}") from exc
        upgrade(self.settings.journal_url)
        return Database(self.settings.journal_url)

    @cached_property
    def journal(self) -> Journal:
        """The numbered record of accepted requests; it goes on where its log on the chain stands."""
        from resonance_dao.chain.chain import identify
        from resonance_dao.chain.remote_signer import RemoteSigner
        from resonance_dao.journal.entry import Identity
        from resonance_dao.journal.group import MOST, MOST_REMOTE
        from resonance_dao.journal.journal import Journal
        from resonance_dao.workflows.continuity import require_continuity, require_one_lane
        from resonance_dao.workflows.keyring import stating

        found, log, system = identify(self.chain), self.log, self.system
        identity = Identity(found.chain_id, found.genesis_hash, self.operator.address, log.address)
        journal = Journal(
            self.database,
            identity,
            stating(self.operator, found.chain_id, log.address),
            anchor_within_s=self.settings.anchor_within_s,
            group_max=MOST_REMOTE if isinstance(self.operator, RemoteSigner) else MOST,
        )
        require_continuity(journal, self.chain, log)
        others = [one for one in (system.log, system.batched_log) if one.address != log.address]
        require_one_lane(journal, self.chain, *others)
        return journal

    @cached_property
    def recorder(self) -> Recorder:
        """What pins, sends, observes and anchors."""
        from resonance_dao.recorder_settings import recorder_settings
        from resonance_dao.workflows.keyring import guarded_pool, guarded_publisher
        from resonance_dao.workflows.recorder import Recorder
        from resonance_dao.workflows.watching import Watching

        system = self.system
        settings = recorder_settings(self.settings, system.first_block)
        watched, cap = Watching(system), settings.fee_cap_wei
        return Recorder(
            self.journal,
            self.chain,
            guarded_publisher(self.operator, system.chain_id, watched, self.log, cap),
            self.log,
            watched,
            self.store,
            settings,
            guarded_pool(self.relayer_keys, system.chain_id, watched, cap),
        )

    @cached_property
    def reader(self) -> Reader:
        """What follows the contracts' events, for the lists."""
        from resonance_dao.workflows.reading.reader import Reader, read_model

        return Reader(read_model(self.database, self.system), self.system)

    @cached_property
    def _clock(self) -> ChainClock:
        from resonance_dao.chain.chain_clock import ChainClock

        return ChainClock(self.chain)

    def now(self) -> int:
        """
        Return unix s: the chain's time on a development chain, which may travel; else the later of it and the
        machine's, since deadlines are judged by the chain's.
        """
        from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS

        if self.chain_id not in DEVELOPMENT_CHAINS:
            return self._clock.now()
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
