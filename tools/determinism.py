"""What consensus code may not contain, read from its syntax tree (design section 3).

A validator that differs by one bit forks the chain, so consensus files depend on no float, clock,
randomness, I/O, hash seed or order of a set, and neither loop nor call without a bound.
"""

import ast
import importlib
from collections.abc import Iterator
from typing import NamedTuple

IMPORTS = ("collections.abc", "dataclasses", "hashlib", "mingzhang", "msgspec", "typing")
LEDGER_IMPORTS = ("lmdb", "zlib")
# Standard modules whose other attributes are the modules that they themselves import.
ONLY_PUBLIC_NAMES = ("collections.abc", "dataclasses", "hashlib", "typing")

NO_ORDER = "a set has no order; use dict.fromkeys or a sorted tuple"
NOT_SEEN = "would run what this check cannot read"
ROUNDS = "fractions differ between machines; use integers, // and say how it rounds"
OUTSIDE = "a rule reads the ledger and returns events"
PROCESS = "differs between processes"
FORBIDDEN = {
    **dict.fromkeys(
        ("set", "frozenset", "Set", "FrozenSet", "MutableSet", "AbstractSet"), NO_ORDER
    ),
    **dict.fromkeys(("eval", "exec", "compile", "__import__", "__builtins__"), NOT_SEEN),
    **dict.fromkeys(("globals", "locals", "breakpoint"), NOT_SEEN),
    **dict.fromkeys(("float", "complex", "round", "pow", "Decimal"), ROUNDS),
    **dict.fromkeys(("hash", "id"), PROCESS),
    **dict.fromkeys(("open", "print", "input"), OUTSIDE),
}
FORBIDDEN_ATTRIBUTES = {
    **dict.fromkeys(("__truediv__", "__rtruediv__", "__pow__", "__rpow__", "__float__"), ROUNDS),
    **dict.fromkeys(("__hash__",), PROCESS),
    **dict.fromkeys(("__globals__", "__builtins__", "__subclasses__", "__loader__"), NOT_SEEN),
}
VIEWS_OF_A_DICT = ("keys", "items")


class Finding(NamedTuple):
    """One breach: its line, the rule's key as the exceptions name it, and why it is a breach."""

    line: int
    rule: str
    reason: str


def findings(tree: ast.Module, *, in_ledger: bool = False) -> Iterator[Finding]:
    """Yield every breach in the syntax tree of a consensus file.

    `in_ledger` adds the store and zlib to the modules that may be imported.
    """
    allowed = IMPORTS + LEDGER_IMPORTS * in_ledger
    modules = _module_aliases(tree)
    for node in _every_node(tree):
        yield from _imports(node, allowed)
        yield from _values(node)
        yield from _statements(node)
        yield from _private_attributes(node, modules)
    yield from _recursion(tree)


