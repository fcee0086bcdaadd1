"""Orders as they travel: written, read back, refused when not whole, and signed as contracts check."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.typed_data import fields_of, recover_signer, separator, split_signature
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.workflows.appeals import Appeal
from resonance_dao.workflows.applications import Application, ApplicationWithdrawal
from resonance_dao.workflows.challenges import Challenge
from resonance_dao.workflows.funding import RECEIVE, Opening
from resonance_dao.workflows.guardians import GuardianAnnouncement, GuardianVeto
from resonance_dao.workflows.orders import KINDS, read_order
from resonance_dao.workflows.pools import Contribution
from resonance_dao.workflows.ratings import RatingAppeal
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.rotation import (
    RotationAnnouncement,
    RotationApproval,
    RotationVeto,
    sorted_guardians,
)
from resonance_dao.workflows.signing import Order, SignedOrder
from resonance_dao.workflows.terms import Submission
from resonance_dao.workflows.withdrawals import Withdrawal

ROOT = Path(__file__).parents[3]
A = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
B = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
HASH = "0x" + "ab" * 32
WORK = Submission(3, A, (A, B), (7500, 2500), 2**200, "bafyevidence")
ORDERS: list[Order] = [
    Revision(1, WORK),
    Appeal(3, 1, A, "bafywhy"),
    Challenge(3, 1, "long_term", B, "bafywhy"),
    Application(3, A, 10**24, "bafyproposal"),
    ApplicationWithdrawal(3, A, HASH),
    Withdrawal(A, A, B, B, 10**24),
    RotationAnnouncement(A, A, B),
    RotationVeto(A, A, B),
    RotationApproval(B, A, B),
    GuardianAnnouncement(A, (B,), 1),
    GuardianVeto(B, A),
    RatingAppeal(1, A, B, "peer_rating", HASH, "bafywhy"),
    Opening("0x1234", A, HASH),
    Contribution(B, A, 10**24, HASH),
]
SIGNED = [SignedOrder(order, 2_000_000_000, "0x" + "11" * 65) for order in ORDERS]


def written(signed: SignedOrder) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(signed.to_dict()))
    return content


def test_every_kind_of_order_is_among_the_examples() -> None:
    assert [order.kind for order in ORDERS] == list(KINDS)


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed.order.kind)
def test_an_order_is_read_back_from_json_as_it_was_written(signed: SignedOrder) -> None:
    assert read_order(written(signed)) == signed


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed.order.kind)
def test_an_order_with_a_field_too_few_or_too_many_is_refused(signed: SignedOrder) -> None:
    content = written(signed)
    for name in content["order"]:
        fewer = {key: value for key, value in content["order"].items() if key != name}
        with pytest.raises(InputInvalid, match="must have exactly the fields"):
            read_order({**content, "order": fewer})
    with pytest.raises(InputInvalid, match="must have exactly the fields"):
        read_order({**content, "order": {**content["order"], "more": 1}})


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed.order.kind)
@given(value=st.one_of(st.none(), st.booleans(), st.floats(), st.integers(max_value=-1), st.just({})))
def test_a_value_of_the_wrong_form_is_refused_in_every_field(signed: SignedOrder, value: object) -> None:
    content = written(signed)
    for name in content["order"]:
        with pytest.raises(InputInvalid):
            read_order({**content, "order": {**content["order"], name: value}})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "theft"}, "kind"),
        ({"kind": 7}, "kind"),
        ({"deadline": "soon"}, "deadline"),
        ({"deadline": True}, "deadline"),
        ({"signature": "0x"}, "signature"),
        ({"signature": "0x123"}, "signature"),
        ({"signature": None}, "signature"),
    ],
)
def test_an_envelope_that_is_not_whole_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        read_order({**written(SIGNED[0]), **changes})
    assert caught.value.field == says


@pytest.mark.parametrize("value", [None, [], "appeal", {}, {"kind": "appeal"}])
def test_what_is_no_envelope_is_refused(value: object) -> None:
    with pytest.raises(InputInvalid, match="must have exactly the fields"):
        read_order(value)


@pytest.mark.parametrize("field", ["bountyId", "worker", "payees", "sharesBps", "exempt", "evidence"])
@pytest.mark.parametrize("value", [None, -1, 1.5, {}, [None]])
def test_work_with_a_field_of_the_wrong_form_is_refused(field: str, value: object) -> None:
    content = written(SIGNED[0])
    work = {**content["order"]["submission"], field: value}
    with pytest.raises(InputInvalid):
        read_order({**content, "order": {**content["order"], "submission": work}})


def test_addresses_with_a_wrong_checksum_are_refused() -> None:
    content = written(SIGNED[1])
    with pytest.raises(InputInvalid, match="checksum"):
        read_order({**content, "order": {**content["order"], "worker": A.replace("F", "f")}})
    lower = read_order({**content, "order": {**content["order"], "worker": A.lower()}})
    assert lower.order.account == A


def test_what_is_signed_is_what_the_contracts_check_word_for_word() -> None:
    sources = "".join(path.read_text("utf-8") for path in sorted((ROOT / "contracts").rglob("*.sol")))
    joined = re.sub(r'"\s*"', "", sources)
    for kind, order in KINDS.items():
        assert order.text == RECEIVE or f'"{order.text}"' in joined, kind


def test_a_type_is_read_from_its_text() -> None:
    name, fields = fields_of("VetoGuardians(address by,address account,uint256 nonce,uint256 deadline)")
    assert (name, fields[0]) == ("VetoGuardians", {"name": "by", "type": "address"})
    assert [field["name"] for field in fields] == ["by", "account", "nonce", "deadline"]


def test_a_signature_is_traced_to_its_account_and_one_that_contracts_refuse_is_refused() -> None:
    domain = {"name": "N", "version": "1", "chainId": 31337, "verifyingContract": A}
    name, fields = fields_of("Say(string word)")
    signature = DevSigner(3).sign_typed_data(domain, {name: fields}, {"word": "yes"})
    text = "0x" + signature.hex()
    assert recover_signer(domain, {name: fields}, {"word": "yes"}, text) == DevSigner(3).address
    assert recover_signer(domain, {name: fields}, {"word": "no"}, text) != DevSigner(3).address
    v, r, s = split_signature(signature)
    assert (v in (27, 28), bytes.fromhex(r[2:] + s[2:])) == (True, signature[:64])
    for wrong in (text[:-2], text[:-2] + "1d", "0x" + text[2:66] + "ff" * 32 + text[-2:], "yes"):
        with pytest.raises(SignatureRefused):
            recover_signer(domain, {name: fields}, {"word": "yes"}, wrong)


def test_a_separator_depends_on_every_part_of_its_domain() -> None:
    domain = {"name": "N", "version": "1", "chainId": 1, "verifyingContract": A}
    changed = [{**domain, **change} for change in ({"name": "M"}, {"version": "2"}, {"chainId": 2})]
    changed.append({**domain, "verifyingContract": B})
    assert len({separator(one) for one in (domain, *changed)}) == 5


@given(st.permutations([A, B, "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0"]), st.integers(1, 3))
def test_guardians_are_put_in_ascending_order(chosen: list[str], threshold: int) -> None:
    others = [one for one in chosen if one != A]
    ordered = sorted_guardians(A, others, min(threshold, 2))
    assert [int(one, 16) for one in ordered] == sorted(int(one, 16) for one in others)


@pytest.mark.parametrize(("chosen", "threshold"), [([A], 1), ([B, B], 1), ([B], 0), ([B], 2), ([], 1)])
def test_guardians_that_the_vault_would_refuse_are_refused(chosen: list[str], threshold: int) -> None:
    with pytest.raises(InputInvalid):
        sorted_guardians(A, chosen, threshold)
    assert sorted_guardians(A, [], 0) == ()
