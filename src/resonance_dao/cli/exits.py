"""
Exit codes: one table, shown by `resonance --help`.
"""

from __future__ import annotations

from resonance_dao import errors

OK, VERDICT_FAILED, USAGE, UNDECIDED, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 12, 70, 130, 141

CODES: dict[type[errors.ResonanceError], int] = {
    errors.InputInvalid: 3,
    errors.NotFound: 3,
    errors.ToolMissing: 4,
    errors.CompilationFailed: 4,
    errors.ChainUnreachable: 5,
    errors.EvidenceUnavailable: 5,
    errors.JournalUnavailable: 5,
    errors.ChainMismatch: 6,
    errors.NotDeployed: 6,
    errors.TransactionFailed: 7,
    errors.SignatureRefused: 8,
    errors.EvidenceMismatch: 9,
    errors.ProofMismatch: 9,
    errors.JournalConflict: 10,
}

EPILOG = (
    "Exit codes: 0 done; 1 an audit, proof or check says FAIL; 2 wrong usage; 3 wrong input; "
    "4 a tool is missing or the sources do not compile; 5 chain, IPFS or database unreachable; "
    "6 wrong chain or nothing deployed; 7 a transaction failed; 8 a signature was refused; "
    "9 content or proof does not match; 10 conflicts with the journal; 12 a promise is not due yet; "
    "70 a defect of ours; 130 interrupted."
)


def code_of(error: errors.ResonanceError) -> int:
    """Return the exit code of an error."""
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), UNEXPECTED)
