"""
Who has a part in a bounty, and what the terms let each do: said before anybody signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.workflows.terms import Terms

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its accounts, none where they are not known yet, and what it can do."""

    name: str
    title: Words
    accounts: tuple[str, ...]
    can: tuple[Words, ...]


def roles(terms: Terms, funder: str | None, collector: str | None) -> tuple[Role, ...]:
    """Return every role that the terms give, with what it can do and what it cannot."""
    found = [_worker(terms), _funder(funder), _project(terms), _reviewers(terms)]
    sources = {part.source for part in (terms.success, terms.long_term) if part.share_bps}
    if sources:
        found.append(_sources(tuple(sorted(sources))))
    if terms.arbiter != ZERO_ADDRESS:
        found.append(_arbiter(terms))
    if collector:
        found.append(_collector(collector))
    return (*found, _anyone())


def _worker(terms: Terms) -> Role:
    can = [
        {
            "en": "hands in work and names who is paid, in which shares; no judge of the bounty can be paid",
            "ja": "作品を提出し、受取人と割合を決めます(審査員などは受け取れません)",
        },
        {
            "en": "changes work that nobody has judged; makes changes that are asked for",
            "ja": "審査前の作品を差し替え、求められた修正をします",
        },
    ]
    if terms.appeal_window:
        can.append({"en": "appeals a rejection once", "ja": "不採用に一度だけ不服を申し立てます"})
    if terms.success.challenge_window or terms.long_term.challenge_window:
        can.append({"en": "challenges a report", "ja": "報告に異議を申し立てます"})
    return Role("worker", {"en": "worker and payees", "ja": "応募者と受取人"}, (), tuple(can))


def _funder(funder: str | None) -> Role:
    can = (
        {
            "en": "escrows all that can be owed at the opening",
            "ja": "支払う可能性のある全額を開始時に預託します",
        },
        {
            "en": "gets back what is not owed; challenges reports",
            "ja": "不要になった分を受け取り、報告に異議を申し立てます",
        },
        {"en": "cannot take back an accepted award", "ja": "採用された報酬を取り戻すことはできません"},
    )
    return Role("funder", {"en": "funder", "ja": "資金提供者"}, (funder,) if funder else (), can)


def _project(terms: Terms) -> Role:
    closing = {
        "en": "closes the bounty to new work at any time; what was handed in is still decided",
        "ja": "新しい提出をいつでも締め切れます(提出済みの作品は審査されます)",
    }
    held = {
        "en": "closes the bounty to new work, but before its time only while no selected worker owes any",
        "ja": "新しい提出を締め切れますが、選ばれた応募者の提出を待つ間は期限まで締め切れません",
    }
    can = (
        closing if terms.admission == ZERO_ADDRESS else held,
        {"en": "challenges reports", "ja": "報告に異議を申し立てます"},
        {
            "en": "cannot change terms, pause or pay otherwise",
            "ja": "条件の変更・停止・別の支払いはできません",
        },
    )
    return Role(
        "project", {"en": "project owner and stewards", "ja": "プロジェクトの所有者と世話役"}, (), can
    )


def _reviewers(terms: Terms) -> Role:
    can = (
        {
            "en": f"{terms.quorum} of {len(terms.reviewers)} together accept; "
            f"{len(terms.reviewers) - terms.quorum + 1} together reject",
            "ja": f"{len(terms.reviewers)}名中{terms.quorum}名で承認、"
            f"{len(terms.reviewers) - terms.quorum + 1}名で不採用とします",
        },
        {
            "en": "any one asks for changes, at most 3 times in all",
            "ja": "1名でも修正を求められます(合計3回まで)",
        },
    )
    return Role("reviewers", {"en": "reviewers", "ja": "審査員"}, terms.reviewers, can)


def _sources(accounts: tuple[str, ...]) -> Role:
    can = ({"en": "reports the measured value, once for each tranche", "ja": "測定値を一度ずつ報告します"},)
    return Role("sources", {"en": "sources of outcomes", "ja": "成果の報告者"}, accounts, can)


def _arbiter(terms: Terms) -> Role:
    can = (
        {"en": "rules on appeals and on challenged reports", "ja": "不服申立と異議のある報告を裁定します"},
        {"en": "cannot act where nobody appeals or challenges", "ja": "申立がなければ何もできません"},
    )
    return Role("arbiter", {"en": "arbiter", "ja": "裁定者"}, (terms.arbiter,), can)


def _collector(collector: str) -> Role:
    can = (
        {
            "en": "is credited with the tax withheld and pays it over",
            "ja": "源泉徴収税を受け取り、納付します",
        },
    )
    return Role("collector", {"en": "collector of tax", "ja": "源泉徴収税の納付者"}, (collector,), can)


def _anyone() -> Role:
    can = (
        {
            "en": "sends what silence means once a window is over, and relays signatures",
            "ja": "期間が過ぎたときの処理を送信し、署名を中継できます",
        },
    )
    return Role("anyone", {"en": "anyone", "ja": "誰でも"}, (), can)
