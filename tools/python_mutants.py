"""
Which small faults a Python file could have: its mutants, found in its syntax tree.

Pure. A mutant is one replacement of one stretch of source: an operator, a comparison or its boundary, a
negated or removed condition, a constant off by one either way, another text, a dropped statement or refusal,
a returned nothing. Left alone is what no behaviour follows from: annotations, decorators, docstrings, and
what a refusal says.

mutmut 3 was tried first: it leaves out what stands outside of functions, the log's prefixes among it, and
whatever is decorated, and numbers its mutants, so that no reason given for one outlives an edit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mutation_faults import Edit, Mutant, named

ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "//"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "//"), ast.Pow: ("**", "*"), ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "&"),
}  # fmt: skip
NEGATED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", ">="), ast.LtE: ("<=", ">"), ast.Gt: (">", "<="), ast.GtE: (">=", "<"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
BOUNDARY: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutants(path: str, source: bytes, errors: frozenset[str] = frozenset()) -> list[Mutant]:
    """
    Return every mutant of a file, in source order, no two alike.

    `errors` names the classes whose construction is a refusal, of which no text is changed.
    """
    module = path.removeprefix("src/resonance_dao/").removesuffix(".py").replace("/", ".")
    return named(path, source, _Reader(source, errors).edits(ast.parse(source), module))


class _Reader:
    """Reads one source; places are offsets in bytes, as in `Mutant`."""

    def __init__(self, source: bytes, errors: frozenset[str]) -> None:
        self._source, self._errors = source, errors
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def edits(self, node: ast.AST, where: str, is_bool: bool = False) -> Iterator[tuple[str, Edit]]:
        """Yield (where, edit) of a node and of all below; `is_bool`: the function at hand returns a bool."""
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            where = f"{where}.{node.name}"
            returns = node.returns if isinstance(node, ast.FunctionDef) else None
            is_bool = isinstance(returns, ast.Name) and returns.id == "bool"
        for edit in self._of(node, is_bool):
            yield where, edit
        for child in self._below(node):
            yield from self.edits(child, where, is_bool)

    def _below(self, node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom)) or self._is_refusal(node):
            return
        if isinstance(node, ast.Subscript) and _is_type(node.value):
            return
        skipped = {"annotation", "returns", "decorator_list"}
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                is_left_alone = name in skipped or _is_docstring(child) or _is_strictness_of_zip(node, child)
                if isinstance(child, ast.AST) and not is_left_alone:
                    yield child

    def _is_refusal(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._errors

    def _of(self, node: ast.AST, is_bool: bool) -> Iterator[Edit]:
        if isinstance(node, ast.Compare):
            yield from self._of_comparison(node)
        elif isinstance(node, ast.BoolOp):
            yield from self._of_boolean(node)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)):
            yield from self._of_arithmetic(node)
        elif isinstance(node, ast.UnaryOp):
            yield from self._of_unary(node)
        elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
            yield from self._of_condition(node)
        elif isinstance(node, ast.comprehension):
            yield from (self._to("condition", test, "True") for test in node.ifs)
        elif isinstance(node, (ast.Constant, ast.JoinedStr)):
            yield from self._of_constant(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield self._to("call", node.func, CALLS[node.func.id])
        elif isinstance(node, ast.stmt):
            yield from self._of_statement(node, is_bool)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = self._lines[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self._lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return start, end

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _to(self, operator: str, node: ast.AST, replacement: str) -> Edit:
        return Edit(operator, *self._span(node), replacement)

    def _between(
        self, node: ast.AST, left: ast.AST, right: ast.AST, name: str, change: tuple[str, str]
    ) -> Edit:
        """Write the whole expression again with another operator, so that a key shows its operands."""
        start, end = self._span(node)
        after_left, before_right = self._span(left)[1], self._span(right)[0]
        middle = self._source[after_left:before_right].decode().replace(*change, 1)
        before, after = self._source[start:after_left].decode(), self._source[before_right:end].decode()
        return Edit(name, start, end, before + middle + after)

    def _of_comparison(self, node: ast.Compare) -> Iterator[Edit]:
        operands = [node.left, *node.comparators]
        for at, kind in enumerate(map(type, node.ops)):
            pair = operands[at], operands[at + 1]
            yield self._between(node, *pair, "relational", NEGATED[kind])
            if kind in BOUNDARY:
                yield self._between(node, *pair, "boundary", BOUNDARY[kind])

    def _of_boolean(self, node: ast.BoolOp) -> Iterator[Edit]:
        change = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield self._between(node, left, right, "logical", change)

    def _of_arithmetic(self, node: ast.BinOp | ast.AugAssign) -> Iterator[Edit]:
        ends = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        is_text = isinstance(ends[0], ast.Constant) and isinstance(ends[0].value, (str, bytes))
        if type(node.op) in ARITHMETIC and not is_text:
            yield self._between(node, *ends, "arithmetic", ARITHMETIC[type(node.op)])
        if isinstance(node, ast.AugAssign):
            yield self._to("statement", node, "pass")

    def _of_unary(self, node: ast.UnaryOp) -> Iterator[Edit]:
        if isinstance(node.op, (ast.Not, ast.USub)):
            name = "negation" if isinstance(node.op, ast.Not) else "arithmetic"
            yield self._to(name, node, f"({self._text(node.operand)})")

    def _of_condition(self, node: ast.If | ast.While | ast.IfExp) -> Iterator[Edit]:
        if not isinstance(node.test, (ast.Compare, ast.UnaryOp)):
            yield self._to("negation", node.test, f"(not ({self._text(node.test)}))")
        yield self._to("condition", node.test, "False")
        # That a loop never ends says nothing; what is refused always is noticed by any test.
        if not isinstance(node, ast.While) and not (
            isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)
        ):
            yield self._to("condition", node.test, "True")

    def _of_constant(self, node: ast.Constant | ast.JoinedStr) -> Iterator[Edit]:
        value = "" if isinstance(node, ast.JoinedStr) else node.value
        if isinstance(value, bool):
            yield self._to("constant", node, str(not value))
        elif isinstance(value, int):
            yield self._to("constant", node, f"({self._text(node)} + 1)")
            yield self._to("constant", node, f"({self._text(node)} - 1)")
        elif isinstance(value, (str, bytes)):
            other = '"X"' if isinstance(value, str) else 'b"X"'
            yield self._to("text", node, f"({other} + ({self._text(node)}))")

    def _of_statement(self, node: ast.stmt, is_bool: bool) -> Iterator[Edit]:
        if isinstance(node, ast.Return) and node.value is not None:
            text = self._text(node.value)
            if text != "None":
                yield self._to("return", node.value, f"(not ({text}))" if is_bool else "None")
        elif isinstance(node, ast.Assign):
            # A name that is never bound would be noticed by any test.
            if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets):
                yield self._to("statement", node, "pass")
        elif isinstance(node, (ast.Raise, ast.Delete, ast.Expr)):
            yield self._to("statement", node, "pass")
        elif isinstance(node, (ast.Break, ast.Continue)):
            yield self._to("statement", node, "continue" if isinstance(node, ast.Break) else "break")


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and (
        node.id[:1].isupper() or node.id in ("dict", "list", "set", "tuple")
    )


def _is_docstring(node: object) -> bool:
    """Return whether this is a docstring, or the dots of a protocol."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_strictness_of_zip(parent: ast.AST, child: object) -> bool:
    """Return whether this is `strict=` of a `zip` whose parts cannot but be equally long."""
    is_zip = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "zip"
    return is_zip and isinstance(child, ast.keyword) and child.arg == "strict"
