"""
Reading YAML that people wrote: strict, and every refusal names the place, the value and the rule.

Unknown keys are refused, duplicate keys are refused, and a number with a decimal point is refused wherever it
stands: an amount that is not whole goes in quotes, so that no float ever comes near money.
"""

from __future__ import annotations

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
    return to_checksum_address(text)


Address = Annotated[str, AfterValidator(_address)]
_Model = TypeVar("_Model", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """YAML without floats, dates or repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise InputInvalid(key, f"line {node.start_mark.line + 1}", "stands twice in the same place")
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str, model: type[_Model], name: str) -> _Model:
    """Return the file's content as `model`; `name` says in errors which file is meant."""
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        raise InputInvalid(name, place, f"is not YAML: {getattr(exc, 'problem', exc)}") from exc
    if not isinstance(content, dict):
        raise InputInvalid(name, type(content).__name__, "must hold keys and values; see the template")
    _refuse_floats(content, name)
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InputInvalid(f"{name}: {path}", first["input"], _rule(first["type"], first["msg"])) from exc


def _refuse_floats(value: object, path: str) -> None:
    if isinstance(value, float):
        raise InputInvalid(path, value, "is a number with a decimal point; write it in quotes")
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        _refuse_floats(item, f"{path}.{key}")


def _rule(kind: str, message: str) -> str:
    known = {"extra_forbidden": "is no known key; see the template", "missing": "is missing"}
    return known.get(kind, message.removeprefix("Value error, "))
