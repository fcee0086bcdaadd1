"""Signing in with a wallet (EIP-4361), seeing as whom, and signing out."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from frontend_api.accepting import IdempotencyKey
from frontend_api.dependencies import IdentityDep, KeeperDep, KnownDep, PartsDep
from frontend_api.doors import cookies, nonces
from frontend_api.doors.identity import ACCOUNT, ACCOUNT_SCOPES, Identity
from frontend_api.languages import preferred
from frontend_api.openapi import responses
from frontend_api.schemas.session import NonceOut, SessionOut, SignInIn
from frontend_api.strict_json import StrictRoute


def _unstored(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(
    prefix="/v1/session", tags=["session"], route_class=StrictRoute, dependencies=[Depends(_unstored)]
)
STATEMENT = {
    "en": "Sign in to this gateway of Resonance DAO. This sends no transaction and costs nothing.",
    "ja": "Resonance DAO のゲートウェイにサインインします。取引は送信されず、費用もかかりません。",
}
Language = Annotated[str | None, Header(alias="Accept-Language", max_length=1000)]
Everywhere = Annotated[bool, Query(description="Close every session of the account, in all browsers.")]


@router.get("/nonce", summary="Begin to sign in", responses=responses(422))
def begin(request: Request, parts: PartsDep, keeper: KeeperDep, language: Language = None) -> NonceOut:
    """Get a nonce, good for one sign-in within ten minutes, and what else the message is made of."""
    domain, now = request.headers["host"].lower(), keeper.clocks.now()
    return NonceOut(
        nonce=keeper.nonce(),
        expires_at=now + nonces.LIFETIME_S,
        domain=domain,
        uri=f"{request.url.scheme}://{domain}",
        chain_id=parts.system.chain_id,
        issued_at=datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        statement=STATEMENT["en"],
        explanation=STATEMENT[preferred(language)],
    )


@router.post("", status_code=201, summary="Sign in", responses=responses(400, 403, 408, 413, 422))
def sign_in(
    body: SignInIn,
    request: Request,
    response: Response,
    identity: IdentityDep,
    keeper: KeeperDep,
    key: IdempotencyKey,
) -> SessionOut:
    """
    Open a session for the account that signed the message; its cookie is for browsers.

    Contract wallets answer for themselves (EIP-1271). The message's nonce opens one session and no second;
    a session that this browser had is closed. No signed request needs a session: see `/v1/submissions`.
    """
    domain, former = request.headers["host"], identity.token_hash
    token, opened = keeper.sign_in(body.message, body.signature, domain=domain, instead_of=former)
    cookies.give(response, token, opened.until - opened.opened_at)
    known = Identity(ACCOUNT, opened.account, identity.network, ACCOUNT_SCOPES, opened.until)
    return SessionOut.of(known, keeper.roles(opened.account))


@router.get("", summary="Show who is signed in", responses=responses())
def show(known: KnownDep, keeper: KeeperDep) -> SessionOut:
    """Show the account or the API key that the gateway takes the caller for, with its roles on the chain."""
    return SessionOut.of(known, keeper.roles(known.name) if known.kind == ACCOUNT else ())


@router.delete("", status_code=204, summary="Sign out", responses=responses(400, 403, 408, 413, 422))
def sign_out(
    response: Response,
    known: KnownDep,
    keeper: KeeperDep,
    key: IdempotencyKey,
    everywhere: Everywhere = False,
) -> None:
    """Close this session, or every one of the account. An API key is revoked by the operator instead."""
    if known.token_hash is not None:
        keeper.sessions.close_all(known.name) if everywhere else keeper.sessions.close(known.token_hash)
    cookies.take_back(response)
