"""
What people should know of terms before they sign: each alarm has a code, and words in both languages.

An alarm refuses nothing; terms that cannot be opened are refused before. Not legal advice
(法的助言ではありません).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from resonance_dao.chain.attestation import ZERO_ADDRESS, ZERO_HASH
from resonance_dao.economy.freelance_rules import FreelanceRules
from resonance_dao.economy.simulation import PARTS, Offer
from resonance_dao.economy.withholding_rules import Rules, Treatment
from resonance_dao.workflows.simulation_timeline import TRANCHE_WORDS, Clocks
from resonance_dao.workflows.terms import TRANCHES, Terms

DAY = 86_400
PART_WORDS = {
    "base": {"en": "base", "ja": "基本"},
    **TRANCHE_WORDS,
    "top_up": {"en": "top-up to the guarantee", "ja": "最低保証の補填"},
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to know; `code` never changes, so programs can act on it."""

    code: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What alarms look at. `funder` and `tax_known` are what the simulation knows beyond the terms."""

    terms: Terms
    offer: Offer
    clocks: Clocks
    funder: str | None
    category: str | None
    tax_known: bool


def alarms(subject: Subject, freelance: FreelanceRules, tax: Rules) -> tuple[Alarm, ...]:
    """Return every alarm that the terms raise, what costs the worker most first."""
    return (
        *_judges(subject),
        *_silence(subject),
        *_pay(subject),
        *_dates(subject, freelance),
        *_tax(subject, tax),
    )


def _judges(subject: Subject) -> Iterator[Alarm]:
    terms, funder = subject.terms, subject.funder
    if funder is None:
        yield _alarm(
            "funder_unnamed",
            "The funder is not named here, so whether it also judges was not checked (--funder).",
            "資金提供者が指定されていないため、審査を兼ねるかどうかは確認していません(--funder)。",
        )
    if funder in terms.reviewers:
        yield _alarm(
            "reviewer_is_funder",
            "The funder is a reviewer: whoever pays decides whether to pay.",
            "資金提供者が審査員です。支払う人が支払うかどうかを決めます。",
        )
    sources = {terms.tranche(name).source for name in TRANCHES if terms.tranche(name).share_bps}
    if funder in sources:
        yield _alarm(
            "source_is_funder",
            "The funder reports the outcome that its own payment follows from.",
            "資金提供者が、自らの支払額を決める成果を報告します。",
        )
    if sources & set(terms.reviewers):
        yield _alarm(
            "source_is_reviewer",
            "A reviewer also reports the outcome.",
            "審査員が成果の報告者を兼ねています。",
        )
    if len(terms.reviewers) == 1:
        yield _alarm(
            "single_reviewer",
            "One reviewer alone decides (quorum 1 of 1).",
            "審査員1名だけで決まります(1名中1名)。",
        )


def _silence(subject: Subject) -> Iterator[Alarm]:
    terms = subject.terms
    if terms.appeal_window == 0:
        code = "no_arbiter" if terms.arbiter == ZERO_ADDRESS else "no_appeal"
        yield _alarm(code, "A rejection cannot be appealed.", "不採用に不服を申し立てることはできません。")
    elif not terms.silent_appeal_accepts:
        yield _alarm(
            "silent_appeal_rejects",
            "When the arbiter lets an appeal lie, the rejection stands; the owner named the arbiter.",
            "裁定者が不服申立を放置すると不採用のままです。裁定者は発注者が指定しています。",
        )
    for name in TRANCHES:
        yield from _silent_tranche(subject, name)


def _silent_tranche(subject: Subject, name: str) -> Iterator[Alarm]:
    part, word = subject.terms.tranche(name), TRANCHE_WORDS[name]
    if part.share_bps == 0:
        return
    if part.silent_bps == 0:
        yield _alarm(
            f"{name}_silence_pays_nothing",
            f"Silence pays nothing of the {word['en']} tranche: neither a silent source nor, when "
            "challenged, a silent arbiter whom the owner named costs the owner anything.",
            f"{word['ja']}分は、報告者が沈黙しても、発注者の指定した裁定者が異議を放置しても、支払われません。",
        )
    if part.challenge_window == 0:
        yield _alarm(
            f"{name}_report_is_final",
            f"The {word['en']} report is final at once: it cannot be challenged.",
            f"{word['ja']}の報告は直ちに確定し、異議を申し立てられません。",
        )
    parts = subject.offer.ceilings(subject.offer.lowest_bps)
    ceiling = parts.success if name == "success" else parts.long_term
    if part.challenge_window and subject.terms.challenge_bond > ceiling:
        yield _alarm(
            f"{name}_bond_exceeds_tranche",
            f"A challenge's bond is more than the {word['en']} tranche pays at its target.",
            f"異議申立の保証金が、目標達成時の{word['ja']}分の額を超えています。",
        )


def _pay(subject: Subject) -> Iterator[Alarm]:
    terms = subject.terms
    if terms.guaranteed == 0:
        yield _alarm(
            "no_guarantee", "Nothing is guaranteed beyond the base.", "基本報酬のほかに最低保証はありません。"
        )
    if terms.admission == ZERO_ADDRESS:
        yield _alarm(
            "pending_work_can_lapse",
            "Anyone may hand in work: work that waits when the last award goes to another lapses unpaid.",
            "応募制ではありません。最後の枠が他の作品に渡ると、審査待ちの作品には支払われません。",
        )
        yield _alarm(
            "open_door_pays_by_silence",
            "The door is open: anyone may hand in any number of works, and what the reviewers let lie is "
            "accepted and paid. A flood of junk can win every award by silence; applications prevent that.",
            "応募なしで誰でも何件でも提出でき、審査されないまま期限が過ぎた作品は承認され支払われます。"
            "大量の無価値な提出が沈黙によって全ての枠を得るおそれがあり、応募制(applications)で防げます。",
        )


def _dates(subject: Subject, freelance: FreelanceRules) -> Iterator[Alarm]:
    clocks, terms = subject.clocks, subject.terms
    rule = freelance.on(clocks.opened)
    if terms.review_window > rule.review_days * DAY:
        yield _alarm(
            "review_is_long",
            f"The review may take longer than {rule.review_days} days.",
            f"審査期間が{rule.review_days}日を超えています。",
        )
    shares = dict(zip(PARTS, terms.shares_bps, strict=False))
    for name, share in shares.items():
        paid = getattr(clocks.undisputed, name)
        if share and rule.is_late(clocks.submitted, paid, freelance.zone):
            yield _late(name, rule.payment_days)
    if rule.is_late(clocks.submitted, clocks.at_latest.base, freelance.zone):
        days = (clocks.accepted_at_latest - clocks.submitted) // DAY
        yield _alarm(
            "revisions_delay_pay",
            f"With every change asked for and an appeal, acceptance may come {days} days after the work, "
            f"beyond {rule.payment_days} days after receipt.",
            f"修正の求めと不服申立が重なると承認は提出から最長{days}日後で、{rule.payment_days}日を超えます。",
        )


def _late(name: str, days: int) -> Alarm:
    word = PART_WORDS[name]
    return _alarm(
        f"{name}_paid_late",
        f"The {word['en']} part may be paid later than {days} days after receipt (Freelance Act).",
        f"{word['ja']}分の支払いが、受領から{days}日を超えることがあります(フリーランス法)。",
    )


def _tax(subject: Subject, tax: Rules) -> Iterator[Alarm]:
    named = subject.terms.withholding != ZERO_HASH
    if named and not subject.tax_known:
        yield _alarm(
            "tax_unknown",
            "The rates of the withholding schedule are not known here: amounts are before tax (--collector).",
            "指定された源泉徴収表の税率が分からないため、税引前の額です(--collector)。",
        )
    if named:
        return
    if subject.category is None:
        yield _alarm(
            "category_unnamed",
            "No category of work is named, so whether tax is to be withheld was not checked.",
            "業務の種類(category)がないため、源泉徴収の要否は確認していません。",
        )
    elif tax.treatment(subject.category, "individual") is not Treatment.NOT_WITHHELD:
        word = tax.categories[subject.category].words
        yield _alarm(
            "withholding_missing",
            f"No tax is withheld, though pay to individuals for {word['en']} may have to be ({tax.country}).",
            f"「{word['ja']}」の個人への支払いは源泉徴収の対象になり得ますが、徴収の指定がありません。",
        )


def _alarm(code: str, en: str, ja: str) -> Alarm:
    return Alarm(code, {"en": en, "ja": ja})