def _every_node(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all nodes, those of annotations written as strings too: msgspec evaluates them."""
    for node in ast.walk(tree):
        yield node
        match node:
            case ast.arg(annotation=ast.expr() as annotation):
                yield from _quoted(annotation)
            case ast.AnnAssign(annotation=annotation):
                yield from _quoted(annotation)
            case ast.FunctionDef(returns=ast.expr() as annotation):
                yield from _quoted(annotation)


def _quoted(annotation: ast.expr) -> Iterator[ast.AST]:
    """Yield the nodes of types written as strings; texts that are values are no types."""
    values: list[ast.AST] = []
    for part in ast.walk(annotation):
        if isinstance(part, ast.Call):
            values += ast.walk(part)
        elif isinstance(part, ast.Subscript) and ast.unparse(part.value).endswith("Literal"):
            values += ast.walk(part.slice)
    for part in ast.walk(annotation):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part not in values:
            yield from _parsed(part)


def _parsed(quoted: ast.Constant) -> Iterator[ast.AST]:
    try:
        inner = ast.parse(str(quoted.value), mode="eval")
    except SyntaxError:
        return  # no type: Python would not accept it as one
    for node in ast.walk(inner):
        if isinstance(node, ast.expr):
            node.lineno = quoted.lineno
        yield node


def _imports(node: ast.AST, allowed: tuple[str, ...]) -> Iterator[Finding]:
    match node:
        case ast.Import(names=aliases):
            modules = [alias.name for alias in aliases]
        case ast.ImportFrom(module=str(module), level=0, names=aliases):
            modules = [module]
            yield from _imported_names(node.lineno, module, aliases)
        case ast.ImportFrom():
            modules = ["."]
        case _:
            return
    for module in modules:
        if module not in allowed and module.partition(".")[0] not in allowed:
            yield Finding(
                node.lineno,
                f"import {module}",
                f"import {module}: not on the list; what a rule may know is in its context",
            )


def _imported_names(line: int, module: str, aliases: list[ast.alias]) -> Iterator[Finding]:
    for alias in aliases:
        if alias.name == "*":
            yield Finding(line, "import *", "import *: name what is imported")
        elif alias.name in FORBIDDEN:
            yield Finding(line, alias.name, f"{alias.name}: {FORBIDDEN[alias.name]}")
        elif module in ONLY_PUBLIC_NAMES and not _is_public(module, alias.name):
            rule = f"{module}.{alias.name}"
            yield Finding(line, rule, f"{rule}: not a public name of {module}")


def _is_public(module: str, name: str) -> bool:
    return name in importlib.import_module(module).__all__


def _module_aliases(tree: ast.Module) -> dict[str, str]:
    """Map the names under which this file knows a module of ONLY_PUBLIC_NAMES to that module."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ONLY_PUBLIC_NAMES:
                    known[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                if (module := f"{node.module}.{alias.name}") in ONLY_PUBLIC_NAMES:
                    known[alias.asname or alias.name] = module
    return known


def _private_attributes(node: ast.AST, modules: dict[str, str]) -> Iterator[Finding]:
    if not isinstance(node, ast.Attribute):
        return
    if node.attr in FORBIDDEN_ATTRIBUTES:
        reason = f"{node.attr}: {FORBIDDEN_ATTRIBUTES[node.attr]}"
        yield Finding(node.lineno, node.attr, reason)
    module = modules.get(ast.unparse(node.value))
    if module and not _is_public(module, node.attr):
        rule = f"{module}.{node.attr}"
        yield Finding(node.lineno, rule, f"{rule}: not a public name of {module}")
    elif module and node.attr in FORBIDDEN:
        yield Finding(node.lineno, node.attr, f"{node.attr}: {FORBIDDEN[node.attr]}")


def _values(node: ast.AST) -> Iterator[Finding]:
    match node:
        case ast.Constant(value=float() | complex()):
            yield Finding(node.lineno, "float", ROUNDS)
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            yield Finding(node.lineno, "/", ROUNDS)
        case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
            yield Finding(node.lineno, "**", ROUNDS)
        case ast.Set() | ast.SetComp():
            yield Finding(node.lineno, "set", NO_ORDER)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd() | ast.BitXor() | ast.Sub()):
            if _is_view(node.left) or _is_view(node.right):
                yield Finding(node.lineno, "set", NO_ORDER)
        case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN:
            yield Finding(node.lineno, name, f"{name}: {FORBIDDEN[name]}")


def _is_view(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in VIEWS_OF_A_DICT
    return False


def _statements(node: ast.AST) -> Iterator[Finding]:
    match node:
        case ast.Assert():
            yield Finding(node.lineno, "assert", "assert: python -O removes it; raise a fault")
        case ast.While(test=ast.Constant(value=value)) if value:
            yield Finding(
                node.lineno, "while True", "while True: a loop states its bound (for ... in range)"
            )
        case ast.ExceptHandler(type=None):
            yield Finding(node.lineno, "except BaseException", "except: would swallow NodeFault")
        case ast.ExceptHandler(type=ast.expr() as kinds) if "BaseException" in ast.unparse(kinds):
            yield Finding(
                node.lineno, "except BaseException", "except BaseException: would swallow NodeFault"
            )
        case ast.AsyncFunctionDef() | ast.Await():
            yield Finding(node.lineno, "async", "async: a rule waits for nothing")


def _recursion(tree: ast.Module) -> Iterator[Finding]:
    """Yield each function from which calls lead back to it, as far as this file shows."""
    functions = _functions(tree)
    calls = {name: _mentions(name, node, functions) for name, node in functions.items()}
    for name, node in functions.items():
        reached: dict[str, None] = {}
        waiting = list(calls[name])
        while waiting:
            callee = waiting.pop()
            if callee not in reached:
                reached[callee] = None
                waiting.extend(calls[callee])
        if name in reached:
            path = " via ".join((name, *(other for other in reached if other != name))[:3])
            yield Finding(
                node.lineno, "recursion", f"recursion: {path}; depth must not follow the input"
            )


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> dict[str, Function]:
    """Map the qualified name of each function (`f`, `Class.method`, `f.inner`) to its node."""
    found: dict[str, Function] = {}
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, parent = waiting.pop()
        for child in ast.iter_child_nodes(parent):
            name = prefix
            if isinstance(child, Function | ast.ClassDef):
                name = f"{prefix}.{child.name}".lstrip(".")
                if isinstance(child, Function):
                    found[name] = child
            waiting.append((name, child))
    return found


def _mentions(name: str, node: Function, functions: dict[str, Function]) -> list[str]:
    """List the functions of this file that one names, called or handed on (`map(f, xs)`)."""
    owner = name.rpartition(".")[0]
    own = [arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)]
    own += [
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    found = []
    for part in (part for statement in node.body for part in ast.walk(statement)):
        match part:
            case ast.Name(id=used, ctx=ast.Load()) if used not in own:
                found += [c for c in _visible(name, used) if _is_seen(c, functions)][:1]
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                found.append(f"{owner}.{attr}")
            case ast.Attribute(value=ast.Name(id=base), attr=attr):
                found.append(f"{base}.{attr}")
    return [callee for callee in found if callee in functions]


def _visible(name: str, used: str) -> list[str]:
    """List what a name used inside a function may mean, the innermost scope first."""
    parts = name.split(".")
    return [".".join((*parts[:depth], used)) for depth in range(len(parts), -1, -1)]


def _is_seen(candidate: str, functions: dict[str, Function]) -> bool:
    """Tell whether a candidate is a function of the module or of a function, not of a class."""
    scope = candidate.rpartition(".")[0]
    return candidate in functions and (scope == "" or scope in functions)
