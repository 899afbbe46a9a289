"""The faults: which places of a module can be changed, and how.

Comparison, arithmetic, number, truth value, and/or, sign, condition, return value, and a few pairs
of functions (min/max, any/all). Left alone: docstrings and other text, annotations, decorators
(`frozen=True`) and the words of errors, because tests of them would test spelling.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_FUNCTIONS = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "minimum": "maximum",
    "maximum": "minimum",
    "floor": "ceil",
    "ceil": "floor",
    "argmin": "argmax",
    "argmax": "argmin",
}
_SPARED_FIELDS = {"annotation", "returns", "decorator_list", "type_params"}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One planted fault.

    Attributes
    ----------
    module : str
        Dotted name of the module.
    place : int
        Which change of this module, counted in the order of the source.
    line : int
        Where.
    kind : str
        Name of the operator.
    before, after : str
        The expression, as Python writes it.
    """

    module: str
    place: int
    line: int
    kind: str
    before: str
    after: str


Change = tuple[str, Callable[[ast.AST], ast.AST]]


def mutants(module: str, source: str) -> list[Mutant]:
    """List every fault that can be planted in `source`."""
    found = []
    for place, (node, (kind, change)) in enumerate(_places(ast.parse(source))):
        changed = change(copy.deepcopy(node))
        found.append(
            Mutant(
                module=module,
                place=place,
                line=node.lineno,  # type: ignore[attr-defined]
                kind=kind,
                before=ast.unparse(node),
                after=ast.unparse(changed),
            )
        )
    return found


def planted(source: str, place: int) -> ast.Module:
    """Return the module with fault number `place` in it."""
    tree = ast.parse(source)
    node, (_, change) = list(_places(tree))[place]
    changed = change(copy.deepcopy(node))
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, changed)
            elif isinstance(value, list):
                value[:] = [changed if entry is node else entry for entry in value]
    return ast.fix_missing_locations(tree)


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, Change]]:
    for node in _walk(tree, inside=False):
        for change in _changes(node):
            yield node, change


def _walk(node: ast.AST, *, inside: bool) -> Iterator[ast.AST]:
    """Visit all that may be changed; `inside`: within a function."""
    if isinstance(node, ast.Raise) or (isinstance(node, ast.BinOp) and _is_type(node, inside)):
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    inside = inside or isinstance(node, ast.FunctionDef | ast.Lambda)
    for name, value in ast.iter_fields(node):
        if name in _SPARED_FIELDS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, inside=inside)


def _is_type(node: ast.BinOp, inside: bool) -> bool:  # noqa: FBT001
    """Whether this is a union of types at the top of a module."""
    return not inside and isinstance(node.op, ast.BitOr)


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in _COMPARISONS:
                yield "comparison", _comparison(number)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield "arithmetic", _operator
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Call) and _called(node) in _FUNCTIONS:
        yield "function", _function
    else:
        yield from _changes_of_logic(node)


def _changes_of_logic(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        yield "and/or", _and_or
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not | ast.USub):
            yield "sign or not", _operand
    elif isinstance(node, ast.Return):
        if not (node.value is None or ast.unparse(node.value) == "None"):
            yield "return", _nothing
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(
        node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
    ):
        yield "condition", _condition


def _operand(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.UnaryOp)
    return node.operand


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "truth value", lambda n: ast.copy_location(ast.Constant(not n.value), n)  # type: ignore[attr-defined]
    elif isinstance(node.value, int | float):
        yield "number", lambda n: ast.copy_location(ast.Constant(n.value + 1), n)  # type: ignore[attr-defined]


def _comparison(number: int) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)
        node.ops[number] = _COMPARISONS[type(node.ops[number])]()
        return node

    return change


def _operator(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp | ast.AugAssign)
    node.op = _ARITHMETIC[type(node.op)]()
    return node


def _and_or(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _nothing(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(None)
    return node


def _condition(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.While | ast.IfExp)
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    return node


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _function(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Call)
    other = _FUNCTIONS[_called(node)]
    if isinstance(node.func, ast.Name):
        node.func.id = other
    elif isinstance(node.func, ast.Attribute):
        node.func.attr = other
    return node
