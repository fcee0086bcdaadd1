"""
Options that several commands share.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Keystore = Annotated[
    Path | None, typer.Option("--keystore", help="Keystore file (version 3) of the wallet that signs.")
]
Dev = Annotated[
    int | None, typer.Option("--dev", min=0, max=9, help="Development account 0-9; development chains only.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show cost and effect; send nothing.")]
BountyId = Annotated[int, typer.Argument(min=1, help="The bounty's number.")]
SubmissionId = Annotated[int, typer.Argument(min=1, help="The submission's number within the bounty.")]
