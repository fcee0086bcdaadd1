"""Report an outcome: `brownie run report_outcome main <bounty> <submission> <tranche> <value>`."""

from __future__ import annotations

import os
import secrets

from resonance_dao.economy.money import format_share
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.workflows import bounties, contributions
from resonance_dao.workflows.deploying import DEVELOPMENT_CHAINS
from resonance_dao.workflows.system import perform
from scripts._brownie_chain import SOURCE, connected_toolkit, say, wallet
from scripts.review import review_by_all


def main(
    bounty_id: str = "1", submission_id: str = "1", tranche: str = "success", value: str = "400"
) -> None:
    """Report what was measured, with the source's own wallet."""
    toolkit = connected_toolkit()
    if toolkit.chain_id in DEVELOPMENT_CHAINS and not bounties.bounties(toolkit.system):
        review_by_all(toolkit, int(bounty_id), int(submission_id), "approve")
    system, signer = toolkit.system, wallet(toolkit, SOURCE)
    view = bounties.bounty(system, int(bounty_id))
    comment = os.environ.get("RESONANCE_COMMENT", f"{value} was measured.")
    attestation = contributions.outcome(
        system,
        view,
        int(submission_id),
        tranche,
        value=int(value),
        evidence=add_bytes(toolkit.store, comment.encode()).text,
        now=system.now(),
        salt=secrets.token_bytes(32),
    )
    context = contributions.context_of(system, view, int(submission_id))
    receipt = perform(system, contributions.attesting(system, attestation, context), signer)
    found = bounties.bounty(system, int(bounty_id)).submission(int(submission_id)).tranches[tranche]
    say(f"{tranche}: {found['stage']} {format_share(found['achieved_bps'])}, {receipt.tx_hash}")
