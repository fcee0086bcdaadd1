import json
from pathlib import Path

import pytest

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import code_at, nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.create2 import DETERMINISTIC_DEPLOYER
from resonance_dao.chain.deployment import Progress, run, survey
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.external import eas_specifications
from resonance_dao.chain.plan import Plan, Ref, Specification, plan
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, ChainUnreachable, InputInvalid, NotDeployed, TransactionFailed

pytestmark = pytest.mark.chain


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def todo(root: Path, artifacts: Artifacts) -> Plan:
    coin = Specification("Coin", artifacts.get("Coin"), (100,))
    shop = Specification("Shop", artifacts.get("Shop"), (Ref("Coin"),))
    return plan([*eas_specifications(root, 31337), coin, shop])


def kill_at(count: int, seen: list[Progress]) -> object:
    def progress(step: Progress) -> None:
        seen.append(step)
        if len(seen) == count:
            raise Killed

    return progress


def test_a_chain_that_is_down_is_said(dev: DevChain, own_chain: RpcChain, tmp_path: Path) -> None:
    dev.stop()
    with pytest.raises(ChainUnreachable, match="did not answer"):
        Book.load(tmp_path, own_chain)


def test_the_book_of_another_chain_is_refused(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path
) -> None:
    with DevChain.start(Path(__file__).parents[3], port=0) as other:
        book = Book.load(tmp_path, RpcChain(other.url))
    book.genesis_hash = "0x" + "00" * 32
    with pytest.raises(ChainMismatch):
        run(todo, chain, signer, book)
    assert nonce_of(chain, signer.address) == 0


def test_a_constructors_reason_is_told(
    chain: RpcChain, signer: DevSigner, artifacts: Artifacts, tmp_path: Path
) -> None:
    refused = plan([Specification("Coin", artifacts.get("Coin"), (0,))])
    with pytest.raises(TransactionFailed, match="Coin_TooMuch") as failed:
        run(refused, chain, signer, Book.load(tmp_path, chain))
    assert "thrown when the amount is above the limit" in str(failed.value)
    assert nonce_of(chain, signer.address) == 0


def test_a_contract_that_should_exist_and_does_not_is_said(
    chain: RpcChain, signer: DevSigner, artifacts: Artifacts, tmp_path: Path
) -> None:
    missing = plan([Specification("EAS", artifacts.get("Coin"), existing=signer.address)])
    with pytest.raises(NotDeployed, match="nothing is there"):
        run(missing, chain, signer, Book.load(tmp_path, chain))


def test_other_code_at_the_address_is_refused(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path
) -> None:
    chain.request("anvil_setCode", [todo.steps[2].address, "0x6080"])
    with pytest.raises(ChainMismatch, match="is not Coin"):
        survey(todo, chain)
    with pytest.raises(ChainMismatch, match="is not Coin"):
        run(todo, chain, signer, Book.load(tmp_path, chain))


def test_a_restarted_chain_is_noticed_and_deployed_to_afresh(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path
) -> None:
    addresses = {
        name: run(todo, chain, signer, Book.load(tmp_path, chain)).address(name) for name in ("Coin", "Shop")
    }
    with DevChain.start(Path(__file__).parents[3]) as restarted:
        again = RpcChain(restarted.url)
        with pytest.raises(ChainMismatch, match="the development chain was restarted"):
            Book.load(tmp_path, again)
        book = run(todo, again, DevSigner(1), Book.load(tmp_path, again, fresh=True))
        assert {name: book.address(name) for name in addresses} == addresses


def test_a_run_deploys_what_was_planned_and_a_second_run_sends_nothing(
    chain: RpcChain, signer: DevSigner, todo: Plan, artifacts: Artifacts, tmp_path: Path
) -> None:
    assert [step.present for step in survey(todo, chain).steps] == [False] * 4
    book = run(todo, chain, signer, Book.load(tmp_path, chain))
    sent, text = nonce_of(chain, signer.address), (tmp_path / "31337.json").read_text()
    assert sent == 4

    seen: list[Progress] = []
    run(todo, chain, signer, Book.load(tmp_path, chain), seen.append)
    assert [step.state for step in seen] == ["present"] * 4
    assert nonce_of(chain, signer.address) == sent
    assert (tmp_path / "31337.json").read_text() == text
    assert [step.present for step in survey(todo, chain).steps] == [True] * 4

    shop = book.contract("Shop", artifacts)
    assert shop.call(chain, "COIN") == book.address("Coin") == todo.steps[2].address
    entry = book.entry("Coin")
    kept = json.loads((tmp_path / str(entry.standard_json)).read_text())
    assert "contracts/Coin.sol" in kept["sources"]
    assert entry.metadata_cid == artifacts.get("Coin").metadata_cid
    assert entry.constructor_arguments == "0x" + f"{100:064x}"


