import socket
from pathlib import Path

import pytest

from resonance_dao.chain.chain import identify, nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.devchain import DevChain, increase_time, mine
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainUnreachable

pytestmark = pytest.mark.chain

BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def test_a_taken_port_is_said(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ChainUnreachable, match="anvil did not start"):
            DevChain.start(root, port=taken.getsockname()[1])


def test_a_stopped_chain_is_gone_and_stopping_again_does_nothing(dev: DevChain, own_chain: RpcChain) -> None:
    assert identify(own_chain).chain_id == 31337
    dev.stop()
    dev.stop()
    with pytest.raises(ChainUnreachable):
        own_chain.request("anvil_nodeInfo")


def test_the_clock_moves_forward(chain: RpcChain) -> None:
    before = chain.block()
    after = increase_time(chain, 3600)
    assert 3600 <= after.timestamp - before.timestamp < 3660
    assert mine(chain, 3).number == after.number + 3


def test_a_saved_state_is_the_same_chain_again(root: Path, tmp_path: Path, signer: DevSigner) -> None:
    with DevChain.start(root, state=tmp_path / "state.json") as first:
        chain = RpcChain(first.url)
        send(chain, signer, BOB, b"", value=1)
        identity = identify(chain)
    with DevChain.start(root, state=tmp_path / "state.json") as second:
        chain = RpcChain(second.url)
        assert nonce_of(chain, signer.address) == 1
        assert identify(chain) == identity
