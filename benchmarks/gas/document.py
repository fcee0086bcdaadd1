"""
`docs/gas.md`: what each step of a bounty's life costs and why, beside goals and peers.

Written by `python benchmarks/run.py --update` from what is measured, and compared by `--check`, so that no
figure in it can go stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from gas.life import LAST, STEPS
from gas.parts import Parts
from gas.report import read_peers

PATH = Path("docs") / "gas.md"
_WHY = (
    "One slot: the hash of the terms. The event holds all terms, so that everything can be rebuilt from "
    "events; the coins go into the vault and become credit of the escrow.",
    "Three slots: the hash of the work, its state, and the bounty's counts, which were zero. The terms come "
    "along in calldata, because only their hash is stored.",
    "Two slots: the judgement's uid, and the worker's credit. Terms and work come along in calldata and are "
    "hashed; the event of the attestation holds all of it.",
    "One slot: the report's uid. The tranche is computed and credited in the same transaction.",
    "One slot: the report's uid. The last tranche also settles the guarantee and gives the rest back.",
    "No slot: credit becomes coins; the emptied credit gives 4,800 back.",
)
_LIFE = "BountyEscrow, second bounty: in all"
_ATTEST, _RELAY = "ContributionRegistry.attest, 200 bytes", "ContributionRegistry.relay, 200 bytes"
_MANY = "ContributionRegistry.attestMany of 50, 200 bytes each"
_RELAYED = "ContributionRegistry.relayMany of 50, 200 bytes each"
_TRANSFERS = (
    "with votes, between known holders",
    "without votes, to a fresh holder",
    "without votes, to a known holder",
)


@dataclass(frozen=True)
class Goal:
    """What was wanted, in gas, and what was measured."""

    job: str
    wanted: int
    found: int

    @property
    def verdict(self) -> str:
        """Whether the goal is reached, or by how much it is missed."""
        over = self.found - self.wanted
        return "reached" if over <= 0 else f"**missed** by {over:,} ({over / self.wanted:.0%})"


def render(life: Mapping[str, Parts], gas: Mapping[str, int]) -> str:
    """Return the whole page; `gas` is the recorded snapshot."""
    sections = [_HEAD, _life(life), _BATCHES, _batches(gas), _GOALS, _goals(gas), _SAVINGS, _PEERS]
    return "\n\n".join([*sections, _peers(gas), _source()]) + "\n"


def compare(text: str, root: Path) -> list[str]:
    """Return the lines in which the page differs from `text`; all of them when there is none."""
    path = root / PATH
    recorded = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [f"+ {line}" for line in text.splitlines() if line not in recorded] + [
        f"- {line}" for line in recorded if line not in text.splitlines()
    ]


def goals(gas: Mapping[str, int]) -> list[Goal]:
    """Return the goals that were set for these contracts."""
    return [
        Goal("a whole reviewed life, open to withdraw", 500_000, gas[_LIFE]),
        Goal("an attestation, its uid on-chain", 68_000, gas[_ATTEST]),
        Goal("the same, signed and relayed", 68_000, gas[_RELAY]),
        Goal("each of 50 attestations in one transaction", 33_600, gas[_MANY] // 50),
        Goal("each of 50, signed and relayed", 33_600, gas[_RELAYED] // 50),
        Goal(
            "a token and its first mint", 160_000, gas["ProjectToken clone and first mint in one transaction"]
        ),
        *(_overhead(gas, job) for job in _TRANSFERS),
    ]


def _overhead(gas: Mapping[str, int], job: str) -> Goal:
    plain, ours = gas[f"OpenZeppelin ERC20Votes.transfer, {job}"], gas[f"ProjectToken.transfer, {job}"]
    label = f"a transfer {job}: OpenZeppelin's {plain:,} and 5 % (it is {ours / plain - 1:.1%} above)"
    return Goal(label, plain * 105 // 100, ours)


def _life(life: Mapping[str, Parts]) -> str:
    rows = [[name, *map(_number, astuple(parts)), _number(parts.total)] for name, parts in life.items()]
    sums = [sum(column) for column in zip(*map(astuple, life.values()), strict=True)]
    rows.append(["**in all**", *map(_number, sums), f"**{sum(sums):,}**"])
    why = _table(["step", "why"], list(zip((*STEPS, LAST), _WHY, strict=True)), texts=2)
    return _table(["step", *Parts.names(), "gas"], rows) + "\n\n" + why


def _batches(gas: Mapping[str, int]) -> str:
    steps = ("1 open and submit", "2 review and pay the base", "3 success", "4 long term", "5 push", "in all")
    ways = ("sent by the judge", "relayed")
    rows = [
        [
            step,
            *(_number(gas[f"BountyEscrow, fifty judged at once, {way}, per life: {step}"]) for way in ways),
        ]
        for step in steps
    ]
    return _table(["step, a fiftieth of it", *ways], rows)


def _goals(gas: Mapping[str, int]) -> str:
    rows = [[goal.job, _number(goal.wanted), _number(goal.found), goal.verdict] for goal in goals(gas)]
    return _table(["job", "goal, at most", "measured", ""], rows)


def _peers(gas: Mapping[str, int]) -> str:
    rows = []
    for row in read_peers()["rows"]:
        ours = sum(gas[name] for name in row["ours"])
        rows.append([row["job"], row["peer"], f"{ours:,}", f"{row['gas']:,}", f"{ours / row['gas']:.2f}"])
    return _table(["job", "peer", "ours", "peer's", "ratio"], rows, texts=2)


def _source() -> str:
    return "Source of the peers' figures: " + str(read_peers()["source"])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> str:
    marks = ["---"] * texts + ["---:"] * (len(heads) - texts)
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, marks, *rows))


def _number(gas: int) -> str:
    return f"{gas:,}"


_HEAD = """# Gas

