"""The one place where text becomes code. The house forbids `compile` and `exec` elsewhere.

What is compiled is never a cell's text: `generator` writes it from a typed tree, out of
integers, ASCII literals, variables that it numbers itself and the names of
`arithmetic.CALLABLE`. Builtins are withheld.
"""

from collections.abc import Callable, Mapping

from mingzhang.domain.contracts.arithmetic import CALLABLE

Run = Callable[[object], tuple[list[int], tuple[int | bool | str, ...]]]
"""From inputs to the places that fired and the outputs, or `arithmetic.Abort`."""


def compiled(source: str, constants: Mapping[str, object]) -> Run:
    """Return the function `run` of a generated module."""
    names: dict[str, object] = {"__builtins__": {}, **CALLABLE, **constants}
    exec(compile(source, "<contract>", "exec"), names)  # noqa: S102 - see above
    run: Run = names["run"]  # type: ignore[assignment]
    return run
