"""
A page of bounties and what is due, from the chain and from the index, on one node in one run.

    PYTHONPATH=src:benchmarks python -m recorder.lists 10000
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from resonance_dao.chain.book import Book
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain, increase_time
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.signer import DevSigner
from resonance_dao.journal.database import Database
from resonance_dao.journal.migration import upgrade
from resonance_dao.workflows import bounties, payouts, projects
from resonance_dao.workflows.deploying import deployment_plan
from resonance_dao.workflows.project_file import read_project
from resonance_dao.workflows.reading.lists import Lists
from resonance_dao.workflows.reading.reader import Reader, read_model
from resonance_dao.workflows.system import Action, System, perform
from resonance_dao.workflows.terms import Terms, TrancheTerms

ROOT = Path(__file__).parents[2]
OWNER, REVIEWER = DevSigner(0), DevSigner(1)
PAGE, IN_A_BLOCK, DUE_FROM_CHAIN_UP_TO = 20, 40, 1_000
NOBODY = "0x" + "00" * 20


def main(count: int) -> None:
    """Open the bounties, read them, and print how long each list takes (median, ms)."""
    artifacts = compile_project(ROOT, env=os.environ)
    with DevChain.start(ROOT) as dev, tempfile.TemporaryDirectory() as folder:
        chain = RpcChain(dev.url, reverts=RevertDecoder(artifacts.values()))
        book = Book.load(Path(folder), chain)
        run(deployment_plan(ROOT, 31337, artifacts), chain, OWNER, book)
        system = System.from_book(chain, book, artifacts)
        coin = book.contract("TestYen", artifacts).address
        url = f"sqlite:///{Path(folder) / 'journal.db'}"
        upgrade(url)
        database = Database(url)
        reader = Reader(read_model(database, system), system)
        open_bounties(system, coin, count)
        began = time.perf_counter()
        while not reader.read():
            pass
        print(f"{count} bounties read in {time.perf_counter() - began:.1f} s")
        tell(system, reader, count)
        database.close()


def tell(system: System, reader: Reader, count: int) -> None:
    """Print the figures of the first and the last page, and of what is due."""
    lists = Lists(reader.model, system)

    def from_chain(after: int) -> list[bounties.BountyView]:
        numbers = [number for number in bounties.bounties(system) if number > after]
        return [bounties.bounty(system, number) for number in numbers[:PAGE]]

    for name, after in (("first", 0), ("last", max(0, count - PAGE))):
        before = took(lambda after=after: from_chain(after), 3)  # type: ignore[misc]
        now = took(lambda after=after: lists.bounties(None, after, PAGE + 1), 20)  # type: ignore[misc]
        print(f"{name} page: chain {before:.1f} ms, index {now:.2f} ms, {before / now:.0f}x")
    tell_due(system, lists, count, "nothing due")
    increase_time(system.chain, 31 * 86_400)
    while not reader.read():
        pass
    tell_due(system, lists, count, "all due")


def tell_due(system: System, lists: Lists, count: int, when: str) -> None:
    """Print how long the first page of what is due takes, and how often the node is asked for it."""
    now, asked = took(lambda: lists.due(None, PAGE), 5), calls(system, lambda: lists.due(None, PAGE))
    if count > DUE_FROM_CHAIN_UP_TO:
        print(
            f"{when}: index {now:.2f} ms, {asked} calls; a scan is not measured above {DUE_FROM_CHAIN_UP_TO}"
        )
        return
    before, scanned = took(lambda: payouts.due(system), 1), calls(system, lambda: payouts.due(system))
    print(f"{when}: scan {before:.0f} ms, {scanned} calls; a page from the index {now:.2f} ms, {asked} calls")


def calls(system: System, ask: Callable[[], object]) -> int:
    """Return how many questions the node is asked."""
    chain, found = system.chain, list[str]()
    request = chain.request

    def counted(method: str, params: Sequence[object] = ()) -> object:
        found.append(method)
        return request(method, params)

    chain.request = counted  # type: ignore[method-assign]
    try:
        ask()
    finally:
        chain.request = request  # type: ignore[method-assign]
    return len(found)


def took(ask: Callable[[], object], times: int) -> float:
    """Return how long asking takes, the median, in ms."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1_000)
    return statistics.median(found)


def open_bounties(system: System, coin: str, count: int) -> None:
    """Open one project and many bounties in it, many to a block."""
    chain, token = system.chain, system.token(coin)
    project = read_project((ROOT / "examples/wagashi/project.yaml").read_text("utf-8"))
    perform(system, projects.opening(system, project, "bafyproject", [system.escrow.address]), OWNER)
    perform(system, Action(token, "approve", (system.opener.address, 2**255), {}), OWNER)
    minted = Action(Contract(coin, system.artifacts.get("TestYen")), "mint", (OWNER.address, 10**30), {})
    perform(system, minted, OWNER)
    call = Action(system.opener, "open", (terms(coin, system.now()).to_abi(),), {})
    sent = {"from": OWNER.address, "to": call.to, "data": "0x" + call.data.hex(), "gas": hex(700_000)}
    chain.request("evm_setAutomine", [False])
    for number in range(1, count + 1):
        chain.request("eth_sendTransaction", [sent])
        if number % IN_A_BLOCK == 0 or number == count:
            chain.request("evm_mine", [])
    chain.request("evm_setAutomine", [True])
    opened = int(system.escrow.call(chain, "bountyCount"))
    if opened != count:
        raise SystemExit(f"{opened} of {count} bounties were opened")


def terms(coin: str, now: int) -> Terms:
    """Return the terms of a small bounty without outcomes."""
    none = TrancheTerms(0, 0, 0, 0, 0, 0, 0, NOBODY)
    return Terms(
        1, OWNER.address, coin, 1_000, 0, 0, 1, 10_000, 10_000, 10_000, 1, (REVIEWER.address,),
        now + 30 * 86_400, 7 * 86_400, 0, False, NOBODY, 0, 0, NOBODY, NOBODY, none, none, "bafybounty",
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
