"""Bounties and their terms."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Address, Amount, Bytes32, Count, Id, Struct, Wire
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.reading.lists import BountyLine
from resonance_dao.workflows.terms import Terms, TrancheTerms


class TrancheTermsStruct(Struct):
    """`IBountyEscrow.TrancheTerms`; times are seconds after acceptance."""

    share_bps: int
    silent_bps: int
    cap_bps: int
    opens_after: int
    closes_after: int
    challenge_window: int
    target: Amount
    source: str

    @classmethod
    def of(cls, terms: TrancheTerms) -> TrancheTermsStruct:
        """Return the shape of a tranche's terms."""
        return cls.model_validate({**terms.to_abi(), "target": str(terms.target)})


class TermsStruct(Struct):
    """`IBountyEscrow.Terms`, amounts as decimal strings: what `termsHash` is the hash of."""

    project_id: int
    funder: str
    token: str
    amount: Amount
    guaranteed: Amount
    token_reward: Amount
    max_awards: int
    min_multiplier_bps: int
    max_multiplier_bps: int
    base_bps: int
    quorum: int
    reviewers: list[str]
    submit_by: int
    review_window: int
    appeal_window: int
    silent_appeal_accepts: bool
    arbiter: str
    arbiter_window: int
    challenge_bond: Amount
    admission: str
    withholding: str
    success: TrancheTermsStruct
    long_term: TrancheTermsStruct
    document: str

    @classmethod
    def of(cls, terms: Terms) -> TermsStruct:
        """Return the shape of terms."""
        fields = terms.to_abi()
        names = ("amount", "guaranteed", "tokenReward", "challengeBond")
        amounts = {name: str(fields[name]) for name in names}
        parts = {"success": terms.success, "longTerm": terms.long_term}
        tranches = {name: TrancheTermsStruct.of(part) for name, part in parts.items()}
        return cls.model_validate({**fields, **amounts, **tranches})


class BountySummary(Wire):
    """A bounty in a list."""

    id: Id
    project_id: Id
    token: Address
    amount: Amount
    submit_by: int
    closed: bool
    awards: Count
    max_awards: Count
    submissions: Count
    document: str

    @classmethod
    def of(cls, line: BountyLine) -> BountySummary:
        """Return the shape of a bounty in a list."""
        return cls(
            id=line.id,
            project_id=line.project_id,
            token=line.token,
            amount=str(line.amount),
            submit_by=line.submit_by,
            closed=line.closed,
            awards=line.awards,
            max_awards=line.max_awards,
            submissions=line.submissions,
            document=line.document,
        )


class BountyOut(Wire):
    """A bounty as the chain has it now."""

    id: Id
    project_id: Id
    funder: Address
    terms: TermsStruct
    terms_hash: Bytes32
    escrowed: Amount
    closed: bool
    reclaimed: bool
    appealable_until: int = Field(description="Until when a rejection can be appealed, unix s.")
    pending: Count
    awards: Count
    submissions: Count = Field(description="How many were handed in; `/submissions` lists them.")
    transaction: Bytes32

    @classmethod
    def of(cls, view: BountyView) -> BountyOut:
        """Return the shape of a bounty."""
        return cls(
            id=view.id,
            project_id=view.project_id,
            funder=view.funder,
            terms=TermsStruct.of(view.terms),
            terms_hash=view.terms_hash,
            escrowed=str(view.escrowed),
            closed=view.closed,
            reclaimed=view.reclaimed,
            appealable_until=view.appealable_until,
            pending=view.pending,
            awards=view.awards,
            submissions=view.received,
            transaction=view.transaction,
        )
