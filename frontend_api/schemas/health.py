"""Whether the gateway lives, and whether it can work."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from frontend_api.schemas.wire import Wire


class HealthOut(Wire):
    """The process answers."""

    status: Literal["ok"]
    version: str


class DependencyOut(Wire):
    """One thing the gateway needs."""

    name: str = Field(
        examples=["chain"],
        description="chain, contracts, database, evidence, recorder, sender, index, or store/ and the name "
        "of a mirror.",
    )
    ready: bool
    needed: bool = Field(description="Whether the gateway is not ready without it.")
    reason: str = Field(description="Why it is not ready, or what was found.")


class ReadyOut(Wire):
    """Everything the gateway needs, each with its state."""

    ready: bool
    dependencies: list[DependencyOut]
