"""
Which small faults a Solidity file could have: its mutants, found in the compiler's syntax tree.

Pure but for `syntax_tree`, which asks solc. A mutant is one replacement of one stretch of source: an
operator, a comparison or its boundary, a negated or removed condition, a constant off by one, a dropped
statement, event or modifier, a returned zero. Assembly is left alone: its twins in the tests are what guards
it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mutation_faults import Edit, Mutant, named

Node = dict[str, Any]

ARITHMETIC = {
    "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&",
}  # fmt: skip
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
LOGICAL = {"&&": "||", "||": "&&"}
ASSIGNED = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|="}
ZEROS = {"uint": "0", "int": "0", "address": "address(0)", "bytes32": "bytes32(0)"}


def syntax_tree(solc: Path, source: bytes) -> Node:
    """Return solc's tree of one file, parsed only: no import is read and no type is known."""
    question = {
        "language": "Solidity",
        "sources": {"file.sol": {"content": source.decode()}},
        "settings": {"stopAfter": "parsing", "outputSelection": {"*": {"": ["ast"]}}},
    }
    done = subprocess.run(
        [str(solc), "--standard-json"], input=json.dumps(question), capture_output=True, text=True, check=True
    )
    tree: Node = json.loads(done.stdout)["sources"]["file.sol"]["ast"]
    return tree


def mutants(path: str, source: bytes, tree: Node) -> list[Mutant]:
    """Return every mutant of a file, in source order, no two alike."""
    edits = (
        (where, edit)
        for where, node, function in _places(tree, Path(path).stem)
        for edit in _edits(node, function, source)
    )
    return named(path, source, edits)


def _places(tree: Node, file: str) -> Iterator[tuple[str, Node, Node]]:
    """Yield (Contract.function, node, function) for every node inside a function or modifier."""
    for outer in tree["nodes"]:
        inside = outer.get("nodes", []) if outer["nodeType"] == "ContractDefinition" else [outer]
        owner = outer["name"] if outer["nodeType"] == "ContractDefinition" else file
        for function in inside:
            if function["nodeType"] in ("FunctionDefinition", "ModifierDefinition") and function.get("body"):
                name = function["name"] or function["kind"]
                for part in (function["body"], *function.get("modifiers", [])):
                    for node in _walk(part):
                        yield f"{owner}.{name}", node, function


def _walk(node: Any) -> Iterator[Node]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
    elif isinstance(node, dict) and node.get("nodeType") not in ("InlineAssembly", "ElementaryTypeName"):
        if "nodeType" in node:
            yield node
        for value in node.values():
            if isinstance(value, (dict, list)):
                yield from _walk(value)


def _span(node: Node) -> tuple[int, int]:
    start, length, _ = (int(number) for number in node["src"].split(":"))
    return start, start + length


def _edits(node: Node, function: Node, source: bytes) -> Iterator[Edit]:
    kind = node["nodeType"]
    if kind == "BinaryOperation":
        yield from _of_operation(node, source)
    elif kind == "Assignment" and node["operator"] in ASSIGNED:
        yield from _between(
            node, "leftHandSide", "rightHandSide", "arithmetic", ASSIGNED[node["operator"]], source
        )
    elif kind == "UnaryOperation":
        yield from _of_unary(node, source)
    elif kind == "IfStatement":
        yield from _of_if(node, source)
    elif kind == "Conditional" and node["condition"].get("operator") not in NEGATED:
        yield _negation(node["condition"], source)
    elif kind == "Literal" and node["kind"] == "number":
        yield from _of_number(node, source)
    elif kind in ("ExpressionStatement", "EmitStatement"):
        yield from _of_statement(node, source)
    elif kind == "ModifierInvocation" and function["kind"] != "constructor":
        yield Edit("modifier", *_span(node), "")
    elif kind == "Return" and node.get("expression"):
        yield from _of_return(node, function, source)


def _text(node: Node, source: bytes) -> str:
    start, end = _span(node)
    return source[start:end].decode()


def _of_operation(node: Node, source: bytes) -> Iterator[Edit]:
    operator = node["operator"]
    choices = (
        ("arithmetic", ARITHMETIC), ("relational", NEGATED), ("boundary", BOUNDARY), ("logical", LOGICAL)
    )  # fmt: skip
    for name, table in choices:
        if operator in table:
            yield from _between(node, "leftExpression", "rightExpression", name, table[operator], source)


def _between(node: Node, left: str, right: str, name: str, replacement: str, source: bytes) -> Iterator[Edit]:
    """Write the whole expression again with another operator, so that a mutant's key shows its operands."""
    start, end = _span(node)
    after_left, before_right = _span(node[left])[1], _span(node[right])[0]
    middle = source[after_left:before_right].decode().replace(node["operator"], replacement, 1)
    text = source[start:after_left].decode() + middle + source[before_right:end].decode()
    yield Edit(name, start, end, text)


def _of_statement(node: Node, source: bytes) -> Iterator[Edit]:
    start, end = _span(node)
    # Without a semicolon it is the step of a loop, which would never end.
    if source[end : end + 1] == b";":
        yield Edit("event" if node["nodeType"] == "EmitStatement" else "statement", start, end + 1, "{}")


def _of_unary(node: Node, source: bytes) -> Iterator[Edit]:
    operator, text = node["operator"], _text(node, source)
    if operator == "!":
        yield Edit("negation", *_span(node), _text(node["subExpression"], source))
    elif operator in ("++", "--"):
        yield Edit("arithmetic", *_span(node), text.replace(operator, "--" if operator == "++" else "++"))


def _negation(condition: Node, source: bytes) -> Edit:
    return Edit("negation", *_span(condition), f"!({_text(condition, source)})")


def _of_if(node: Node, source: bytes) -> Iterator[Edit]:
    condition = node["condition"]
    if condition["nodeType"] != "BinaryOperation" or condition["operator"] not in NEGATED:
        yield _negation(condition, source)
    yield Edit("condition", *_span(condition), "false")
    if node["trueBody"]["nodeType"] != "RevertStatement":
        yield Edit("condition", *_span(condition), "true")


def _of_number(node: Node, source: bytes) -> Iterator[Edit]:
    text = _text(node, source)
    if text.startswith("0x") or node.get("subdenomination"):
        return
    yield Edit(
        "constant", *_span(node), str(int(text.replace("_", "")) + 1) if "e" not in text else f"({text} + 1)"
    )


def _of_return(node: Node, function: Node, source: bytes) -> Iterator[Edit]:
    returned = function["returnParameters"]["parameters"]
    if len(returned) != 1 or returned[0]["typeName"]["nodeType"] != "ElementaryTypeName":
        return
    kind, text = returned[0]["typeName"]["name"], _text(node["expression"], source)
    if kind == "bool":
        yield _negation(node["expression"], source)
    zero = next((zero for name, zero in ZEROS.items() if kind.startswith(name)), None)
    if zero is not None and text != zero:
        yield Edit("return", *_span(node["expression"]), zero)
