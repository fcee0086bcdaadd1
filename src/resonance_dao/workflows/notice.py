"""
A bounty's terms as the written notice that a freelancer is owed, in Japanese and English.

What the notice must say is data (`economy/data/freelance_*.json`); what it says comes from the terms that
opening would sign. Not legal advice (法的助言ではありません).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.economy.freelance_rules import FreelanceRules, freelance_rules
from resonance_dao.economy.money import format_share
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.simulating import Simulation, multiplier_text

BLANK = "________"


@dataclass(frozen=True, slots=True)
class Parties:
    """Names that the file does not hold: who orders and who works; None leaves a blank to fill in."""

    client: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the notice: its name in the data, its label, and what the terms say of it, line by line."""

    name: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice: a title, the items in the law's order, notes, and that it is no legal advice."""

    language: str
    title: str
    law: str
    items: tuple[Item, ...]
    notes: tuple[str, ...]
    disclaimer: str

    @property
    def text(self) -> str:
        """The notice as plain text."""
        blocks = [f"{self.title}\n{self.law}"]
        for number, item in enumerate(self.items, 1):
            blocks.append("\n".join((f"{number}. {item.label}", *(f"   {line}" for line in item.lines))))
        blocks += [*(f"* {note}" for note in self.notes), self.disclaimer]
        return "\n\n".join(blocks) + "\n"


