"""
Who takes part: one development account each, so that no key ever exists outside the demo's own chain.
"""

from __future__ import annotations

from resonance_dao.chain.signer import DevSigner

ROLES: dict[str, int] = {
    "deployer": 0,
    "owner": 1,
    "contributor": 2,
    "latecomer": 3,
    "reviewer_aya": 4,
    "reviewer_ben": 5,
    "source": 6,
    "arbiter": 7,
    "stranger": 8,
    "operator": 9,
}


def wallet(role: str) -> DevSigner:
    """Return the wallet of a role."""
    return DevSigner(ROLES[role])
