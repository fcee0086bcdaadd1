"""
What a deployment consists of: EAS where the chain has none, our contracts, and on development chains a
coin to try with.
"""

from __future__ import annotations

from pathlib import Path

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.external import eas_specifications
from resonance_dao.chain.plan import Plan, Ref, Specification, plan

DEVELOPMENT_CHAINS = frozenset({31337, 1337})


def deployment_plan(root: Path, chain_id: int, artifacts: Artifacts) -> Plan:
    """Return the plan for a chain: pure and printable; nothing is sent."""
    own = [
        Specification("PayoutVault", artifacts.get("PayoutVault")),
        Specification("ProjectToken", artifacts.get("ProjectToken")),
        Specification("ProjectRegistry", artifacts.get("ProjectRegistry"), (Ref("ProjectToken"),)),
        Specification("ContributionRegistry", artifacts.get("ContributionRegistry"), (Ref("EAS"),)),
        Specification(
            "ReputationLedger",
            artifacts.get("ReputationLedger"),
            (Ref("ProjectRegistry"), Ref("ContributionRegistry")),
        ),
        Specification("WithholdingSchedules", artifacts.get("WithholdingSchedules")),
        Specification(
            "BountyEscrow",
            artifacts.get("BountyEscrow"),
            (
                Ref("ProjectRegistry"),
                Ref("ContributionRegistry"),
                Ref("PayoutVault"),
                Ref("ReputationLedger"),
                Ref("WithholdingSchedules"),
            ),
        ),
        Specification("OutcomeReader", artifacts.get("OutcomeReader"), (Ref("BountyEscrow"),)),
        Specification("ApplicationDesk", artifacts.get("ApplicationDesk"), (Ref("BountyEscrow"),)),
        Specification("ReviewerBonds", artifacts.get("ReviewerBonds"), (Ref("BountyEscrow"),)),
        Specification("FundingPools", artifacts.get("FundingPools"), (Ref("BountyEscrow"),)),
        Specification("TransparencyLog", artifacts.get("TransparencyLog")),
        Specification("BatchedLog", artifacts.get("BatchedLog")),
    ]
    if chain_id in DEVELOPMENT_CHAINS:
        own.append(Specification("TestYen", artifacts.get("TestYen")))
    return plan([*eas_specifications(root, chain_id), *own])