def notice(found: Simulation, parties: Parties, language: str) -> Notice:
    """
    Return the notice in "ja" or "en"; `NotFound` where the law was not in force at the opening.

    `InputInvalid` for another language, and when the data ask for an item that nothing here can say.
    """
    if language not in {"ja", "en"}:
        raise InputInvalid("language", language, "must be ja or en")
    rules = freelance_rules(found.facts.country)
    rule = rules.on(found.facts.now)
    draft = _Draft(found, parties, rules, language)
    titles = {"ja": "取引条件の明示", "en": "Notice of the terms of an order"}
    return Notice(
        language=language,
        title=f"{titles[language]}: {getattr(found.bounty.title, language)}",
        law=f"{rules.law[language]} ({rules.law['source']})",
        items=tuple(Item(name, words[language], draft.lines(name)) for name, words in rule.items.items()),
        notes=tuple(f"{note[language]} ({note['source']})" for note in rules.notes),
        disclaimer=rules.notice[language],
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    found: Simulation
    parties: Parties
    rules: FreelanceRules
    language: str

    def lines(self, name: str) -> tuple[str, ...]:
        """Return what the terms say of an item."""
        writers: dict[str, Callable[[], tuple[str, ...]]] = {
            "parties": self._parties,
            "ordered_on": self._ordered_on,
            "content": self._content,
            "delivery_date": self._delivery_date,
            "delivery_place": self._delivery_place,
            "inspection_date": self._inspection_date,
            "amount": self._amount,
            "due_date": self._due_date,
            "method": self._method,
        }
        if name not in writers:
            raise InputInvalid("items", name, f"is none of {', '.join(writers)}")
        return writers[name]()

    def _say(self, en: str, ja: str) -> str:
        return ja if self.language == "ja" else en

    def _day(self, time: int) -> str:
        return datetime.fromtimestamp(time, self.rules.zone).isoformat(sep=" ", timespec="minutes")

    def _parties(self) -> tuple[str, ...]:
        client, worker = self.parties.client or BLANK, self.parties.worker or BLANK
        account, project = self.found.facts.funder or BLANK, self.found.terms.project_id
        return (
            self._say(
                f"Client: {client} (project {project}, account {account})",
                f"発注者: {client}(プロジェクト {project}、アカウント {account})",
            ),
            self._say(f"Worker: {worker} (account {BLANK})", f"受注者: {worker}(アカウント {BLANK})"),
        )

    def _ordered_on(self) -> tuple[str, ...]:
        if self.found.bounty.applications:
            return (self._say(f"The day of selection: {BLANK}", f"選定の日: {BLANK}"),)
        day = self._day(self.found.facts.now)
        return (self._say(f"{day} (the bounty opens)", f"{day}(懸賞の開始)"),)

    def _content(self) -> tuple[str, ...]:
        bounty, terms = self.found.bounty, self.found.terms
        lines = [*str(getattr(bounty.description, self.language)).splitlines(), f"ipfs://{terms.document}"]
        for outcome in (bounty.success, bounty.long_term):
            if outcome:
                metric = getattr(outcome.metric, self.language)
                lines.append(self._say(f"Outcome measured: {metric}", f"測定する成果: {metric}"))
        return tuple(lines)

    def _delivery_date(self) -> tuple[str, ...]:
        day = self._day(self.found.terms.submit_by)
        return (self._say(f"before {day}", f"{day} より前"),)

    def _delivery_place(self) -> tuple[str, ...]:
        return (
            self._say(
                "Online: evidence on IPFS, its identifier handed in to the bounty's escrow",
                "オンライン: 成果物をIPFSに置き、その識別子を懸賞のエスクローに提出",
            ),
        )

    def _inspection_date(self) -> tuple[str, ...]:
        day = self._day(self.found.in_silence.base)
        return (
            self._say(
                f"{day} for work handed in at the end of the time, otherwise as long after the work; "
                "without a review by then the work is accepted. Changes that are asked for start it again.",
                f"期限に提出された場合は {day}。それより早い提出では同じ日数の後。"
                "期日までに審査がなければ承認とみなします。修正を求めた場合は改めて起算します。",
            ),
        )

    def _amount(self) -> tuple[str, ...]:
        offer, coins = self.found.offer, self.found.facts.coins
        lines = []
        for bps in offer.multipliers_bps:
            parts, factor = offer.ceilings(bps), multiplier_text(bps)
            head = self._say(f"At a multiplier of {factor}: ", f"倍率{factor}のとき: ")
            shown = [self._say(f"base {coins(parts.base)}", f"基本 {coins(parts.base)}")]
            if offer.shares_bps[1]:
                shown.append(self._say(f"success {coins(parts.success)}", f"成果 {coins(parts.success)}"))
            if offer.shares_bps[2]:
                shown.append(
                    self._say(f"long-term {coins(parts.long_term)}", f"長期 {coins(parts.long_term)}")
                )
            lines.append(head + self._say(", ", "、").join(shown))
        return (*lines, *self._computed())

    def _computed(self) -> tuple[str, ...]:
        found, lines = self.found, []
        for name, part in (("success", found.terms.success), ("long_term", found.terms.long_term)):
            if part.share_bps:
                word = self._say(name.replace("_", "-"), "成果" if name == "success" else "長期")
                cap, silent = format_share(part.cap_bps), format_share(part.silent_bps)
                lines.append(
                    self._say(
                        f"{word}: that amount x measured value / {part.target}, at most {cap}, "
                        f"{silent} when nobody reports; rounded down",
                        f"{word}: 上記の額 × 測定値 ÷ {part.target}"
                        f"(上限{cap}、報告がなければ{silent}、端数切捨て)",
                    )
                )
        least = found.facts.coins(found.terms.guaranteed)
        lines.append(self._say(f"Guaranteed in total: {least}", f"最低保証額(合計): {least}"))
        return (*lines, self._tax())

    def _tax(self) -> str:
        if self.found.terms.withholding == ZERO_HASH:
            return self._say("No tax is withheld by these terms", "この条件では源泉徴収をしません")
        if self.found.facts.schedule is None:
            schedule = self.found.terms.withholding
            return self._say(f"Before tax withheld by {schedule}", f"税引前の額です。源泉徴収表: {schedule}")
        label = self.found.facts.schedule.label
        return self._say(f"Before tax withheld by: {label}", f"税引前の額です。源泉徴収: {label}")

    def _due_date(self) -> tuple[str, ...]:
        found, rule = self.found, self.rules.on(self.found.facts.now)
        last = rule.pay_by(found.terms.submit_by - 1, self.rules.zone).isoformat()
        names = {"base": ("base", "基本"), "success": ("success", "成果"), "long_term": ("long-term", "長期")}
        lines = []
        for (name, words), share in zip(names.items(), found.terms.shares_bps, strict=True):
            if share:
                day = self._day(getattr(found.undisputed, name))
                lines.append(
                    self._say(
                        f"{words[0]}: {day} at the latest without dispute or changes",
                        f"{words[1]}: 遅くとも {day}(異議や修正がない場合)",
                    )
                )
        limit = self._say(
            f"{rule.payment_days} days after receipt end on {last} for work handed in at the end of the time",
            f"期限に提出された場合、受領から{rule.payment_days}日の末日は {last}",
        )
        return (*lines, limit)

    def _method(self) -> tuple[str, ...]:
        token = f"{self.found.facts.symbol} {self.found.terms.token}".strip()
        return (
            self._say(
                f"Credit of {token} in the payout vault, from which the worker withdraws at any time",
                f"支払保管庫への {token} の入金(受注者はいつでも引き出せます)",
            ),
        )


def shown_zone(language: str, country: str = "JP") -> timezone:
    """Return the zone that dates are shown in: the country's for its own language, else UTC."""
    return freelance_rules(country).zone if language == "ja" else timezone.utc
