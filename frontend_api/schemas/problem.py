"""The shape of every error: RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from frontend_api.schemas.wire import Wire


class BrokenRule(Wire):
    """One field that breaks a rule."""

    field: str = Field(examples=["submission.sharesBps"])
    value: str = Field(description="What was given, shortened.", examples=["[6000, 3000]"])
    rule: str = Field(examples=["must sum to 10000"])


class ProblemDetails(Wire):
    """What happened, why, and what to do next."""

    type: str = Field(examples=["urn:resonance:problem:input_invalid"])
    title: str = Field(examples=["The request breaks a rule"])
    status: int = Field(examples=[422])
    detail: str
    instance: str = Field(description="The address that was asked.", examples=["/v1/submissions"])
    code: str = Field(description="Stable, for machines.", examples=["input_invalid"])
    hint: str = Field(description="What to do next.")
    errors: list[BrokenRule]
    request_id: str = Field(description="Also in the header X-Request-Id; the operator finds it in the log.")
    details: dict[str, Any] = Field(default_factory=dict, description="What the error knows besides.")
