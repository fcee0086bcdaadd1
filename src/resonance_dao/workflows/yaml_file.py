"""
Reading YAML that people wrote: strict, and every refusal names the place, the value and the rule.

Unknown keys are refused, duplicate keys are refused, and a number with a decimal point is refused wherever it
stands: an amount that is not whole goes in quotes, so that no float ever comes near money.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from resonance_dao.errors import InputInvalid


class Strict(BaseModel):
    """A part of a file: no key beyond those named, nothing converted in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Bilingual(Strict):
    """Text in English and Japanese."""

    en: str = Field(min_length=1, max_length=10_000)
    ja: str = Field(min_length=1, max_length=10_000)


def _address(text: str) -> str:
    from eth_utils.address import is_address, is_checksum_address, to_checksum_address

    if not is_address(text):
        raise ValueError("must be an address: 0x and 40 hexadecimal digits, in quotes")
    if text != text.lower() and not is_checksum_address(text):
        raise ValueError("has a wrong checksum (EIP-55): a digit may be mistyped")
    if int(text, 16) == 0:
        raise ValueError("is the zero address: put the real one here")
    return to_checksum_address(text)


_EITHER = ("str", "int")
_TEXT_OR_WHOLE = "must be a whole number, or text in quotes"
Address = Annotated[str, AfterValidator(_address)]
_Model = TypeVar("_Model", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """
    YAML without dates, references and repeated keys, whose whole numbers are decimal.

    YAML 1.1 reads 010 as eight, 0x10 as sixteen and 1:30 as ninety: here they are text, which no amount
    accepts. References (`*name`) could make a small file unfold without end.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="references (*name) are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                problem = f"the key {key.value} stands twice in the same place"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_UNWANTED = {f"tag:yaml.org,2002:{kind}" for kind in ("timestamp", "int", "merge")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag not in _UNWANTED]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9_]*)\Z"), list("-+0123456789")
)


def read(text: str, model: type[_Model], name: str) -> _Model:
    """Return the file's content as `model`; `name` says in errors which file is meant."""
    content = _load(text, name)
    if not isinstance(content, dict):
        raise InputInvalid(name, type(content).__name__, "must hold keys and values; see the template")
    _refuse_floats(content, f"{name}: ")
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        first = _telling(exc)
        place = [str(part) for part in first["loc"]]
        if place[-1] in _EITHER:  # Pydantic names each kind that a value may have; people name the key.
            raise InputInvalid(f"{name}: {'.'.join(place[:-1])}", first["input"], _TEXT_OR_WHOLE) from exc
        rule = _rule(first["type"], first["msg"])
        value = (
            None if first["type"] == "missing" else first["input"]
        )  # Pydantic gives all that stands around it.
        raise InputInvalid(f"{name}: {'.'.join(place)}", value, rule) from exc


def _load(text: str, name: str) -> object:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        problem = getattr(exc, "problem", None) or str(exc).splitlines()[0]
        raise InputInvalid(name, place, f"cannot be read: {problem}") from exc
    except (RecursionError, ValueError) as exc:
        # What PyYAML lets through: nesting without end, and numbers of thousands of digits.
        raise InputInvalid(name, "the file", f"cannot be read: {_limit(exc)}") from exc


def _limit(error: RecursionError | ValueError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "a number has too many digits" if "digits" in str(error) else str(error)


def _telling(error: ValidationError) -> Any:
    """Return the error to name: a mistyped key explains the one that is then missing, not the other way."""
    found = error.errors()
    return next((one for one in found if one["type"] == "extra_forbidden"), found[0])


def _refuse_floats(value: object, path: str) -> None:
    if isinstance(value, float):
        raise InputInvalid(path, value, "is a number with a decimal point; write it in quotes")
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        _refuse_floats(item, f"{path}{key}" if path.endswith(" ") else f"{path}.{key}")


def _rule(kind: str, message: str) -> str:
    known = {"extra_forbidden": "is no known key; see the template", "missing": "is missing"}
    return known.get(kind, message.removeprefix("Value error, "))
