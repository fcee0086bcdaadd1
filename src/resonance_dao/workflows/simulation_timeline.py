"""
The clocks of a bounty before it is opened: every window in dates, who acts in it and what silence means.

Work is taken to be handed in at the last second and every window to be used to its end, so nothing comes
later than is said here. Windows are half-open, `[start, end)`, times unix s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from resonance_dao.economy.money import format_share
from resonance_dao.economy.simulation import PayTimes
from resonance_dao.workflows.terms import TRANCHES, Terms, TrancheTerms

Words = Mapping[str, str]

MOST_CHANGE_REQUESTS = 3
"""How often reviewers may ask for changes: the contract's limit."""

TRANCHE_WORDS = {
    "success": {"en": "success", "ja": "成果"},
    "long_term": {"en": "long-term", "ja": "長期"},
}


@dataclass(frozen=True, slots=True)
class Window:
    """One window, `[start, end)`, open for ever without an end; `silence` is what nobody's acting means."""

    name: str
    title: Words
    start: int
    end: int | None
    who: Words
    silence: Words


@dataclass(frozen=True)
class Clocks:
    """The moments that follow from terms opened at `opened`, unix s."""

    terms: Terms
    opened: int

    @property
    def submitted(self) -> int:
        """When work is in at the latest: the last second of the time for it."""
        return self.terms.submit_by - 1

    @property
    def accepted_in_silence(self) -> int:
        """When silent reviewers have accepted."""
        return self.submitted + self.terms.review_window

    @cached_property
    def accepted_at_latest(self) -> int:
        """When work is accepted at the latest: all changes, a rejection, an appeal, a silent arbiter."""
        terms = self.terms
        changed = self.submitted + 2 * MOST_CHANGE_REQUESTS * (terms.review_window - 1)
        appealed = changed + terms.review_window - 1 + terms.appeal_window - 1 + terms.arbiter_window
        return max(changed + terms.review_window, appealed if terms.appeal_window else 0)

    def silent(self, name: str, accepted: int) -> int:
        """Return when a tranche can be paid when nobody reports."""
        part = self.terms.tranche(name)
        return accepted + part.closes_after if part.share_bps else accepted

    def unchallenged(self, name: str, accepted: int) -> int:
        """Return when a tranche can be paid at the latest when no report is challenged."""
        silent = self.silent(name, accepted)
        return max(silent, silent - 1 + self.terms.tranche(name).challenge_window)

    def challenged(self, name: str, accepted: int) -> int:
        """Return when a tranche can be paid at the latest, a challenge and a silent arbiter included."""
        unchallenged, part = self.unchallenged(name, accepted), self.terms.tranche(name)
        if part.share_bps == 0 or part.challenge_window == 0:
            return unchallenged
        return max(unchallenged, unchallenged - 1 + self.terms.arbiter_window)

    @property
    def in_silence(self) -> PayTimes:
        """When each part can be paid when nobody but the worker ever acts."""
        accepted = self.accepted_in_silence
        return PayTimes(accepted, *(self.silent(name, accepted) for name in TRANCHES))

    @property
    def undisputed(self) -> PayTimes:
        """When each part can be paid at the latest without changes, a rejection or a challenge."""
        accepted = self.accepted_in_silence
        return PayTimes(accepted, *(self.unchallenged(name, accepted) for name in TRANCHES))

    @property
    def at_latest(self) -> PayTimes:
        """When each part can be paid when everybody takes all the time that there is."""
        accepted = self.accepted_at_latest
        return PayTimes(accepted, *(self.challenged(name, accepted) for name in TRANCHES))


def timeline(clocks: Clocks) -> tuple[Window, ...]:
    """Return every window in the order in which it may open, on the way of silent reviewers."""
    windows = (*_submitting(clocks), *_reviewing(clocks), *_appealing(clocks))
    for name in TRANCHES:
        if clocks.terms.tranche(name).share_bps:
            windows += _outcome(clocks, name)
    return windows + _tokens(clocks)


def _submitting(clocks: Clocks) -> tuple[Window, ...]:
    terms = clocks.terms
    applying = int(terms.admission, 16) != 0
    who = {"en": "selected workers", "ja": "選ばれた応募者"} if applying else {"en": "anyone", "ja": "誰でも"}
    silence = {
        "en": "anyone may close the bounty; everything escrowed returns to the funder",
        "ja": "誰でも懸賞を閉じられ、預託金はすべて資金提供者に戻ります",
    }
    title = {"en": "hand in work", "ja": "作品の提出"}
    return (Window("submit", title, clocks.opened, terms.submit_by, who, silence),)


