"""
What each step of a bounty's life costs and what for: the life that `tests/contracts/gas/Bounty.t.sol` lives,
on an anvil with the whole deployment, traced opcode by opcode.

100 coins in 30/50/20, one reviewer, one worker, no challenge windows; everybody sends with a wallet of their
own. It is the second life: the accounts are known to token and vault. The clock is set, so the calldata is
the same in every run.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from gas.node import Node
from gas.parts import Parts

from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH, Attestation
from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.workflows import bounties, contributions
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms

_DAY, _COIN, _START = 86_400, 10**18, 1_900_000_077
_CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
_WORDS = {"en": "", "ja": ""}
STEPS = ("open", "submit", "review, base paid", "success, reported and paid", "long term, reported and paid")
LAST = "withdraw"


def measure(root: Path) -> dict[str, Parts]:
    """Live two lives on a fresh chain and return what the second one's steps spend their gas on."""
    with TemporaryDirectory() as folder, DevChain.start(root) as dev:
        settings = Settings(
            root=root,
            home=Path(folder) / "home",
            deployments=Path(folder) / "deployments",
            rpc_url=dev.url,
            operator_dev_index=9,
        )
        toolkit = Toolkit(settings, env={})
        run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
        coin = toolkit.book.contract("TestYen", toolkit.artifacts).address
        life = _Life(toolkit.system, Node(toolkit.chain), coin)
        life.live(2)
        return life.live(3)


class _Life:
    def __init__(self, system: System, node: Node, coin: str) -> None:
        self._system, self._node, self._now, self._salt = system, node, _START, 0
        self._coin = system.token(coin)
        self._funder, self._worker, self._reviewer, self._source, self._arbiter = node.accounts[:5]
        self._at(0)
        opening = ("Sakura Bakery", "SKR", 10**6 * _COIN, _CID, [])
        names = ("name", "symbol", "cap", "metadata", "minters")
        self._send(Action(system.projects, "open", (dict(zip(names, opening, strict=True)),), _WORDS))
        self._send(Action(self._coin, "mint", (self._funder, 10**6 * _COIN), _WORDS))
        self._send(Action(self._coin, "approve", (system.opener.address, 2**256 - 1), _WORDS))
        # Another bounty is open all the time, as in an escrow that is in use.
        self._send(self._opening(self._terms()))

    def live(self, number: int) -> dict[str, Parts]:
        """Live the life of bounty `number`; return each step's parts."""
        terms, system = self._terms(), self._system
        work = Submission(number, self._worker, (self._worker,), (10_000,), 0, _CID)
        found = [self._parts(self._opening(terms), self._funder)]
        found.append(self._parts(contributions.submitting(system, terms, work), self._worker))
        view = bounties.bounty(system, number)
        found.append(self._judged(view, self._review(view), self._reviewer))
        for tranche in ("success", "long_term"):
            self._at(_DAY)
            found.append(self._judged(view, self._report(view, tranche), self._source))
        out = Action(system.vault, "withdraw", (self._coin.address, 100 * _COIN), _WORDS)
        found.append(self._parts(out, self._worker))
        return dict(zip((*STEPS, LAST), found, strict=True))

    def _opening(self, terms: Terms) -> Action:
        return Action(self._system.opener, "open", (terms.to_abi(),), _WORDS)

    def _review(self, view: BountyView) -> Attestation:
        said = {"verdict": "approve", "score_bps": 9_000, "reason": "good", "document": _CID}
        return contributions.review(self._system, view, 1, **said, now=self._now, salt=self._next())

    def _report(self, view: BountyView, tranche: str) -> Attestation:
        said = {"value": 1_000_000, "evidence": _CID, "now": self._now, "salt": self._next()}
        return contributions.outcome(self._system, view, 1, tranche, **said)

    def _judged(self, view: BountyView, attestation: Attestation, attester: str) -> Parts:
        context = contributions.context_of(self._system, view, 1)
        return self._parts(contributions.attesting(self._system, attestation, context), attester)

    def _next(self) -> bytes:
        self._salt += 1
        return bytes([self._salt]) * 32

    def _at(self, later: int) -> None:
        """Mine a block whose time is set; transactions of the same step follow within seconds."""
        self._now += later
        self._node.chain.request("evm_setNextBlockTimestamp", [self._now])
        self._node.chain.request("evm_mine", [])

    def _send(self, action: Action) -> None:
        self._node.send(action.contract, action.data, sender=self._funder)

    def _parts(self, action: Action, sender: str) -> Parts:
        return self._node.parts(action.contract, action.data, sender=sender)

    def _terms(self) -> Terms:
        success = TrancheTerms(5_000, 5_000, 10_000, 0, 30 * _DAY, 0, 1_000_000, self._source)
        long_term = TrancheTerms(2_000, 5_000, 10_000, 0, 90 * _DAY, 0, 1_000_000, self._source)
        return Terms(
            project_id=1,
            funder=self._funder,
            token=self._coin.address,
            amount=100 * _COIN,
            guaranteed=40 * _COIN,
            token_reward=0,
            max_awards=1,
            min_multiplier_bps=10_000,
            max_multiplier_bps=10_000,
            base_bps=3_000,
            quorum=1,
            reviewers=(self._reviewer,),
            submit_by=_START + 30 * _DAY,
            review_window=7 * _DAY,
            appeal_window=0,
            silent_appeal_accepts=False,
            arbiter=self._arbiter,
            arbiter_window=7 * _DAY,
            challenge_bond=0,
            admission=ZERO_ADDRESS,
            withholding=ZERO_HASH,
            success=success,
            long_term=long_term,
            document=_CID,
        )
