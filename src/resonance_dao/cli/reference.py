"""
The reference of the command line, `docs/cli.md`, made from the commands themselves.

    python -m resonance_dao.cli.reference > docs/cli.md

A test compares the two, so that neither drifts. The text does not depend on how a version of Typer lays out
`--help`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

from resonance_dao.cli.app import app

_HEAD = """# The command line

Made from the commands by `python -m resonance_dao.cli.reference > docs/cli.md`; a test keeps it so.
Settings come from the environment and from `resonance.toml` in the present folder; README lists them.
The options of `resonance` itself may stand before a command or after it.
"""


def reference() -> str:
    """Return the reference as Markdown."""
    root = typer.main.get_command(app)
    parts = [_HEAD, _section("resonance", root), *_children("resonance", root)]
    return "\n".join([*parts, "## Exit codes\n", *_exit_codes(root)]) + "\n"


def _children(path: str, group: Any) -> Iterator[str]:
    for name, command in group.commands.items():
        yield _section(f"{path} {name}", command)
        if hasattr(command, "commands"):
            yield from _children(f"{path} {name}", command)


def _section(path: str, command: Any) -> str:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [
        param for param in command.params if param.param_type_name == "option" and param.name != "help"
    ]
    usage = [path, *(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)]
    if hasattr(command, "commands"):
        usage.append("COMMAND")
    lines = [f"## `{' '.join(usage)}`\n", f"{' '.join(command.help.split())}\n"]
    rows = [*map(_argument, arguments), *map(_option, options)]
    return "\n".join([*lines, *rows, ""] if rows else lines)


def _placeholder(param: Any) -> str:
    name = param.name.upper() + ("..." if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _argument(param: Any) -> str:
    return f"- `{param.name.upper()}`: {_meaning(param)}"


def _option(param: Any) -> str:
    names = ", ".join([*param.opts, *param.secondary_opts])
    return f"- `{names}`: {_meaning(param)}"


def _meaning(param: Any) -> str:
    said = (param.help or "").strip()
    if param.required and param.param_type_name == "option":
        said += " Required."
    default = getattr(param.default, "value", param.default)  # What people type, not the name in Python.
    if default is None or callable(default) or isinstance(default, bool) or str(default) in {"", "."}:
        return said
    return f"{said} Default: {default}."


def _exit_codes(root: Any) -> Iterator[str]:
    for code in root.epilog.removeprefix("Exit codes: ").removesuffix(".").split("; "):
        number, meaning = code.split(" ", 1)
        yield f"- `{number}`: {meaning}"


if __name__ == "__main__":
    sys.stdout.write(reference())
