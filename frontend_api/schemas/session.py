"""Signing in, and who is signed in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from frontend_api.doors.identity import Identity
from frontend_api.schemas.wire import Address, HexBytes, Id, Time, Wire
from resonance_dao.chain.siwe import MAX_CHARACTERS
from resonance_dao.chain.wallet_signature import MAX_BYTES
from resonance_dao.workflows.roles import Role


class NonceOut(Wire):
    """What a sign-in message (EIP-4361) is made of; only the account is the caller's own."""

    nonce: str = Field(description="Good for one sign-in.", examples=["5f" * 32])
    expires_at: Time = Field(description="Until when the nonce is good.")
    domain: str = Field(examples=["dao.example.org"])
    uri: str = Field(examples=["https://dao.example.org"])
    version: Literal["1"] = "1"
    chain_id: Id
    issued_at: str = Field(description="RFC 3339.", examples=["2026-01-01T00:00:00Z"])
    statement: str = Field(description="The standard allows ASCII only; show `explanation` beside it.")
    explanation: str = Field(description="The same in the request's language.")


class SignInIn(Wire):
    """A sign-in message exactly as it was signed (personal_sign), and the wallet's signature."""

    message: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    signature: HexBytes = Field(max_length=2 + 2 * MAX_BYTES)


class RoleOut(Wire):
    """A role on the chain, and the project or bounty it is held in."""

    name: Literal["owner", "steward", "reviewer", "contributor", "auditor", "operator"]
    project_id: Id | None = None
    bounty_id: Id | None = None


class SessionOut(Wire):
    """Who the gateway takes the caller for."""

    kind: Literal["account", "key"]
    account: Address | None = Field(description="The account that signed in; none for an API key.")
    key_id: str | None = Field(description="The API key's id; none for an account.")
    scopes: list[str] = Field(description="What the caller may do.")
    until: Time | None = Field(description="When this ends; none: an API key without an end.")
    roles: list[RoleOut] = Field(description="By the chain; at most half a minute old.")

    @classmethod
    def of(cls, identity: Identity, roles: tuple[Role, ...]) -> SessionOut:
        """Return the shape of a caller that is known."""
        is_account = identity.kind == "account"
        return cls(
            kind="account" if is_account else "key",
            account=identity.name if is_account else None,
            key_id=None if is_account else identity.name,
            scopes=sorted(identity.scopes),
            until=identity.until,
            roles=[
                RoleOut.model_validate(
                    {"name": role.name, "project_id": role.project_id, "bounty_id": role.bounty_id}
                )
                for role in roles
            ],
        )
