"""
The command line over a real chain, from deployment to withdrawal.

What a process of its own can show (a kill, a pipe, the environment, a password file) is run as one; the rest
runs in this process, because most of a command's time is the import of web3.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from resonance_dao.chain.chain import nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.devchain import DevChain, increase_time
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.cli.app import main

pytestmark = pytest.mark.chain
DAY, YEN = 86_400, 10**18
OWNER, WORKER, AYA, BEN, SOURCE, ARBITER, OUTSIDER = range(1, 8)
PROGRAM = [sys.executable, "-c", "from resonance_dao.cli.app import main; main()"]


@dataclass
class Shell:
    """A terminal in a folder of its own, on a development chain of its own."""

    folder: Path
    root: Path
    url: str
    deployed: str = ""

    @property
    def chain(self) -> RpcChain:
        return RpcChain(self.url)

    def settings(self, **changes: str) -> dict[str, str]:
        found = {
            "RESONANCE_ROOT": str(self.root),
            "RESONANCE_RPC_URL": self.url,
            "RESONANCE_HOME": str(self.folder / "home"),
            "RESONANCE_DEPLOYMENTS": str(self.folder / "deployments"),
            "IPFS_API_URL": "",
        }
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("RESONANCE_")}
        return {**inherited, **found, **changes}

    def start(self, *arguments: object, **changes: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        return subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=self.settings(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object, code: int = 0, **changes: str) -> tuple[str, str]:
        """Run a command as a process; it must end with `code`, and never with a traceback."""
        started = self.start(*arguments, **changes)
        out, err = started.communicate(timeout=120)
        return checked(started.returncode, code, out, err)

    def here(self, *arguments: object, code: int = 0) -> tuple[str, str]:
        """Run a command in this process; see `run`."""
        out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
        os.chdir(self.folder)
        try:
            with (
                patch.dict(os.environ, self.settings(), clear=True),
                redirect_stdout(out),
                redirect_stderr(err),
                pytest.raises(SystemExit) as ended,
            ):
                main([str(argument) for argument in arguments])
        finally:
            os.chdir(before)
        return checked(ended.value.code, code, out.getvalue(), err.getvalue())

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Run a command in this process with `--json`: stdout is one document, whatever happens."""
        return json.loads(self.here("--json", *arguments, code=code)[0])

    def nonce(self, index: int) -> int:
        return nonce_of(self.chain, DevSigner(index).address)


def checked(found: object, expected: int, out: str, err: str) -> tuple[str, str]:
    assert found == expected, err
    assert "Traceback" not in err
    assert "\x1b" not in out + err
    return out, err