Written by `benchmarks/run.py --update`; `make check` fails when a figure is no longer true.

## What each step of a bounty's life costs and why

A second life of 100 coins in 30/50/20 between accounts that token and vault know: one reviewer, one worker,
no challenge windows, no project tokens, everybody with a wallet of their own. Measured on anvil with the
whole deployment, opcode by opcode. *base* is what any transaction pays, *calldata* 4 gas a zero byte and 16
any other, *new slots* writes where zero was, *updates* other writes less refunds, *reads* loads of slots,
*calls* what reaching another contract costs, *code* all else: hashing, memory, checks, arithmetic."""
_BATCHES = """## Fifty lives judged at once

The judge sends fifty judgements in one transaction, or signs them and anybody relays them; the vault pushes
fifty credits in one. Opening and submitting stay one transaction each."""
_GOALS = """## Goals, and what was missed"""
_SAVINGS = """What would have saved how much, a life (estimates), and why it was not done:

- Terms hashed in two parts, so that reviews and reports bring only the part they need: about 15,000. Every
  caller would then need to know which part a call wants; now one set of bytes fits every call.
- Submissions in batches: about 20,000 a submission, which is its base. A worker submits one work at a time,
  so only a relayer could gather them, and a submission would wait for others.
- No look, whenever credit moves, whether its holder has moved to a new wallet (`requireLive`): about 7,000.
  The escrow never moves, so it could have a door of its own without the look; that is a second door to money.

All three together would not reach the goal: six bases, the calldata and the new slots alone, which the rules
(work bound by its hash, each judgement kept once, credit instead of pushes) do not let us drop, are most of
500,000, and events that suffice to rebuild every state come on top.

A batch of 50 attestations is above its goal by what is checked of each; a relayed one also pays for its
signature and for a call of its own, so that one that fails stops no other.

A transfer of a clone costs about 4,900 more than a contract of its own, whatever the transfer does: the
delegate call to the shared code, and the look whether transfers are open."""
_PEERS = """## Beside peers"""
