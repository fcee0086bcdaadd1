"""The newer commands over a real chain: each does its work, refuses what it must, and speaks JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_dao.chain.devchain import DevChain, increase_time
from resonance_dao.chain.signer import DevSigner
from tests.integration.workflows.test_cli import (
    ARBITER,
    AYA,
    BEN,
    DAY,
    OUTSIDER,
    OWNER,
    WORKER,
    YEN,
    Shell,
    coin_of,
    write_files,
)

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def opened(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A chain with the system and project 1."""
    with DevChain.start(root) as dev:
        shell = Shell(tmp_path_factory.mktemp("shell"), root, dev.url)
        shell.here("deploy", "--dev", 0)
        project, _ = write_files(shell)
        shell.here("project", "open", project, "--dev", OWNER)
        (shell.folder / "work.md").write_text("A text that makes one hungry.")
        (shell.folder / "better.md").write_text("A text that makes one hungrier.")
        yield shell


@pytest.fixture
def shell(opened: Shell) -> Iterator[Shell]:
    """The same chain for every test, put back afterwards."""
    snapshot = opened.chain.request("evm_snapshot")
    yield opened
    opened.chain.request("evm_revert", [snapshot])


def address(index: int) -> str:
    return DevSigner(index).address


def open_one(shell: Shell, *options: object, **changes: str) -> int:
    """Open a bounty by the file with some lines changed, and return its number."""
    text = (shell.folder / "bounty.yaml").read_text("utf-8")
    for key, value in changes.items():
        text = f"{text}\n{key}: {value}\n"
    (shell.folder / "changed.yaml").write_text(text, "utf-8")
    view = shell.json("bounty", "open", "changed.yaml", *options, "--dev", OWNER)["bounty"]
    return int(view["id"])


def stage(shell: Shell, bounty: int) -> str:
    return str(shell.json("bounty", "show", bounty)["bounty"]["submissions"][0]["stage"])


def error(shell: Shell, *arguments: object, code: int = 3) -> str:
    return str(shell.json(*arguments, code=code)["error"]["message"])


def test_a_bounty_is_funded_by_permit_by_authorization_and_by_a_pool(shell: Shell) -> None:
    assert "needs --sign-only FILE" in error(
        shell, "bounty", "open", "bounty.yaml", "--fund", "authorization", "--dev", OWNER
    )
    assert "--pool ADDRESS" in error(shell, "bounty", "open", "--dev", OWNER)
    assert "to fund with native coin" in error(
        shell, "bounty", "open", "bounty.yaml", "--fund", "native", "--dev", OWNER
    )
    assert open_one(shell, "--fund", "permit") == 1
    signed = ["bounty", "open", "bounty.yaml", "--fund", "authorization", "--sign-only", "open.json"]
    seen = shell.json(*signed, "--dev", OWNER, "--dry-run")["would_sign"]
    assert seen["message"]["from"] == address(OWNER)
    assert not (shell.folder / "open.json").exists()
    before = shell.nonce(OWNER)
    shell.json(*signed, "--dev", OWNER)
    assert shell.json("relay", "open.json", "--dev", OUTSIDER)["kind"] == "opening"
    assert (shell.nonce(OWNER), shell.json("bounty", "show", 2)["bounty"]["id"]) == (before, 2)

    pool = shell.json("pool", "open", "bounty.yaml", "--within", "10d", "--dev", OWNER)["pool"]
    assert shell.json("pool", "list")["pools"] == [pool]
    assert "at most what is missing" in error(
        shell, "pool", "contribute", pool, "--amount", "300001", "--dev", OWNER
    )
    shell.here("pool", "contribute", pool, "--amount", "100000", "--by", "permit", "--dev", OWNER)
    shell.here("pool", "take-back", pool, "--amount", "50000", "--dev", OWNER)
    shell.here("pool", "contribute", pool, "--amount", "250000", "--dev", OWNER)
    assert "300,000 tJPY of 300,000 tJPY" in shell.here("pool", "show", pool)[0]
    funded = shell.json("bounty", "open", "--fund", "pool", "--pool", pool, "--dev", OWNER)["bounty"]
    assert (funded["id"], funded["funder"]) == (3, pool)
    shell.here("bounty", "close", 3, "--code", "dropped", "--reason", "Not now.", "--dev", OWNER)
    assert shell.json("pool", "release", pool, "--dev", OUTSIDER)["released"] == [address(OWNER)]


