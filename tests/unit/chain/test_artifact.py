import json
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_dao.chain.artifact import Artifact, Artifacts, load_artifact
from resonance_dao.errors import InputInvalid, NotFound

METADATA = json.dumps(
    {
        "language": "Solidity",
        "compiler": {"version": "0.8.37+commit.f401782d"},
        "output": {
            "userdoc": {"errors": {"A()": [{"notice": "Thrown when a."}], "C()": [{}]}},
            "devdoc": {"errors": {"A()": [{"details": "Not this."}], "B()": [{"details": "Indicates b."}]}},
        },
        "settings": {"compilationTarget": {"a.sol": "A"}, "optimizer": {"enabled": True, "runs": 1}},
        "sources": {"a.sol": {"keccak256": "0x"}},
    }
)


def test_an_unknown_contract_is_refused_with_near_names(coin: Artifact) -> None:
    with pytest.raises(NotFound) as refused:
        Artifacts({"PayoutVault": coin, "TestYen": coin}).get("PayoutValt")
    assert refused.value.hint == "Did you mean PayoutVault?"


def test_an_absent_package_artifact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        load_artifact(tmp_path / "EAS.json")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"contractName": "A"}', '{"contractName": "A", "bytecode": 1}']
)
def test_a_file_that_is_no_artifact_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "EAS.json"
    path.write_text(text)
    with pytest.raises(InputInvalid, match="Hardhat"):
        load_artifact(path)


def test_an_artifact_without_sources_has_no_standard_json(coin: Artifact) -> None:
    assert coin.standard_json() is None
    assert coin.error_notes() == {}


def test_the_standard_json_holds_only_what_the_contract_needs(artifact: Callable[..., Artifact]) -> None:
    made = artifact("A", metadata=METADATA, sources={"a.sol": "contract A {}", "b.sol": "contract B {}"})
    document = json.loads(made.standard_json() or "")
    assert document["sources"] == {"a.sol": {"content": "contract A {}"}}
    assert document["settings"]["optimizer"] == {"enabled": True, "runs": 1}
    assert "compilationTarget" not in document["settings"]


def test_code_matches_whatever_its_immutables_are(coin: Artifact) -> None:
    assert coin.runtime_matches(b"\x01" * 8 + b"\xaa\xbb\xcc\xdd" + b"\x02" * 8)


@pytest.mark.parametrize(
    "code", [b"", b"\x01" * 8 + bytes(4) + b"\x02" * 7 + b"\x03", b"\x01" * 8 + bytes(4) + b"\x02" * 9]
)
def test_other_code_does_not_match(coin: Artifact, artifact: Callable[..., Artifact], code: bytes) -> None:
    assert not coin.runtime_matches(code)
    assert not artifact("Coin", immutable_references=None).runtime_matches(code)


def test_without_knowledge_of_immutables_every_other_byte_must_match(
    artifact: Callable[..., Artifact],
) -> None:
    made = artifact("EAS", immutable_references=None)
    assert made.runtime_matches(b"\x01" * 8 + b"\xaa\xbb\xcc\xdd" + b"\x02" * 8)


def test_a_package_artifact_is_read(tmp_path: Path) -> None:
    path = tmp_path / "A.json"
    path.write_text(
        '{"contractName": "A", "sourceName": "a.sol", "abi": [], "bytecode": "0x6080", '
        '"deployedBytecode": "0x60"}'
    )
    made = load_artifact(path)
    assert (made.name, made.bytecode, made.deployed_bytecode, made.metadata_cid) == (
        "A",
        b"\x60\x80",
        b"\x60",
        None,
    )


def test_the_collection_is_a_mapping(coin: Artifact) -> None:
    artifacts = Artifacts({"Coin": coin}, ("unused variable",))
    assert list(artifacts) == ["Coin"]
    assert len(artifacts) == 1
    assert artifacts["Coin"] is artifacts.get("Coin") is coin
    assert artifacts.warnings == ("unused variable",)


def test_an_errors_notice_is_preferred_to_its_note_for_developers(artifact: Callable[..., Artifact]) -> None:
    assert artifact("A", metadata=METADATA).error_notes() == {"A()": "Thrown when a.", "B()": "Indicates b."}
