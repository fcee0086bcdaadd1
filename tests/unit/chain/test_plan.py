from collections.abc import Callable

import pytest

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.create2 import create2_address
from resonance_dao.chain.plan import Ref, Specification, plan
from resonance_dao.errors import InputInvalid

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def test_a_repeated_name_is_refused(coin: Artifact) -> None:
    with pytest.raises(InputInvalid, match="name of its own"):
        plan([Specification("A", coin, (ALICE, 1)), Specification("A", coin, (ALICE, 2))])


@pytest.mark.parametrize("name", ["B", "A", "nobody"])
def test_an_address_that_is_not_known_yet_is_refused(coin: Artifact, name: str) -> None:
    with pytest.raises(InputInvalid, match="must name a contract that comes earlier"):
        plan([Specification("A", coin, (Ref(name), 1)), Specification("B", coin, (ALICE, 1))])


@pytest.mark.parametrize("args", [(), (ALICE,), (ALICE, "1"), ("0x00", 1), (ALICE, 1, 2)])
def test_constructor_arguments_that_do_not_fit_are_refused(coin: Artifact, args: tuple[object, ...]) -> None:
    with pytest.raises(InputInvalid, match="A constructor"):
        plan([Specification("A", coin, args)])


def test_an_interface_cannot_be_deployed(artifact: Callable[..., Artifact]) -> None:
    with pytest.raises(InputInvalid, match="interface or abstract"):
        plan([Specification("A", artifact("IA", bytecode=b""))])


@pytest.mark.parametrize("size", [{"deployed_bytecode": b"\1" * 24_577}, {"bytecode": b"\1" * 49_153}])
def test_code_too_large_for_a_chain_is_refused_before_anything_is_sent(
    artifact: Callable[..., Artifact], size: dict[str, bytes]
) -> None:
    with pytest.raises(InputInvalid, match="EIP-170"):
        plan([Specification("A", artifact("A", **size), (ALICE, 1))])


def test_a_salt_of_another_length_is_refused(coin: Artifact) -> None:
    with pytest.raises(InputInvalid, match="32 bytes"):
        plan([Specification("A", coin, (ALICE, 1))], salt=b"short")


def test_the_address_is_the_one_of_eip_1014() -> None:
    # `cast create2 --deployer 0x4e59... --salt 0x00..00 --init-code-hash <keccak of nothing>`
    assert create2_address(bytes(32), b"") == "0x280Cc1Fc57a68d437a55F80201735cfd9A9Ae40a"


def test_addresses_depend_on_code_arguments_and_salt_alone(coin: Artifact) -> None:
    def address(args: tuple[object, ...], salt: bytes = bytes(32)) -> str:
        return plan([Specification("A", coin, args)], salt=salt).steps[0].address

    assert address((ALICE, 1)) == address((ALICE.lower(), 1))
    assert len({address((ALICE, 1)), address((ALICE, 2)), address((ALICE, 1), b"\1" * 32)}) == 3


def test_a_reference_becomes_the_address_of_the_earlier_contract(coin: Artifact) -> None:
    first, second = plan(
        [Specification("A", coin, (ALICE, 1)), Specification("B", coin, (Ref("A"), 1))]
    ).steps
    assert second.arguments == {"owner": first.address, "limit": 1}
    assert second.initcode == coin.bytecode + bytes(12) + bytes.fromhex(first.address[2:]) + (1).to_bytes(
        32, "big"
    )


def test_what_exists_already_is_never_created(coin: Artifact) -> None:
    existing, user = plan(
        [
            Specification("EAS", coin, (ALICE, 1), existing=ALICE.lower()),
            Specification("B", coin, (Ref("EAS"), 1)),
        ]
    ).steps
    assert (existing.address, existing.initcode) == (ALICE, b"")
    assert user.arguments["owner"] == ALICE


def test_a_plan_reads_well_and_is_plain_values(coin: Artifact) -> None:
    todo = plan([Specification("Vault", coin, (ALICE, 1))])
    address = todo.steps[0].address
    assert todo.to_text().splitlines() == [
        "create the deterministic deployer at 0x4e59b44847b379578588920cA78FbF26c0B4956C",
        f"1/1 Vault {address} create, 104 bytes (owner={ALICE}, limit=1)",
    ]
    assert todo.to_dict()["steps"][0]["address"] == address