def test_work_is_handed_in_changed_rejected_and_appealed_by_signatures(shell: Shell) -> None:
    number, before = open_one(shell), shell.nonce(WORKER)
    shell.here("submit", number, "work.md", "--sign-only", "work.json", "--dev", WORKER)
    assert shell.json("relay", "work.json", "--dev", OUTSIDER)["kind"] == "submission"
    shell.here("revise", number, 1, "better.md", "--sign-only", "better.json", "--dev", WORKER)
    assert shell.json("relay", "better.json", "--dev", OUTSIDER)["kind"] == "revision"
    assert "only a rejection" in error(shell, "appeal", number, 1, "--comment", "No.", "--dev", WORKER)
    words = ["--code", "off-brief", "--comment", "Too long."]
    shell.here("review", number, 1, "reject", *words, "--dev", AYA)
    shell.here("appeal", number, 1, "--comment", "No.", "--sign-only", "a.json", "--dev", WORKER)
    shell.here("relay", "a.json", "--dev", OUTSIDER)
    assert (stage(shell, number), shell.nonce(WORKER)) == ("appealed", before)
    assert "present nonce" in error(shell, "relay", "a.json", "--dev", OUTSIDER, code=8)
    shell.here("review", number, 1, "approve", "--comment", "It is good.", "--dev", ARBITER)
    assert stage(shell, number) == "accepted"


def test_a_signature_is_cancelled_and_japanese_says_so(shell: Shell) -> None:
    number = open_one(shell)
    shell.here("submit", number, "work.md", "--dev", WORKER)
    shell.here("revise", number, 1, "better.md", "--sign-only", "better.json", "--dev", WORKER)
    assert shell.json("cancel-signature", "escrow", "--dev", WORKER)["cancelled"] == "escrow"
    _, err = shell.here("--lang", "ja", "relay", "better.json", "--dev", OUTSIDER, code=8)
    assert "署名が受け付けられません" in err


def test_judgements_are_relayed_together_and_the_refused_is_named(shell: Shell) -> None:
    number = open_one(shell)
    shell.here("submit", number, "work.md", "--dev", WORKER)
    for index, file in ((AYA, "aya.json"), (BEN, "ben.json"), (OUTSIDER, "nobody.json")):
        words = ["approve", "--comment", "Good.", "--sign-only", file, "--dev", index]
        shell.here("review", number, 1, *words)
    told = shell.json("relay", "aya.json", "nobody.json", "ben.json", "--dev", OUTSIDER, code=8)
    assert (told["relayed"], [entry["file"] for entry in told["failed"]]) == (
        ["aya.json", "ben.json"],
        ["nobody.json"],
    )
    assert stage(shell, number) == "accepted"


def test_a_worker_applies_is_selected_and_another_declined(shell: Shell) -> None:
    number = open_one(shell, applications="true")
    assert "at most" in error(
        shell, "apply", number, "--bid", "300001", "--proposal", "Mine.", "--dev", WORKER
    )
    words = ["--bid", "200000", "--proposal", "Mine.", "--sign-only", "apply.json"]
    shell.here("apply", number, *words, "--dev", WORKER)
    shell.here("relay", "apply.json", "--dev", OUTSIDER)
    shell.here("apply", number, "--bid", "9", "--proposal", "Cheap.", "--dev", OUTSIDER)
    declined = ["application", "decline", number, address(OUTSIDER)]
    shell.here(*declined, "--code", "too-cheap", "--comment", "Unbelievable.", "--dev", OWNER)
    chosen = ["application", "select", number, address(WORKER), "--within", "5d"]
    assert shell.json(*chosen, "--dev", OWNER, "--dry-run")["dry_run"][0]["function"] == "select"
    shell.here(*chosen, "--dev", OWNER)
    found = shell.json("application", "list", number)["applications"]
    assert [one["stage"] for one in found] == ["selected", "declined"]
    shell.here("application", "withdraw", number, "--dev", WORKER)
    assert "has no application" in error(shell, *chosen, "--dev", OWNER)


def test_a_bond_is_set_put_down_and_shown(shell: Shell) -> None:
    number = open_one(shell)
    shell.here("bond", "set", number, "--amount", "1000", "--loss", "40%", "--dev", OWNER)
    assert "is to be escrowed" in error(shell, "bond", "post", number, "--dev", AYA)
    assert "is no reviewer" in error(shell, "bond", "post", number, "--dev", OWNER)
    assert "lost each time" in shell.here("bond", "show", number)[0]
    assert error(shell, "bond", "end", number, "--dev", OUTSIDER, code=7)