def _reviewing(clocks: Clocks) -> tuple[Window, ...]:
    terms, start = clocks.terms, clocks.submitted
    last = start + terms.review_window - 1
    many = f"{terms.quorum} of {len(terms.reviewers)}"
    return (
        Window(
            "review",
            {"en": "review", "ja": "審査"},
            start,
            start + terms.review_window,
            {
                "en": f"reviewers, {many} must approve",
                "ja": f"審査員({len(terms.reviewers)}名中{terms.quorum}名の承認)",
            },
            {
                "en": "the work is accepted and the base is paid",
                "ja": "承認されたことになり、基本報酬が支払われます",
            },
        ),
        Window(
            "changes",
            {"en": "changes, if a reviewer asks (at most 3 times)", "ja": "修正(求められた場合。3回まで)"},
            last,
            last + terms.review_window,
            {"en": "worker; then the review starts again", "ja": "応募者(その後、審査期間は最初から)"},
            {"en": "the work is rejected; that can be appealed", "ja": "不採用になります(不服申立は可能)"}
            if terms.appeal_window
            else {"en": "the work is rejected for good", "ja": "不採用が確定します"},
        ),
    )


def _appealing(clocks: Clocks) -> tuple[Window, ...]:
    terms = clocks.terms
    if terms.appeal_window == 0:
        return ()
    rejected = clocks.submitted + terms.review_window - 1
    appealed = rejected + terms.appeal_window - 1
    accepts = {"en": "the work is accepted", "ja": "承認されたことになります"}
    rejects = {"en": "the rejection stands", "ja": "不採用のままです"}
    return (
        Window(
            "appeal",
            {"en": "appeal, if rejected", "ja": "不服申立(不採用の場合)"},
            rejected,
            rejected + terms.appeal_window,
            {"en": "worker, once", "ja": "応募者(一度だけ)"},
            rejects,
        ),
        Window(
            "appeal_ruling",
            {"en": "ruling on an appeal", "ja": "不服申立の裁定"},
            appealed,
            appealed + terms.arbiter_window,
            {"en": "arbiter", "ja": "裁定者"},
            accepts if terms.silent_appeal_accepts else rejects,
        ),
    )


def _outcome(clocks: Clocks, name: str) -> tuple[Window, ...]:
    part, accepted = clocks.terms.tranche(name), clocks.accepted_in_silence
    word, share = TRANCHE_WORDS[name], format_share(part.silent_bps)
    counts = {
        "en": f"{share} of the target counts as achieved",
        "ja": f"目標の{share}を達成したとみなします",
    }
    report = Window(
        f"{name}_report",
        {"en": f"{word['en']} report", "ja": f"{word['ja']}の報告"},
        accepted + part.opens_after,
        accepted + part.closes_after,
        {"en": "source", "ja": "報告者"},
        counts,
    )
    return (report, *_challenging(clocks, name, part, counts))


def _challenging(clocks: Clocks, name: str, part: TrancheTerms, counts: Words) -> tuple[Window, ...]:
    if part.challenge_window == 0:
        return ()
    word, reported = TRANCHE_WORDS[name], clocks.accepted_in_silence + part.closes_after - 1
    challenged = reported + part.challenge_window - 1
    return (
        Window(
            f"{name}_challenge",
            {"en": f"challenge of the {word['en']} report", "ja": f"{word['ja']}報告への異議申立"},
            reported,
            reported + part.challenge_window,
            {
                "en": "worker, payees, funder, project owner and stewards",
                "ja": "応募者・受取人・資金提供者・プロジェクトの所有者と世話役",
            },
            {"en": "the report stands and pays", "ja": "報告が確定し、支払われます"},
        ),
        Window(
            f"{name}_ruling",
            {"en": f"ruling on the {word['en']} challenge", "ja": f"{word['ja']}への異議の裁定"},
            challenged,
            challenged + clocks.terms.arbiter_window,
            {"en": "arbiter", "ja": "裁定者"},
            counts,
        ),
    )


def _tokens(clocks: Clocks) -> tuple[Window, ...]:
    if clocks.terms.token_reward == 0:
        return ()
    title = {"en": "mint project tokens", "ja": "プロジェクトトークンの発行"}
    silence = {"en": "they stay reserved", "ja": "確保されたままです"}
    who = {"en": "anyone, for the payees", "ja": "誰でも(受取人のために)"}
    return (Window("tokens", title, clocks.accepted_in_silence, None, who, silence),)
