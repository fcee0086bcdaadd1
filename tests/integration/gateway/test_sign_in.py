"""Signing in against a real chain: the roles that the contracts know, and a wallet that is a contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from starlette.testclient import TestClient

from resonance_dao.chain.siwe import SiweMessage
from resonance_dao.workflows import contributions
from resonance_dao.workflows.projects import naming_steward
from resonance_dao.workflows.system import perform
from tests.bounty_values import DOCUMENT, work_of
from tests.integration.gateway.conftest import FUNDER, OUTSIDER, REVIEWER, WORKER, Gateway

pytestmark = pytest.mark.chain
OWN = {"Origin": "https://testserver", "Idempotency-Key": "sign-in"}
WALLET = "0x00000000000000000000000000000000DeaDBeef"
SAYS_YES = "0x631626ba7e60e01b60005260206000f3"
REVERTS = "0x60006000fd"


@pytest.fixture
def browser(gateway: Gateway) -> Iterator[TestClient]:
    yield TestClient(gateway.client.app, base_url="https://testserver")


def key_of(index: int) -> Any:
    Account.enable_unaudited_hdwallet_features()
    return Account.from_mnemonic("test " * 11 + "junk", account_path=f"m/44'/60'/0'/0/{index}")


def message(browser: TestClient, account: str) -> str:
    told = browser.get("/v1/session/nonce").json()
    names = ("domain", "uri", "version", "chain_id", "nonce", "issued_at", "statement")
    return SiweMessage(address=account, **{name: told[name] for name in names}).to_text()


def sign_in(browser: TestClient, index: int) -> dict[str, Any]:
    key = key_of(index)
    text = message(browser, key.address)
    signature = "0x" + bytes(key.sign_message(encode_defunct(text=text)).signature).hex()
    answer = browser.post("/v1/session", json={"message": text, "signature": signature}, headers=OWN)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_each_account_has_the_roles_that_the_contracts_know(
    gateway: Gateway, bounty_id: int, browser: TestClient
) -> None:
    system = gateway.toolkit.system
    perform(system, naming_steward(system, 1, OUTSIDER.address), FUNDER)
    perform(system, naming_steward(system, 1, WORKER.address), FUNDER)
    perform(system, naming_steward(system, 1, WORKER.address, named=False), FUNDER)
    from resonance_dao.workflows import bounties

    terms = bounties.bounty(system, bounty_id).terms
    work = work_of(bounty_id, WORKER.address, evidence=DOCUMENT)
    signed = contributions.sign_submission(system, terms, work, WORKER, system.now() + 3_600)
    perform(system, contributions.relaying_submission(system, terms, signed), OUTSIDER)

    def roles(index: int) -> list[tuple[str, int | None, int | None]]:
        shown = sign_in(browser, index)["roles"]
        return [(role["name"], role["project_id"], role["bounty_id"]) for role in shown]

    auditor = ("auditor", None, None)
    assert roles(0) == [("owner", 1, None), auditor]
    assert roles(1) == [("contributor", None, bounty_id), auditor]
    assert roles(2) == [("reviewer", None, bounty_id), auditor]
    assert roles(5) == [("steward", 1, None), auditor]
    assert roles(9) == [auditor, ("operator", None, None)]
    assert REVIEWER.address == key_of(2).address


def test_a_wallet_that_is_a_contract_is_asked(gateway: Gateway, browser: TestClient) -> None:
    chain = gateway.toolkit.chain
    statuses = []
    for code in ("0x", REVERTS, SAYS_YES):
        chain.request("anvil_setCode", [WALLET, code])
        body = {"message": message(browser, WALLET), "signature": "0x" + "01" * 130}
        statuses.append(browser.post("/v1/session", json=body, headers=OWN).status_code)
    assert statuses == [403, 403, 201]
    assert browser.get("/v1/session").json()["account"] == WALLET


def test_a_session_survives_a_restart_of_the_gateway(gateway: Gateway, browser: TestClient) -> None:
    from frontend_api.app import create_app
    from frontend_api.settings import GatewaySettings

    sign_in(browser, 1)
    again = TestClient(
        create_app(gateway.toolkit, GatewaySettings(hosts=("testserver",))), base_url="https://testserver"
    )
    again.cookies = browser.cookies
    assert again.get("/v1/session").json()["account"] == WORKER.address
