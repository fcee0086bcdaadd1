"""
Why a call or transaction failed, in words: what happened, why, what next.

Custom errors are recognised by selector from the ABIs of all artifacts, and explained by their own NatSpec.
`Error(string)` and `Panic(uint256)` are Solidity's (https://docs.soliditylang.org, "Panic via assert and
Error via require").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.errors import InputInvalid, TransactionFailed

PANICS = {
    0x00: "the compiler's own check failed",
    0x01: "an assertion that must always hold did not",
    0x11: "a number became too large or went below zero",
    0x12: "something was divided by zero",
    0x21: "a number is outside its enumeration",
    0x22: "a stored byte array is malformed",
    0x31: "an item was taken from an empty list",
    0x32: "a list has no item at that position",
    0x41: "too much memory was asked for",
    0x51: "an internal function was called before it was set",
}
_TEXT = [{"name": "reason", "type": "string"}]
_CODE = [{"name": "code", "type": "uint256"}]
_ERROR, _PANIC = bytes.fromhex("08c379a0"), bytes.fromhex("4e487b71")


@dataclass(frozen=True, slots=True)
class Revert:
    """
    A decoded failure: its name ("" when the data names none), arguments by name, one sentence, and the next
    step.
    """

    name: str
    args: dict[str, Any]
    message: str
    hint: str

    def failure(self, data: bytes, **details: object) -> TransactionFailed:
        """
        Return the exception that tells this; `details["error"]` has the name, the arguments and the raw
        data.
        """
        error = {"name": self.name, "args": abi.shown(self.args), "data": "0x" + data.hex()}
        return TransactionFailed(self.message, hint=self.hint, error=error, **details)


class RevertDecoder:
    """Decodes revert data by the custom errors of the given artifacts."""

    def __init__(self, artifacts: Iterable[Artifact] = ()) -> None:
        self._errors: dict[bytes, tuple[Mapping[str, Any], str]] = {}
        for artifact in artifacts:
            notes = artifact.error_notes()
            for entry in (entry for entry in artifact.abi if entry["type"] == "error"):
                said = notes.get(abi.signature(entry), "")
                known = self._errors.get(abi.selector(entry))
                if known is None or not known[1]:
                    self._errors[abi.selector(entry)] = (entry, said)

    def decode(self, data: bytes) -> Revert:
        """Explain revert data; never raises, whatever the data."""
        try:
            if data[:4] == _ERROR:
                return _reason(abi.decode(_TEXT, data[4:], where="Error(string)"))
            if data[:4] == _PANIC:
                return _panic(abi.decode(_CODE, data[4:], where="Panic(uint256)"))
            if data[:4] in self._errors:
                entry, note = self._errors[data[:4]]
                return _custom(entry, note, abi.decode(entry["inputs"], data[4:], where=entry["name"]))
        except InputInvalid:
            return _unknown(data)
        return _unknown(data)


def _reason(args: dict[str, Any]) -> Revert:
    return Revert("Error", args, f"the contract refused: {args['reason']}", "Nothing was changed.")


def _panic(args: dict[str, Any]) -> Revert:
    meaning = PANICS.get(args["code"], "an unknown internal check failed")
    message = f"the contract stopped itself: {meaning} (panic 0x{args['code']:02x})"
    return Revert(
        "Panic", args, message, "Nothing was changed. Check the amounts; if they are right, report this."
    )


def _custom(entry: Mapping[str, Any], note: str, args: dict[str, Any]) -> Revert:
    given = ", ".join(f"{name}={abi.shown(value)}" for name, value in args.items())
    why = " ".join(note.split()).rstrip(".")
    message = f"the contract refused with {entry['name']}({given})" + (
        f": {why[0].lower()}{why[1:]}" if why else ""
    )
    return Revert(
        entry["name"], args, message, "Nothing was changed. Correct what the error names, then try again."
    )


def _unknown(data: bytes) -> Revert:
    if not data:
        hint = "Nothing was changed. Check the address, and that the account may do this."
        return Revert("", {}, "the call reverted without a reason", hint)
    shown = "0x" + data[:36].hex() + ("..." if len(data) > 36 else "")
    return Revert(
        "", {}, f"the call reverted with an unknown error {shown}", "Nothing was changed. Is the ABI current?"
    )
