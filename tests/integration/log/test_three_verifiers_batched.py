"""Python, JavaScript and the contract itself say the same of drawn proofs of two steps."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice
from types import ModuleType

import pytest

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.transparency.address import checksum
from tests.integration.log import drawing_batched as drawing
from tests.integration.log.conftest import ROOT

pytestmark = [pytest.mark.chain, pytest.mark.timeout(1_800)]

PUBLISHER = DevSigner(3)
PLACE = checksum("0x00000000000000000000000000000000000ba7c8", "place")
MANY = [pytest.mark.slow, pytest.mark.timeout(3_000)]
PROOFS = int(os.environ.get("RESONANCE_PROOFS", "1000"))
AT_ONCE = 150


@pytest.fixture(scope="module")
def held() -> drawing.DrawnLog:
    return drawing.log(45, 7)


@pytest.fixture(scope="module")
def contract(probe: tuple[RpcChain, Contract], held: drawing.DrawnLog) -> Contract:
    """The contract with the drawn log in it."""
    chain, _ = probe
    artifact = compile_project(ROOT).get("BatchedLog")
    chain.request("anvil_setCode", [PLACE, "0x" + artifact.deployed_bytecode.hex()])
    log = Contract(PLACE, artifact)
    for batch in held.batches:
        send(chain, PUBLISHER, log.address, log.encode("append", batch.to_dict(), bytes(32)))
    assert bytes(log.call(chain, "rootOf", PUBLISHER.address)) == held.tree.head()
    return log


@pytest.mark.parametrize("count", [100, pytest.param(PROOFS, marks=MANY)])
def test_no_mutated_proof_of_two_steps_is_accepted_anywhere(
    probe: tuple[RpcChain, Contract],
    javascript: Callable[[str, bytes], bytes],
    build: ModuleType,
    held: drawing.DrawnLog,
    contract: Contract,
    count: int,
) -> None:
    chain, asking = probe
    kinds: set[str] = set()
    drawn = drawing.proofs(build, held, count, count)
    while families := list(islice(drawn, 250)):
        cases = [case for family in families for case in family]
        kinds |= {case["kind"] for case in cases}
        expected = bytes(case["kind"] == "sound" for case in cases)
        assert expected.count(1) == len(families)
        assert bytes(map(drawing.is_sound, cases)) == expected
        assert javascript("batched", b"".join(map(drawing.to_bytes, cases))) == expected
        # The contract knows its size and root; nobody can name others to it.
        true = held.tree.size, held.tree.head()
        asked = [case for case in cases if (case["size"], case["root"]) == true]
        for at in range(0, len(asked), AT_ONCE):
            some = asked[at : at + AT_ONCE]
            questions = [
                contract.encode("verifyInclusion", PUBLISHER.address, *drawing.arguments(case))
                for case in some
            ]
            said = bytes(asking.call(chain, "answers", contract.address, questions))
            assert said == bytes(case["kind"] == "sound" for case in some)
    assert len(kinds) > 2 * 23
