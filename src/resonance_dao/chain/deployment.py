"""
Carrying out a plan: `survey` looks at what is there, `run` is the only effect.

    todo = survey(plan([Specification("PayoutVault", vault), Specification("Escrow", escrow,
    (Ref("PayoutVault"),))]), chain) print(todo.to_text()) run(todo, chain, signer, Book.load(folder,
    chain))

Every contract goes to an address that depends on its code, arguments and salt alone. So a run can be
repeated: what is there already is recognised and not sent again, whoever sent it. The transaction's hash is
in the book before it is broadcast, and a run that was killed at any point continues where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from resonance_dao.chain.book import Book, Entry, code_hash
from resonance_dao.chain.chain import Chain, Receipt, code_at, identify
from resonance_dao.chain.create2 import DETERMINISTIC_DEPLOYER, ensure_deployer, has_deployer
from resonance_dao.chain.creation import find_creation
from resonance_dao.chain.plan import Plan, Step
from resonance_dao.chain.sender import send, wait
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import ChainMismatch, ChainUnreachable, NotDeployed, TransactionFailed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: step `number` of `total` is now "present", "signed" (not yet sent) or "deployed"."""

    number: int
    total: int
    name: str
    state: str
    tx_hash: str | None = None


def ignore(_: Progress) -> None:
    """Report progress to nobody."""


def survey(todo: Plan, chain: Chain) -> Plan:
    """
    Return the same plan with what is on `chain` already marked. Raises `ChainMismatch` when other code is
    there.
    """
    marked = tuple(replace(step, present=bool(_code_of(step, chain))) for step in todo.steps)
    return Plan(marked, has_deployer(chain))


def run(
    todo: Plan, chain: Chain, signer: Signer, book: Book, progress: Callable[[Progress], None] = ignore
) -> Book:
    """
    Carry out a plan and return the book, which is written after every step.

    Raises `ChainMismatch` when the chain is not the book's or other code is where a contract should go,
    `NotDeployed` when an `existing` contract is absent, `TransactionFailed` with the constructor's reason.
    Running it again continues.
    """
    found = identify(chain)
    if (found.chain_id, found.genesis_hash) != (book.chain_id, book.genesis_hash):
        raise ChainMismatch(
            f"the book is not of this chain: {book.chain_id} is expected, {found.chain_id} is served",
            hint="Load the book of this chain, with the same endpoint.",
        )
    if any(step.initcode for step in todo.steps):
        ensure_deployer(chain, signer)
    for number, step in enumerate(todo.steps, 1):
        at = Progress(number, len(todo.steps), step.name, "present")
        _run_step(step, chain, signer, book, _reporter(progress, at))
    return book


_Report = Callable[[str, str | None], None]


def _reporter(progress: Callable[[Progress], None], at: Progress) -> _Report:
    def report(state: str, tx_hash: str | None) -> None:
        progress(replace(at, state=state, tx_hash=tx_hash))

    return report


def _run_step(step: Step, chain: Chain, signer: Signer, book: Book, report: _Report) -> None:
    begun = book.begun(step.name)
    code = _code_of(step, chain) or _code_after(begun, step, chain)
    if not code and not step.initcode:
        raise NotDeployed(f"{step.name} is expected at {step.address}, and nothing is there")
    if code:
        if begun is None or begun.address != step.address or begun.code_hash != code_hash(code):
            _finish(step, chain, book, *_creation_of(begun, step, chain))
        return report("present", None)

    def signed(tx_hash: str) -> None:
        book.record(_entry(step, transaction=tx_hash))
        report("signed", tx_hash)

    receipt = _create(step, chain, signer, signed)
    _finish(step, chain, book, receipt.tx_hash, receipt.block_number)
    return report("deployed", receipt.tx_hash)


def _create(step: Step, chain: Chain, signer: Signer, signed: Callable[[str], None]) -> Receipt:
    try:
        return send(chain, signer, DETERMINISTIC_DEPLOYER, step.salt + step.initcode, on_signed=signed)
    except TransactionFailed:
        # The deployer swallows the constructor's reason: create without it, in simulation, and let that one
        # speak.
        bare = {"from": DETERMINISTIC_DEPLOYER, "data": "0x" + step.initcode.hex()}
        chain.request("eth_call", [bare, "latest"])
        raise


def _finish(step: Step, chain: Chain, book: Book, tx_hash: str | None, block: int | None) -> None:
    code = _code_of(step, chain)
    if not code:
        raise ChainUnreachable(f"{step.name} was created in {tx_hash}, and the endpoint does not show it yet")
    entry = _entry(step, transaction=tx_hash, block=block, code_hash=code_hash(code))
    book.record(entry, step.artifact.standard_json() if step.initcode else None)


def _code_of(step: Step, chain: Chain) -> bytes:
    code = code_at(chain, step.address)
    if code and step.initcode and not step.artifact.runtime_matches(code):
        raise ChainMismatch(
            f"the code at {step.address} is not {step.contract}",
            hint="Compile the same sources, or deploy under another salt.",
            name=step.name,
        )
    return code


def _code_after(begun: Entry | None, step: Step, chain: Chain) -> bytes:
    # An earlier run signed this step and was stopped. Its transaction may still be waiting to be mined.
    if begun is None or begun.transaction is None or begun.address != step.address:
        return b""
    if chain.request("eth_getTransactionByHash", [begun.transaction]) is None:
        return b""
    wait(chain, begun.transaction)
    return _code_of(step, chain)


def _creation_of(begun: Entry | None, step: Step, chain: Chain) -> tuple[str | None, int | None]:
    if begun is not None and begun.transaction is not None and begun.address == step.address:
        receipt = chain.receipt(begun.transaction)
        if receipt is not None and receipt.status == 1:
            return receipt.tx_hash, receipt.block_number
    return find_creation(chain, step.address, step.salt + step.initcode) if step.initcode else (None, None)


def _entry(
    step: Step, *, transaction: str | None, block: int | None = None, code_hash: str | None = None
) -> Entry:
    created = bool(step.initcode)
    return Entry(
        name=step.name,
        contract=step.contract,
        address=step.address,
        transaction=transaction,
        block=block,
        constructor_arguments="0x" + step.constructor_arguments.hex(),
        salt="0x" + step.salt.hex() if created else None,
        initcode_hash=step.initcode_hash if created else None,
        code_hash=code_hash,
        metadata_cid=step.artifact.metadata_cid if created else None,
        compiler=step.artifact.compiler if created else "",
    )