@pytest.mark.parametrize("count", range(1, 9))
def test_a_run_killed_at_any_point_continues_and_pays_for_nothing_twice(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path, count: int
) -> None:
    with pytest.raises(Killed):
        run(todo, chain, signer, Book.load(tmp_path, chain), kill_at(count, []))  # type: ignore[arg-type]
    book = run(todo, chain, signer, Book.load(tmp_path, chain))
    assert nonce_of(chain, signer.address) == 4
    for step in todo.steps:
        receipt = chain.receipt(str(book.entry(step.name).transaction))
        assert receipt is not None
        assert (receipt.status, receipt.block_number) == (1, book.entry(step.name).block)


def test_a_run_killed_while_its_transaction_waits_does_not_send_it_again(
    own_chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_chain.request("evm_setAutomine", [False])
    monkeypatch.setattr(RpcChain, "receipt", lambda *_: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        run(todo, own_chain, signer, Book.load(tmp_path, own_chain))
    monkeypatch.undo()
    own_chain.request("evm_setIntervalMining", [1])
    run(todo, own_chain, signer, Book.load(tmp_path, own_chain))
    assert nonce_of(own_chain, signer.address) == 4


def test_what_somebody_else_deployed_is_taken_with_its_creation_transaction(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path
) -> None:
    coin = todo.steps[2]
    receipt = send(chain, DevSigner(5), DETERMINISTIC_DEPLOYER, coin.salt + coin.initcode)
    book = run(todo, chain, signer, Book.load(tmp_path, chain))
    assert nonce_of(chain, signer.address) == 3
    assert (book.entry("Coin").transaction, book.entry("Coin").block) == (
        receipt.tx_hash,
        receipt.block_number,
    )


def test_the_deterministic_deployer_is_created_where_it_is_missing(
    chain: RpcChain, signer: DevSigner, todo: Plan, tmp_path: Path
) -> None:
    proper = code_at(chain, DETERMINISTIC_DEPLOYER)
    chain.request("anvil_setCode", [DETERMINISTIC_DEPLOYER, "0x"])
    chain.request("anvil_setNonce", [DETERMINISTIC_DEPLOYER, "0x0"])
    assert not survey(todo, chain).deployer_present
    book = run(todo, chain, signer, Book.load(tmp_path, chain))
    assert code_at(chain, DETERMINISTIC_DEPLOYER) == proper
    assert book.names() == ("SchemaRegistry", "EAS", "Coin", "Shop")


def test_eas_is_taken_from_the_chains_that_have_it(root: Path) -> None:
    registry, eas = eas_specifications(root, 8453)
    assert registry.existing == "0x4200000000000000000000000000000000000020"
    assert eas.existing == "0x4200000000000000000000000000000000000021"
    assert plan([registry, eas]).steps[1].initcode == b""


def test_a_plan_needs_no_chain_and_is_the_same_everywhere(
    root: Path, artifacts: Artifacts, todo: Plan
) -> None:
    again = plan(
        [
            *eas_specifications(root, 424242),
            Specification("Coin", artifacts.get("Coin"), (100,)),
            Specification("Shop", artifacts.get("Shop"), (Ref("Coin"),)),
        ]
    )
    assert [step.address for step in again.steps] == [step.address for step in todo.steps]
    with pytest.raises(InputInvalid):
        plan([Specification("ICoin", artifacts.get("ICoin"))])


def test_the_decoder_explains_a_call_on_the_real_chain(
    chain: RpcChain,
    signer: DevSigner,
    todo: Plan,
    artifacts: Artifacts,
    decoder: RevertDecoder,
    tmp_path: Path,
) -> None:
    coin = run(todo, chain, signer, Book.load(tmp_path, chain)).contract("Coin", artifacts)
    with pytest.raises(TransactionFailed) as failed:
        send(chain, signer, coin.address, coin.encode("mint", signer.address, 101))
    assert failed.value.details["error"]["args"] == {"amount": 101, "limit": 100}  # type: ignore[index]
    receipt = send(chain, signer, coin.address, coin.encode("mint", signer.address, 100))
    assert [event.args["value"] for event in coin.events(receipt.logs, "Transfer")] == [100]
    assert coin.call(chain, "balanceOf", signer.address) == 100
    assert coin.events(chain.logs([coin.address], 0, receipt.block_number)) == coin.events(receipt.logs)