def test_reputation_is_ruled_rated_explained_and_appealed(shell: Shell) -> None:
    assert "no policy" in error(shell, "reputation", "policy", 1)
    policy = ["reputation", "policy", 1, "--arbiter", address(ARBITER), "--rater", address(AYA)]
    shell.here(*policy, "--dev", OWNER)
    assert shell.json("reputation", "policy", 1)["half_life"] == 180
    rated = ["reputation", "rate", 1, address(WORKER), "passion", "--value", "80", "--comment", "Keen."]
    shell.here(*rated, "--sign-only", "rating.json", "--dev", AYA)
    shell.here("relay", "rating.json", "--dev", OUTSIDER)
    told = shell.json("reputation", "explain", 1, address(WORKER))
    assert (told["agrees"], told["multiplier_bps"]) == (True, 10_600)
    assert "x 1.0600 the same" in shell.here("reputation", "explain", 1, address(WORKER))[0]
    appealed = ["reputation", "appeal", 1, "passion", "--rater", address(AYA), "--comment", "Unfair."]
    shell.here(*appealed, "--dev", WORKER)
    rule = ["reputation", "rule", 1, address(WORKER), "passion", "--rater", address(AYA)]
    shell.here(*rule, "--strike", "--comment", "So it was.", "--dev", ARBITER)
    shown = shell.json("reputation", "show", 1, address(WORKER))
    assert ([one["stage"] for one in shown["ratings"]], shown["multiplier_bps"]) == (["struck"], 10_000)


def test_a_payee_is_announced_vetoed_and_rotated_with_guardians(shell: Shell) -> None:
    number = open_one(shell)
    shell.here("submit", number, "work.md", "--dev", WORKER)
    for index in (AYA, BEN):
        shell.here("review", number, 1, "approve", "--comment", "Good.", "--dev", index)
    announce = ["payee", "announce", address(OUTSIDER), "--sign-only", "next.json"]
    shell.here(*announce, "--dev", WORKER)
    shell.here("relay", "next.json", "--dev", OUTSIDER)
    assert shell.json("payee", "show", address(WORKER))["announced"] == address(OUTSIDER)
    assert "can be rotated from" in error(shell, "payee", "finish", address(WORKER), "--dev", OUTSIDER)
    shell.here("payee", "veto", address(OUTSIDER), "--dev", WORKER)
    chosen = ["--guardian", address(AYA), "--guardian", address(BEN), "--threshold", 2]
    shell.here("payee", "guardians", *chosen, "--dev", WORKER)
    increase_time(shell.chain, 7 * DAY)
    shell.here("payee", "finish-guardians", address(WORKER), "--dev", OUTSIDER)
    for index in (AYA, BEN):
        approve = ["payee", "approve", address(OUTSIDER), "--account", address(WORKER)]
        shell.here(*approve, "--dev", index)
    assert shell.json("payee", "show", address(WORKER))["payee"] == address(OUTSIDER)
    withdraw = ["withdraw", "--account", address(WORKER)]
    assert "must be" in error(shell, *withdraw, "--dev", BEN)
    paid = shell.json(*withdraw, "--dev", OUTSIDER)["withdrawn"]
    assert [entry["amount"] for entry in paid] == [str(90_000 * YEN)]


def test_withholding_is_registered_shown_and_reckoned(shell: Shell) -> None:
    named = ["--token", coin_of(shell), "--collector", address(OUTSIDER)]
    made = shell.json("withholding", "register", *named, "--dev", OWNER)
    assert made["transaction"] is not None
    assert shell.json("withholding", "register", *named, "--dev", OWNER)["transaction"] is None
    identity = made["schedule"]
    told = shell.json("withholding", "tax", identity, "--amount", "1500000")
    assert (told["tax"], told["collector"]) == (str(204_200 * YEN), address(OUTSIDER))
    assert "JP withholding" in shell.here("withholding", "show", identity)[0]
    assert "no withholding schedule" in error(shell, "withholding", "show", "0x" + "11" * 32)


def test_credit_is_withdrawn_by_signature_and_pushed_to_several(shell: Shell) -> None:
    number = open_one(shell)
    shell.here("submit", number, "work.md", "--dev", WORKER)
    for index in (AYA, BEN):
        shell.here("review", number, 1, "approve", "--comment", "Good.", "--dev", index)
    before = shell.nonce(WORKER)
    shell.here("withdraw", "--sign-only", "pay.json", "--dev", WORKER)
    told = shell.json("push", address(WORKER), address(BEN), "--token", coin_of(shell), "--dev", AYA, code=7)
    assert (told["paid"], list(told["failed"])) == ([address(WORKER)], [address(BEN)])
    assert "the contract refused with PayoutVault_" in told["failed"][address(BEN)]
    assert "at most the credit, 0" in error(shell, "relay", "pay.json", "--dev", OUTSIDER)
    assert shell.nonce(WORKER) == before
