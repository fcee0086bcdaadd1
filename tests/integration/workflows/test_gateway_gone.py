"""
The gateway is killed in the middle of the story, and its folder with journal and evidence is gone: a
contributor still takes out what is owed, and an auditor still rebuilds everything from the chain and a copy
of the evidence.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resonance_dao.cli.demo import story
from resonance_dao.cli.demo.cast import wallet
from resonance_dao.cli.demo.theatre import Theatre
from resonance_dao.cli.output import Output
from resonance_dao.evidence.gateway import DirectorySource
from resonance_dao.workflows import bounties, claiming, payouts
from resonance_dao.workflows.audit.audit import audit
from resonance_dao.workflows.system import perform

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(600)]


def test_without_the_gateway_a_contributor_claims_and_an_auditor_rebuilds(tmp_path: Path) -> None:
    with Theatre.open(tmp_path / "home", Output()) as theatre:
        tale = story.Tale()
        for scene in (story.open_project, story.open_bounty, story.submit_work, story.revise_work):
            scene(theatre, tale)
        story.review_work(theatre, tale)
        story.report_success(theatre, tale)
        story.report_long_term(theatre, tale)
        theatre.gateway.wait_anchored()
        theatre.gateway._process.kill()
        theatre.gateway._process.wait()
        copy = theatre.mirror.rename(tmp_path / "copy")
        shutil.rmtree(theatre.home / "evidence")
        (theatre.home / "journal.db").unlink()

        system, contributor = theatre.system, wallet("contributor")
        owed = int(system.vault.call(system.chain, "creditOf", theatre.yen, contributor.address))
        assert owed > 0
        perform(system, payouts.withdrawing(system, theatre.yen, contributor.address), contributor)
        coin = system.token(theatre.yen)
        assert int(coin.call(system.chain, "balanceOf", contributor.address)) == owed
        view = bounties.bounty(system, tale.bounty)
        perform(system, claiming.claiming_tokens(system, view, tale.work), contributor)

        report = audit(system, DirectorySource(copy), wallet("operator").address)
    assert report.failures == ()
    assert report.passed
    assert report.counts["records"] > 20
