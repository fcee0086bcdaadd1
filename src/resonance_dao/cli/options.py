"""
Options that several commands share.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resonance_dao.errors import InputInvalid

Keystore = Annotated[
    Path | None, typer.Option("--keystore", help="Keystore file (version 3) of the wallet that signs.")
]
Dev = Annotated[
    int | None, typer.Option("--dev", min=0, max=9, help="Development account 0-9; development chains only.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show cost and effect; send nothing.")]
BountyId = Annotated[int, typer.Argument(min=1, help="The bounty's number.")]
Comment = Annotated[
    str, typer.Option("--comment", help="The review, report or reason in words; it is pinned and public.")
]
SubmissionId = Annotated[int, typer.Argument(min=1, help="The submission's number within the bounty.")]
SignOnly = Annotated[
    Path | None, typer.Option("--sign-only", help="Write it signed to a file that anyone can relay; no gas.")
]
ValidFor = Annotated[
    str, typer.Option("--valid-for", help="How long a signature can be relayed, such as 7d or 12h.")
]
AtGateway = Annotated[
    str,
    typer.Option("--gateway", help="The gateway's URL; evidence is uploaded to it, and its CID compared."),
]
ProjectId = Annotated[int, typer.Argument(min=1, help="The project's number.")]
Tranche = Annotated[str, typer.Argument(help="success or long-term")]


def tranche_name(text: str) -> str:
    """Return a tranche as the workflows call it: people write "long-term" as often as "long_term"."""
    return text.replace("-", "_")


def account(text: str, option: str) -> str:
    """Return an address with its checksum; one that may be mistyped is refused."""
    from eth_utils.address import is_address, is_checksum_address, to_checksum_address

    if not (text.startswith("0x") and is_address(text)):
        raise InputInvalid(option, text, "must be an address: 0x and 40 hexadecimal digits")
    if text != text.lower() and not is_checksum_address(text):
        raise InputInvalid(option, text, "has a wrong checksum (EIP-55): a digit may be mistyped")
    return str(to_checksum_address(text))
