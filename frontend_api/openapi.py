"""
How the API describes itself: its story, its tags, and every status a route may answer with.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from frontend_api.problems import MEDIA_TYPE
from frontend_api.schemas.problem import ProblemDetails

TITLE = "Resonance DAO gateway"
DESCRIPTION = """
The gateway takes signed requests, gives each one a number and a signed receipt at once, relays it to the
chain and records how it ended. It decides nothing: the contracts do, and whoever wants to can send the same
calls with a wallet of their own (`/v1/payouts/due` shows the calldata) and check every record without asking
the gateway (`/v1/log`).

* **Nothing is done twice.** Every request that changes something carries an `Idempotency-Key`.
* **Accepted is not done.** The answer is 202 with a receipt; `status_url` tells what became of it.
* **No account is needed.** Reading is open, and what is signed is relayed for anybody within the limits that
  `RateLimit` tells; signing in (`/v1/session`) or an API key (`Authorization: Bearer`) raises them.
* **Amounts** are decimal strings in base units, **times** unix seconds, **shares** basis points,
  **addresses** EIP-55.
* **Structs that are signed or hashed** keep the contract's own field names; everything else is snake_case.
* **Errors** are RFC 9457 problem details, in English or Japanese by `Accept-Language`.
"""

TAGS: list[dict[str, Any]] = [
    {"name": "projects", "description": "Projects and their tokens, as the chain has them now."},
    {"name": "bounties", "description": "Bounties, their terms, and the work handed in for them."},
    {"name": "pools", "description": "Many funders of one bounty, contributing by signature."},
    {"name": "applications", "description": "Applying for bounties that admit by selection."},
    {
        "name": "submissions",
        "description": "Handing in work with a signature and no gas, changing it, appealing its rejection.",
    },
    {"name": "evidence", "description": "Files on IPFS: upload, and reading back with or without trust."},
    {
        "name": "attestations",
        "description": "Reviews and outcomes, signed by those the terms name, and challenges of reports.",
    },
    {"name": "reputation", "description": "What multiplies pay, and the ratings that it follows from."},
    {"name": "payouts", "description": "Credits at the vault, and payouts that anyone may trigger."},
    {"name": "payees", "description": "Who commands an account's credit, and its move to another wallet."},
    {"name": "signatures", "description": "What an account signed, and how it takes that back."},
    {"name": "transactions", "description": "Transactions that were sent by another way."},
    {"name": "session", "description": "Signing in with a wallet. Nothing that is signed needs it."},
    {"name": "log", "description": "The transparency log: records, receipts, proofs and the head."},
    {"name": "health", "description": "Whether the gateway lives and whether it can work."},
]

_MEANINGS = {
    304: "Not modified: the caller has it already.",
    400: "The request is wrong as HTTP: no Idempotency-Key, or a body that cannot be read.",
    401: "The session or API key is not valid, or one is needed.",
    403: "The signature or the signer is not accepted, or a foreign page sent it.",
    404: "There is no such thing.",
    408: "The caller was silent for too long.",
    409: "It contradicts what was accepted before: the same Idempotency-Key with another request.",
    413: "The body is larger than the limit, which `detail` names.",
    416: "The file has no byte in that range; `Content-Range` names its size.",
    421: "The header Host is not one of the gateway's names.",
    422: "A field breaks a rule, or the contract refuses the call; `errors` or `details.error` names it.",
    429: "Too many requests, or the day's budget for relaying is spent; `Retry-After` says when.",
    500: "The gateway failed; `request_id` finds it in the log.",
    502: "A source gave content that does not match its CID.",
    503: "Something the gateway needs (database, node, store) does not do its work. Nothing is lost: what "
    "was accepted has its number, and the same request with the same key gets it.",
    504: "The gateway took too long.",
    507: "The gateway's disk has no room for more evidence.",
}
_ALWAYS = (401, 421, 429, 500, 503, 504)
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before sending the same request again with the same key.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
_HEADERS: dict[int, dict[str, Any]] = {429: _RETRY_AFTER, 503: _RETRY_AFTER}
READS = (404, 422)
CHANGES = (400, 403, 404, 408, 409, 413, 422)

Responses = dict[int | str, dict[str, Any]]


class DescribedApi(FastAPI):
    """An application whose failures are documented as problems only."""

    def openapi(self) -> dict[str, Any]:
        """Return the description; FastAPI would list each failure in the type of success too."""
        described = super().openapi()
        operations = (item for path in described["paths"].values() for item in path.values())
        for answer in (answer for operation in operations for answer in operation["responses"].values()):
            if MEDIA_TYPE in answer.get("content", {}):
                answer["content"] = {MEDIA_TYPE: answer["content"][MEDIA_TYPE]}
        return described


def responses(*statuses: int) -> Responses:
    """Return the documentation of problems with these statuses, and of those that any route may have."""
    return {
        status: {
            "model": ProblemDetails,
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
            "headers": _HEADERS.get(status, {}),
        }
        for status in sorted({*statuses, *_ALWAYS})
    }
