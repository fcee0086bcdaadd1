"""
Signed orders: what an account wants done, with its EIP-712 signature, as `--sign-only` writes it to a file.

Each shape is one kind of `resonance_dao.workflows.signing.Order`; the nonce is the account's next one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from frontend_api.schemas.submission import SubmissionStruct, TrancheName
from frontend_api.schemas.wire import Address, Amount, Bytes32, CidText, HexBytes, Id, Time, Wire
from resonance_dao.workflows.orders import read_order
from resonance_dao.workflows.signing import SignedOrder

# A Terms struct with the most reviewers is below 2 KiB.
TermsBytes = Annotated[HexBytes, Field(min_length=66, max_length=16_386)]
Authorization = Annotated[
    HexBytes, Field(pattern=r"^0x[0-9a-fA-F]{130}$", description="65 bytes: the token takes no others.")
]
Component = Literal["skill", "passion", "peer_rating"]


class SignedOrderIn(Wire):
    """What every signed order has besides its values."""

    deadline: Time = Field(description="Until when it may be relayed, exclusive, unix s.")
    signature: HexBytes

    def value(self) -> SignedOrder:
        """Return the toolkit's value."""
        return read_order(self.model_dump(mode="json", by_alias=True))


class RevisionOrder(Wire):
    """A submission as it will be."""

    submission_id: Id
    submission: SubmissionStruct


class RevisionIn(SignedOrderIn):
    """Changed work with its worker's signature (`ReviseWork` of `BountyEscrow`)."""

    kind: Literal["revision"]
    order: RevisionOrder


class AppealOrder(Wire):
    """Which rejection, and the CID of the written reason."""

    bounty_id: Id
    submission_id: Id
    worker: Address
    reason: CidText


class AppealIn(SignedOrderIn):
    """An appeal with its worker's signature (`AppealRejection` of `BountyEscrow`)."""

    kind: Literal["appeal"]
    order: AppealOrder


class ChallengeOrder(Wire):
    """Which report, and the CID of the written reason."""

    bounty_id: Id
    submission_id: Id
    tranche: TrancheName
    challenger: Address
    reason: CidText


class ChallengeIn(SignedOrderIn):
    """A challenge with its challenger's signature (`ChallengeOutcome` of `BountyEscrow`)."""

    kind: Literal["challenge"]
    order: ChallengeOrder


class ApplicationOrder(Wire):
    """What the worker asks for an award at a multiplier of 1, and the CID of the proposal."""

    bounty_id: Id
    worker: Address
    bid: Amount
    proposal: CidText


class ApplicationIn(SignedOrderIn):
    """An application with its worker's signature (`ApplyForBounty` of `ApplicationDesk`)."""

    kind: Literal["application"]
    order: ApplicationOrder


class ApplicationWithdrawalOrder(Wire):
    """Which application is over."""

    bounty_id: Id
    worker: Address
    application_hash: Bytes32


class ApplicationWithdrawalIn(SignedOrderIn):
    """The end of an application with its worker's signature (`WithdrawApplication` of `ApplicationDesk`)."""

    kind: Literal["application-withdrawal"]
    order: ApplicationWithdrawalOrder


class WithdrawalOrder(Wire):
    """How much of whose credit goes where; `payee` is `holder`, or the wallet that followed it."""

    payee: Address
    holder: Address
    token: Address
    to: Address
    amount: Amount


class WithdrawalIn(SignedOrderIn):
    """A withdrawal with its payee's signature (`WithdrawTo` of `PayoutVault`)."""

    kind: Literal["withdrawal"]
    order: WithdrawalOrder


class SuccessorOrder(Wire):
    """Who says it, of whose successor; `by` is `holder` or one of its guardians."""

    by: Address
    holder: Address
    successor: Address


class RotationAnnouncementIn(SignedOrderIn):
    """The announcement of a new wallet (`AnnounceRotation` of `PayoutVault`)."""

    kind: Literal["rotation-announcement"]
    order: SuccessorOrder


class RotationVetoIn(SignedOrderIn):
    """A veto of an announced wallet (`VetoRotation` of `PayoutVault`)."""

    kind: Literal["rotation-veto"]
    order: SuccessorOrder


class RotationApprovalIn(SignedOrderIn):
    """A guardian's approval of a new wallet (`ApproveRotation` of `PayoutVault`)."""

    kind: Literal["rotation-approval"]
    order: SuccessorOrder


class GuardiansOrder(Wire):
    """The guardians-to-be in ascending order, and how many of them act together."""

    holder: Address
    guardians: Annotated[list[Address], Field(max_length=8)]
    threshold: Annotated[int, Field(ge=0, le=8)]


class GuardianAnnouncementIn(SignedOrderIn):
    """The announcement of guardians (`AnnounceGuardians` of `PayoutVault`)."""

    kind: Literal["guardian-announcement"]
    order: GuardiansOrder


class GuardianVetoOrder(Wire):
    """Who vetoes whose new guardians."""

    by: Address
    holder: Address


class GuardianVetoIn(SignedOrderIn):
    """A veto of announced guardians (`VetoGuardians` of `PayoutVault`)."""

    kind: Literal["guardian-veto"]
    order: GuardianVetoOrder


class RatingAppealOrder(Wire):
    """Which rating, and the CID of the written reason."""

    project_id: Id
    ratee: Address
    rater: Address
    component: Component
    uid: Bytes32
    reason: CidText


class RatingAppealIn(SignedOrderIn):
    """An appeal with the rated account's signature (`AppealRating` of `ReputationLedger`)."""

    kind: Literal["rating-appeal"]
    order: RatingAppealOrder


class OpeningOrder(Wire):
    """A bounty to open: its terms as `abi.encode(Terms)`, whose money it is, and 32 random bytes."""

    terms: TermsBytes
    funder: Address
    salt: Bytes32


class OpeningIn(SignedOrderIn):
    """
    An opening with its funder's authorization (ERC-3009 `ReceiveWithAuthorization` of the token, to the
    opener). Its nonce names the terms, and `deadline` is its `validBefore`.
    """

    kind: Literal["opening"]
    order: OpeningOrder
    signature: Authorization


class ContributionOrder(Wire):
    """How much of whose money goes into which pool; `nonce` is 32 random bytes."""

    pool: Address
    contributor: Address
    amount: Amount
    nonce: Bytes32


class ContributionIn(SignedOrderIn):
    """
    A contribution with its contributor's authorization (ERC-3009 `ReceiveWithAuthorization` of the token, to
    the pool). `deadline` is its `validBefore`.
    """

    kind: Literal["contribution"]
    order: ContributionOrder
    signature: Authorization