@pytest.fixture(scope="module")
def shell(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A chain on which `resonance deploy --dev 0` was run."""
    with DevChain.start(root) as dev:
        opened = Shell(tmp_path_factory.mktemp("shell"), root, dev.url)
        opened.deployed = opened.run("deploy", "--dev", 0)[0]
        yield opened


def contracts_of(shell: Shell) -> Any:
    return json.loads((shell.folder / "deployments/31337.json").read_text())["contracts"]


def coin_of(shell: Shell) -> str:
    return str(contracts_of(shell)["TestYen"]["address"])


def write_files(shell: Shell) -> tuple[Path, Path]:
    """Put the example's project and bounty into the folder, with the addresses of this chain."""
    coin = coin_of(shell)
    names = {"reviewer_aya": AYA, "reviewer_ben": BEN, "source": SOURCE, "arbiter": ARBITER}
    found = {"TestYen": coin, **{name: DevSigner(index).address for name, index in names.items()}}
    for name in ("project.yaml", "bounty.yaml"):
        text = (shell.root / "examples/wagashi" / name).read_text("utf-8")
        for key, address in found.items():
            text = text.replace(f"{{{{ {key} }}}}", address)
        (shell.folder / name).write_text(text, "utf-8")
    values = encode(["address", "uint256"], [DevSigner(OWNER).address, 10**6 * YEN])
    send(shell.chain, DevSigner(OWNER), coin, keccak(b"mint(address,uint256)")[:4] + values)
    return shell.folder / "project.yaml", shell.folder / "bounty.yaml"


# Deployment.

DEPLOYED = [
    *("SchemaRegistry", "EAS", "PayoutVault", "ProjectToken", "ProjectRegistry", "ContributionRegistry"),
    *("ReputationLedger", "WithholdingSchedules", "BountyEscrow", "OutcomeReader", "ApplicationDesk"),
    *("ReviewerBonds", "FundingPools", "TransparencyLog", "BatchedLog", "TestYen"),
]
COUNT = len(DEPLOYED)


def test_deploy_prints_every_contract_and_a_second_run_sends_nothing(shell: Shell) -> None:
    printed = shell.deployed
    assert [line.split()[0] for line in printed.splitlines()] == DEPLOYED
    before = shell.nonce(0)
    out, err = shell.run("deploy", "--dev", 0)
    assert out == printed
    assert f"{COUNT}/{COUNT} TestYen: present" in err
    assert shell.nonce(0) == before


def test_a_deployment_that_was_killed_is_continued(root: Path, tmp_path: Path) -> None:
    with DevChain.start(root) as dev:
        shell = Shell(tmp_path, root, dev.url)
        killed = shell.start("deploy", "--dev", 0)
        assert killed.stderr is not None
        for line in killed.stderr:
            if line.startswith(f"  4/{COUNT}") and "signed" in line:
                break
        killed.kill()
        killed.communicate()
        sent = shell.nonce(0)
        _, err = shell.run("deploy", "--dev", 0)
        assert f"3/{COUNT} PayoutVault: present" in err
        assert f"{COUNT}/{COUNT} TestYen: deployed" in err
        assert 3 <= sent <= 6
        assert shell.nonce(0) == COUNT, "each contract was sent once"
        # The same book on a chain that begins anew: noticed, said, and mended when asked.
    with DevChain.start(root) as dev:
        restarted = Shell(tmp_path, root, dev.url)
        told = restarted.json("deploy", "--dev", 0, code=6)
        assert "restarted" in told["error"]["message"]
        assert "resonance deploy --fresh" in told["error"]["hint"]
        assert restarted.nonce(0) == 0
        _, err = restarted.here("bounty", "show", 1, code=6)
        assert "restarted" in err
        restarted.here("deploy", "--dev", 0, "--fresh")
        assert restarted.nonce(0) == COUNT


def test_a_simulation_reads_token_and_time_from_the_chain_and_sends_nothing(shell: Shell) -> None:
    bounty, before = write_files(shell)[1], shell.nonce(OWNER)
    alone = shell.json("bounty", "simulate", bounty)["assumptions"]
    assert (alone["token_read"], alone["symbol"]) == (False, "coins")
    told = shell.json("--rpc", shell.url, "bounty", "simulate", bounty)["assumptions"]
    assert (told["token_read"], told["decimals"], told["symbol"]) == (True, 18, "tJPY")
    assert told["opened_at"] == shell.chain.block().timestamp
    assert shell.nonce(OWNER) == before


def test_a_dry_run_of_a_deployment_shows_the_plan_and_sends_nothing(shell: Shell) -> None:
    before = shell.nonce(0)
    plan = shell.json("deploy", "--dry-run")
    assert all(step["present"] for step in plan["steps"])
    assert shell.nonce(0) == before


def test_without_a_deployment_a_command_says_so(shell: Shell, tmp_path: Path) -> None:
    _, err = shell.run("bounty", "show", 1, code=6, RESONANCE_DEPLOYMENTS=str(tmp_path))
    assert "error [not_deployed]" in err
    assert "next: Run `resonance deploy`" in err


def test_without_a_chain_a_command_says_so_in_both_languages(shell: Shell) -> None:
    _, err = shell.here("--rpc", "http://127.0.0.1:9", "project", "show", 1, code=5)
    assert "next: Check RESONANCE_RPC_URL" in err
    _, err = shell.here("--lang", "ja", "--rpc", "http://127.0.0.1:9", "project", "show", 1, code=5)
    assert "チェーンに接続できません" in err


def test_doctor_finds_every_part_well_or_says_what_is_not(shell: Shell) -> None:
    findings = {found["part"]: found for found in shell.json("doctor")["findings"]}
    assert {name for name, found in findings.items() if not found["ok"]} == {"operator"}
    assert "RESONANCE_OPERATOR_DEV_INDEX" in findings["operator"]["fix"]
    assert findings["deployment"]["found"].startswith(f"{COUNT} contracts")
    assert "callers may ask for 1 a day" in findings["day's cost"]["found"]
    out, _ = shell.here("--rpc", "http://127.0.0.1:9", "doctor", code=1)
    assert "FAIL  chain" in out
    assert "next: Check RESONANCE_RPC_URL" in out


# The story, by commands alone.


def test_a_bounty_from_opening_to_withdrawal(shell: Shell) -> None:
    project, bounty = write_files(shell)
    opened = shell.json("project", "open", project, "--dev", OWNER)["project"]
    assert (opened["id"], opened["owner"]) == (1, DevSigner(OWNER).address)
    assert "Wagashi Worldwide" in shell.here("project", "show", 1)[0]
    dry_run_sends_nothing(shell, bounty)
    view = shell.json("bounty", "open", bounty, "--dev", OWNER)["bounty"]
    assert (view["id"], view["escrowed"]) == (1, str(300_000 * YEN))
    told = shell.json("bounty", "open", bounty, "--dev", OUTSIDER, code=7)
    assert told["error"]["details"]["error"]["name"] == "BountyOpener_NotAuthorized"
    hand_in(shell)
    review_and_relay(shell)
    report_challenge_and_rule(shell)
    settle_and_claim(shell)
    withdraw(shell)


def dry_run_sends_nothing(shell: Shell, bounty: Path) -> None:
    before, kept = shell.nonce(OWNER), set((shell.folder / "home").rglob("*"))
    out, _ = shell.here("bounty", "open", bounty, "--dev", OWNER, "--dry-run")
    assert "BountyOpener.open" in out
    assert "terms.amount" in out
    steps = shell.json("bounty", "open", bounty, "--dev", OWNER, "--dry-run")["dry_run"]
    assert [step["function"] for step in steps] == ["approve", "open"]
    assert steps[0]["gas"] > 20_000
    assert int(steps[0]["max_cost_wei"]) > 0
    assert steps[1]["gas"] is None, "it cannot be simulated before the allowance"
    assert steps[1]["arguments"]["terms"]["amount"] == str(300_000 * YEN)
    assert shell.nonce(OWNER) == before
    assert set((shell.folder / "home").rglob("*")) == kept, "nothing is pinned either"


def hand_in(shell: Shell) -> None:
    (shell.folder / "work.md").write_text("A text that makes one hungry.")
    (shell.folder / "empty.md").touch()
    assert "empty" in shell.json("submit", 1, "empty.md", "--dev", WORKER, code=3)["error"]["message"]
    assert "cannot be read" in shell.here("submit", 1, "absent.md", "--dev", WORKER, code=3)[1]
    shares = {WORKER: "75%", OUTSIDER: "25"}
    payees = [f"--payee={DevSigner(index).address}={share}" for index, share in shares.items()]
    handed = shell.json("submit", 1, "work.md", *payees, "--dev", WORKER)
    assert handed["submission"] == 1
    assert handed["evidence"].startswith("bafk")
    assert (
        "sum to 100" in shell.json("submit", 1, "work.md", payees[0], "--dev", 2, code=3)["error"]["message"]
    )


def review_and_relay(shell: Shell) -> None:
    words = ["approve", "--score", "90%", "--comment", "Very good."]
    signed = shell.json("review", 1, 1, *words, "--sign-only", "review.json", "--dev", AYA)
    assert shell.nonce(AYA) == 0
    assert shell.json("relay", "review.json", "--dev", OUTSIDER)["uid"] == signed["uid"]
    told = shell.json("relay", "review.json", "--dev", OUTSIDER, code=8)
    assert "relayed before" in told["error"]["message"]
    shell.here("review", 1, 1, *words, "--dev", BEN)


def report_challenge_and_rule(shell: Shell) -> None:
    shell.here("outcome", 1, 1, "success", "--value", 400, "--comment", "400 of 500.", "--dev", SOURCE)
    assert "reported 80%" in shell.run("bounty", "show", 1)[0]
    shell.here("challenge", 1, 1, "success", "--comment", "It was 450.", "--dev", WORKER)
    shell.here("outcome", 1, 1, "success", "--value", 450, "--comment", "So it was.", "--dev", ARBITER)


def settle_and_claim(shell: Shell) -> None:
    assert shell.json("settle", "--dev", OUTSIDER) == {"settled": [], "failed": []}
    shown = shell.json("bounty", "show", 1)["bounty"]["submissions"][0]
    assert shown["tranches"]["success"]["stage"] == "settled"
    assert shown["tranches"]["success"]["achieved_bps"] == 9000
    shell.here("claim", 1, 1, "--dev", OUTSIDER)
    increase_time(shell.chain, 500 * DAY)
    shell.here("settle", "--dev", OUTSIDER)
    assert shell.json("bounty", "show", 1)["bounty"]["submissions"][0]["stage"] == "completed"


def withdraw(shell: Shell) -> None:
    owed = (90_000 + 135_000 + 60_000) * YEN * 75 // 100
    seen = shell.json("withdraw", "--dev", WORKER, "--dry-run")["dry_run"]
    assert seen[0]["arguments"]["amount"] == str(owed)
    mute = give_worthless_credit(shell)
    paid = json.loads(shell.run("--json", "withdraw", "--dev", WORKER, code=7)[0])
    assert [entry["amount"] for entry in paid["withdrawn"]] == [str(owed)]
    assert [entry["token"].lower() for entry in paid["failed"]] == [mute]
    told = shell.json("withdraw", "--token", coin_of(shell), "--dev", WORKER, code=3)
    assert "has no credit" in told["error"]["message"]


def give_worthless_credit(shell: Shell) -> str:
    """Anybody may deposit anything for anybody: here a contract that answers every question with 1000."""
    mute, vault = "0x" + "ab" * 20, contracts_of(shell)["PayoutVault"]["address"]
    shell.chain.request("anvil_setCode", [mute, "0x6103e860005260206000f3"])
    values = encode(["address", "address", "uint256"], [mute, DevSigner(WORKER).address, 5])
    send(shell.chain, DevSigner(OUTSIDER), vault, keccak(b"settle(address,address,uint256)")[:4] + values)
    return mute


# Keys.


def test_a_command_wants_one_wallet_and_not_two(shell: Shell) -> None:
    for wallets in ([], ["--dev", 1, "--keystore", "key.json"]):
        _, err = shell.here("settle", *wallets, code=3)
        assert "either --keystore FILE or" in err


def test_a_keystore_is_made_opened_with_its_password_file_and_never_shown(shell: Shell) -> None:
    (shell.folder / "password").write_text("correct horse\n")
    (shell.folder / "wrong").write_text("wrong horse\n")
    made = shell.json("keystore", "new.keystore.json", code=3)
    assert "RESONANCE_PASSWORD_FILE" in made["error"]["message"], "there is no terminal to ask on"
    out, _ = shell.run("keystore", "new.keystore.json", RESONANCE_PASSWORD_FILE="password")
    assert "0x" in out
    assert (shell.folder / "new.keystore.json").stat().st_mode & 0o077 == 0
    wallet = ["--keystore", "new.keystore.json"]
    shell.run("settle", *wallet, RESONANCE_PASSWORD_FILE="password")
    _, err = shell.run("settle", *wallet, code=8, RESONANCE_PASSWORD_FILE="wrong")
    assert "does not open with this password" in err
    assert "horse" not in err
