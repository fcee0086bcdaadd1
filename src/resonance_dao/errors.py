"""
Everything that can go wrong, as one tree.

    ResonanceError
    * InputInvalid            what was given breaks a rule: names the field, the value and the rule
    * ToolMissing             a program or package that this step needs is not there
    * CompilationFailed       solc refused the sources
    * ChainUnreachable        the RPC endpoint did not answer
    * ChainMismatch           the endpoint serves another chain than was meant, or was restarted
    * NotDeployed             a contract is not where the deployment book says, or the book has no such entry
    * TransactionFailed       a transaction or call reverted; carries the decoded reason
    * SignatureRefused        a signature, attestation or key is not the one that is needed
    * EvidenceUnavailable     no store could produce or keep the content
    * EvidenceMismatch        content does not hash to its CID
    * ProofMismatch           a proof, root or receipt does not verify
    * JournalConflict         the journal already holds something that contradicts this request
    * JournalUnavailable      the journal's database did not do its work
    * NotFound                nothing of that name or number exists

Domain errors know nothing of HTTP or exit codes; the gateway and the command line each hold one table.
Errors of other libraries are converted where they arise and never travel further.
"""

from __future__ import annotations


class ResonanceError(Exception):
    """
    The root: what happened (`str(error)`), what to do next (`hint`), and a stable `code` for machines.

    Keyword arguments beyond `hint` become `details`, plain values that go on the wire and into logs; never
    put a secret there.
    """

    code = "resonance_error"
    default_hint = ""

    def __init__(self, message: str, *, hint: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.hint = self.default_hint if hint is None else hint
        self.details = details

    def to_dict(self) -> dict[str, object]:
        """Return the error as plain values: code, message, hint, details."""
        return {"code": self.code, "message": str(self), "hint": self.hint, "details": self.details}


class InputInvalid(ResonanceError):
    """What was given breaks a rule. `InputInvalid("shares", [1, 2], "must sum to 10000")`."""

    code = "input_invalid"
    default_hint = "Correct the value and try again; nothing was sent."

    def __init__(self, field: str, value: object, rule: str, *, hint: str | None = None) -> None:
        shown = repr(value)
        shown = shown if len(shown) <= 120 else shown[:117] + "..."
        super().__init__(f"{field} = {shown}: {rule}", hint=hint, field=field, value=shown, rule=rule)
        self.field, self.value, self.rule = field, value, rule


class ToolMissing(ResonanceError):
    """A program or package that this step needs is not there."""

    code = "tool_missing"


class CompilationFailed(ResonanceError):
    """The compiler refused the sources."""

    code = "compilation_failed"
    default_hint = "Correct the source at the line that the compiler names."


class ChainUnreachable(ResonanceError):
    """The RPC endpoint did not answer, or not in JSON-RPC."""

    code = "chain_unreachable"
    default_hint = "Check RESONANCE_RPC_URL and that the node runs; `resonance doctor` tests it."


class ChainMismatch(ResonanceError):
    """The endpoint serves another chain than the one that was meant, or a development chain was restarted."""

    code = "chain_mismatch"


class NotDeployed(ResonanceError):
    """A contract is not where the deployment book says, or the book has no such entry."""

    code = "not_deployed"
    default_hint = "Run `resonance deploy` for this chain first."


class TransactionFailed(ResonanceError):
    """A transaction or a simulated call reverted. `details["error"]` is the decoded custom error."""

    code = "transaction_failed"


class SignatureRefused(ResonanceError):
    """A signature, attestation or key is not the one that is needed."""

    code = "signature_refused"


class EvidenceUnavailable(ResonanceError):
    """No store could produce or keep the content."""

    code = "evidence_unavailable"
    default_hint = "Nothing is lost: the step is tried again. Check the IPFS address with `resonance doctor`."


class EvidenceMismatch(ResonanceError):
    """Content does not hash to its CID. Never use it."""

    code = "evidence_mismatch"
    default_hint = "The source altered or damaged the content; fetch it from another one."


class ProofMismatch(ResonanceError):
    """A proof, root or receipt does not verify."""

    code = "proof_mismatch"


class JournalConflict(ResonanceError):
    """The journal already holds something that contradicts this request."""

    code = "journal_conflict"


class JournalUnavailable(ResonanceError):
    """
    The journal's database did not do its work. Whether a commit that was under way is kept may not be known,
    so the same request is sent again under the same key, never a new one.
    """

    code = "journal_unavailable"
    default_hint = (
        "Check the disk and RESONANCE_DATABASE_URL. A request sent again with the same Idempotency-Key is "
        "done once."
    )


class NotFound(ResonanceError):
    """Nothing of that name or number exists."""

    code = "not_found"
