"""Signatures: the next nonces of an account, and how it takes back what it signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from frontend_api.dependencies import SystemDep
from frontend_api.openapi import responses
from frontend_api.schemas.payout import ActionOut
from frontend_api.schemas.signature import SignatureOut
from frontend_api.schemas.wire import Address
from frontend_api.strict_json import QuickRoute
from resonance_dao.workflows import signing

router = APIRouter(prefix="/v1/signatures", tags=["signatures"], route_class=QuickRoute)
Account = Annotated[Address, Path(description="Whose signatures.")]
TAKES = {
    "escrow": ("submission", "revision", "appeal", "challenge"),
    "applications": ("application", "application-withdrawal"),
    "vault": (
        *("withdrawal", "rotation-announcement", "rotation-veto", "rotation-approval"),
        *("guardian-announcement", "guardian-veto"),
    ),
    "reputation": ("rating-appeal",),
}
"""The kinds of order by the contract that takes them."""


@router.get("/{account}", summary="Show how to cancel signatures", responses=responses(422))
def show_signatures(system: SystemDep, account: Account) -> list[SignatureOut]:
    """
    Show, for each contract that takes signed orders, the account's next nonce and the call that voids them.

    Two kinds are voided elsewhere: a judgement by its attester with `revoke` of the ContributionRegistry, an
    opening or a contribution by authorization with `cancelAuthorization` of the token itself (ERC-3009). All
    of them end by themselves at their deadline.
    """
    found = []
    for name, kinds in TAKES.items():
        action = signing.cancelling(system, name)
        nonce = int(action.contract.call(system.chain, "nonces", account))
        found.append(
            SignatureOut.model_validate(
                {"name": name, "nonce": str(nonce), "takes": list(kinds), "cancel": ActionOut.of(action)}
            )
        )
    return found
