"""
Where the story plays: a chain, the deployed contracts, a gateway, and a narrator.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import Receipt
from resonance_dao.chain.deployment import run as run_plan
from resonance_dao.chain.devchain import DevChain, free_port, increase_time
from resonance_dao.cli.demo.cast import ROLES, wallet
from resonance_dao.cli.demo.gateway import Gateway
from resonance_dao.cli.output import Output
from resonance_dao.economy.money import format_amount
from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows.system import Action, System, perform

MARK = "demo-data"
SCENES = 13


@dataclass
class Theatre:
    """The stage and its narrator."""

    output: Output
    home: Path
    toolkit: Toolkit
    gateway: Gateway
    mirror: Path
    scene_number: int = 0

    @classmethod
    @contextmanager
    def open(cls, home: Path, output: Output, *, port: int = 0, rpc_port: int = 0) -> Iterator[Theatre]:
        """Start chain and gateway in an emptied folder; both end with the block."""
        _empty(home)
        with ExitStack() as stack:
            output.say(
                "Starting a chain, compiling, deploying ...",
                "チェーンを起動し、コンパイルとデプロイをします ...",
            )
            root = Settings.load(os.environ).root
            dev = stack.enter_context(DevChain.start(root, port=rpc_port))
            env = {"RESONANCE_ROOT": str(root), **_environment(home.resolve(), dev.url)}
            toolkit = Toolkit(Settings.load(env))
            stack.callback(toolkit.close)
            _deploy(toolkit, output)
            gateway = Gateway.start(env, port or free_port(), home / "gateway.log")
            stack.callback(gateway.stop)
            yield cls(output, home, toolkit, gateway, home / "mirror")

    @property
    def system(self) -> System:
        """The deployed contracts."""
        return self.toolkit.system

    @property
    def examples(self) -> Path:
        """The folder of what the story hands in."""
        return self.toolkit.settings.root / "examples" / "wagashi"

    @property
    def yen(self) -> str:
        """The test coin's address."""
        return self.toolkit.book.address("TestYen")

    def scene(self, en: str, ja: str) -> None:
        """Announce a scene in both languages."""
        self.scene_number += 1
        self.output.say(
            f"\n[{self.scene_number}/{SCENES}] {en}\n        {ja}", f"\n[{self.scene_number}/{SCENES}] {ja}"
        )

    def tell(self, text: str) -> None:
        """Say what happened."""
        self.output.say(f"   {text}")

    def act(self, role: str, action: Action) -> Receipt:
        """Let a role send an action with its own wallet."""
        receipt = perform(self.system, action, wallet(role))
        self.tell(f"{role}: {action.summary['en']} / {action.summary['ja']}  (gas {receipt.gas_used:,})")
        return receipt

    def pass_days(self, days: int) -> None:
        """Let the chain's time pass, once the log holds what was promised before: a leap would break it."""
        self.gateway.wait_anchored()
        increase_time(self.system.chain, days * 86_400)
        self.tell(f"... {days} {'day passes' if days == 1 else 'days pass'} / {days}日が過ぎます")

    def coins(self, units: int) -> str:
        """Return an amount of the test coin in words."""
        return f"{format_amount(units, 18, group=True)} tJPY"

    def stay_up(self) -> None:
        """Print the addresses and wait for Ctrl-C."""
        self.output.say(
            "\nEverything keeps running. Ctrl-C ends it.", "\nこのまま動き続けます。Ctrl-C で終了します。"
        )
        lines: list[tuple[str, object]] = [
            ("chain", self.toolkit.settings.rpc_url),
            ("gateway", f"{self.gateway.url}/openapi.json"),
            ("data", self.home),
            *((name, self.toolkit.book.address(name)) for name in self.toolkit.book.names()),
            *((f"wallet {role}", wallet(role).address) for role in ROLES),
        ]
        self.output.result({name: str(value) for name, value in lines}, lines)
        while self.gateway.is_running:
            time.sleep(0.5)


def _deploy(toolkit: Toolkit, output: Output) -> None:
    book = Book.load(toolkit.settings.deployments, toolkit.chain)
    run_plan(
        toolkit.plan,
        toolkit.chain,
        wallet("deployer"),
        book,
        lambda step: None if step.state == "signed" else output.progress(step.number, step.total, step.name),
    )


def _environment(home: Path, rpc_url: str) -> dict[str, str]:
    return {
        "RESONANCE_HOME": str(home),
        "RESONANCE_DEPLOYMENTS": str(home / "deployments"),
        "RESONANCE_RPC_URL": rpc_url,
        "RESONANCE_OPERATOR_DEV_INDEX": str(ROLES["operator"]),
        "RESONANCE_MIRROR_FOLDER": str(home / "mirror"),
        "RESONANCE_BATCH_AGE_S": "1",
        "IPFS_API_URL": "",
        "RESONANCE_DATABASE_URL": "",
    }


def _empty(home: Path) -> None:
    if home.exists() and any(home.iterdir()) and not (home / MARK).is_file():
        raise InputInvalid(
            "--home", str(home), "is not empty and was not made by the demo; nothing was deleted"
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).touch()
