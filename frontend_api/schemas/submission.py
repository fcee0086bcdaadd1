"""Work handed in, and where it stands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from frontend_api.schemas.wire import Address, Bps, Bytes32, CidText, HexBytes, Id, Struct, Time, Wire
from resonance_dao.workflows.bounties import SubmissionView
from resonance_dao.workflows.contributions import SignedSubmission
from resonance_dao.workflows.terms import Submission

TrancheName = Literal["success", "long_term"]


class SubmissionStruct(Struct):
    """`IBountyEscrow.Submission`: who is paid in which shares (they sum to 10000), and the evidence."""

    bounty_id: Id
    worker: Address
    payees: Annotated[list[Address], Field(min_length=1, max_length=250)]
    shares_bps: Annotated[list[Bps], Field(min_length=1, max_length=250)]
    evidence: CidText

    def value(self) -> Submission:
        """Return the toolkit's value."""
        return Submission(
            self.bounty_id, self.worker, tuple(self.payees), tuple(self.shares_bps), self.evidence
        )


class SignedSubmissionIn(Struct):
    """
    Work with its worker's EIP-712 signature (`SubmitWork` of `BountyEscrow`); what `resonance submit`
    writes.
    """

    submission: SubmissionStruct
    deadline: Time = Field(description="Until when it may be relayed, unix s.")
    signature: HexBytes

    def value(self) -> SignedSubmission:
        """Return the toolkit's value."""
        return SignedSubmission(self.submission.value(), self.deadline, self.signature)


class WorkOut(Struct):
    """The submission's struct as the chain has it: nothing that stands there is refused here."""

    bounty_id: int
    worker: str
    payees: list[str]
    shares_bps: list[int]
    evidence: str

    @classmethod
    def of(cls, work: Submission) -> WorkOut:
        """Return the shape of a submission's struct."""
        return cls.model_validate(work.to_abi())


class TrancheOut(Wire):
    """Where a tranche stands."""

    stage: Literal["waiting", "reported", "challenged", "ruled", "settled"]
    achieved_bps: Bps
    clock: Time = Field(description="When the stage began, unix s.")


class SubmissionOut(Wire):
    """A submission as the chain has it now."""

    id: Id
    bounty_id: Id
    submission: WorkOut
    content_hash: Bytes32
    stage: Literal["none", "pending", "rejected", "accepted", "completed"]
    multiplier_bps: int = Field(description="Fixed at acceptance; 10000 is 1.")
    clock: Time = Field(description="When the stage began, unix s.")
    tokens_claimed: bool
    tranches: dict[TrancheName, TrancheOut]
    transaction: Bytes32

    @classmethod
    def of(cls, view: SubmissionView) -> SubmissionOut:
        """Return the shape of a submission."""
        return cls.model_validate(
            {
                "id": view.id,
                "bounty_id": view.submission.bounty_id,
                "submission": WorkOut.of(view.submission),
                "content_hash": view.content_hash,
                "stage": view.stage,
                "multiplier_bps": view.multiplier_bps,
                "clock": view.clock,
                "tokens_claimed": view.tokens_claimed,
                "tranches": {name: dict(state) for name, state in view.tranches.items()},
                "transaction": view.transaction,
            }
        )
