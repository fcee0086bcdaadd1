"""Work handed in, and where it stands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from frontend_api.schemas.wire import Address, Amount, Bps, Bytes32, CidText, HexBytes, Id, Struct, Time, Wire
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
    exempt: Amount = Field(description="Bit i: no tax is withheld from payee i.")
    evidence: CidText

    def value(self) -> Submission:
        """Return the toolkit's value."""
        return Submission(
            bounty_id=self.bounty_id,
            worker=self.worker,
            payees=tuple(self.payees),
            shares_bps=tuple(self.shares_bps),
            exempt=int(self.exempt),
            evidence=self.evidence,
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
    exempt: Amount
    evidence: str

    @classmethod
    def of(cls, work: Submission) -> WorkOut:
        """Return the shape of a submission's struct."""
        return cls.model_validate({**work.to_abi(), "exempt": str(work.exempt)})


class TrancheOut(Wire):
    """Where a tranche stands."""

    stage: Literal["waiting", "reported", "challenged", "settled"]
    achieved_bps: int = Field(description="What counts as achieved; 10000 is the target.")
    clock: Time = Field(description="When the stage began, unix s.")


class SubmissionOut(Wire):
    """A submission as the chain has it now."""

    id: Id
    bounty_id: Id
    submission: WorkOut
    content_hash: Bytes32
    stage: Literal["none", "pending", "changes_requested", "rejected", "appealed", "accepted", "completed"]
    multiplier_bps: int = Field(description="Fixed at acceptance; 10000 is 1.")
    clock: Time = Field(description="When the stage began, unix s.")
    tokens_claimed: bool
    by_silence: bool
    appealed: bool
    version: int
    change_requests: int
    approvals: int = Field(description="Bit i: reviewer i of the terms approved this version.")
    rejections: int = Field(description="Bit i: reviewer i of the terms rejected this version.")
    amount: Amount = Field(description="The award at a multiplier of 1, base units.")
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
                "by_silence": view.by_silence,
                "appealed": view.appealed,
                "version": view.version,
                "change_requests": view.change_requests,
                "approvals": view.approvals,
                "rejections": view.rejections,
                "amount": str(view.amount),
                "tranches": {name: dict(state) for name, state in view.tranches.items()},
                "transaction": view.transaction,
            }
        )
