"""
The values that every shape is made of.

Amounts are decimal strings in base units; times are unix seconds; addresses are EIP-55. Structs that are
signed or hashed keep the field names of the contract (`Struct`), everything else is snake_case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.address import checksum

_Value = TypeVar("_Value")

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader takes as it is (RFC 8259, 6)."""


def ruled(check: Callable[[str], object]) -> Callable[[str], str]:
    """
    Return a validator that passes text on when `check` accepts it, and gives the rule it broke otherwise.
    """

    def validate(text: str) -> str:
        try:
            result = check(text)
        except InputInvalid as exc:
            raise ValueError(exc.rule) from exc
        return result if isinstance(result, str) else text

    return validate


Address = Annotated[
    str,
    AfterValidator(ruled(lambda text: checksum(text, "address"))),
    Field(
        description="An account, in EIP-55 spelling.",
        examples=["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
        json_schema_extra={"pattern": "^0x[0-9a-fA-F]{40}$"},
    ),
]
Amount = Annotated[
    str,
    Field(
        description="Base units of the token, as a decimal string.",
        examples=["300000000000000000000000"],
        pattern=r"^(0|[1-9][0-9]{0,77})$",
    ),
]
Bytes32 = Annotated[
    str, Field(description="32 bytes: 0x and lower-case hexadecimal digits.", pattern=r"^0x[0-9a-f]{64}$")
]
HexBytes = Annotated[
    str,
    Field(
        description="Bytes: 0x and hexadecimal digits.", pattern=r"^0x([0-9a-fA-F]{2})*$", max_length=65_536
    ),
]
CidText = Annotated[
    str,
    AfterValidator(ruled(lambda text: Cid.parse(text) and text)),
    Field(
        description="An IPFS content identifier.",
        examples=["bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"],
        max_length=128,
    ),
]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Id = Annotated[int, Field(ge=1, le=MAX_INTEGER, description="Ids run from 1.")]
Bps = Annotated[int, Field(ge=0, le=10_000, description="Basis points: 10000 is the whole.")]
Time = Annotated[int, Field(ge=0, le=MAX_INTEGER, description="Unix seconds.", examples=[1_767_225_600])]


class Wire(BaseModel):
    """A shape: unknown keys and wrong types are refused, nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Struct(Wire):
    """A struct of a contract, with the contract's own field names: what was signed can be sent as it is."""

    model_config = ConfigDict(alias_generator=to_camel)
