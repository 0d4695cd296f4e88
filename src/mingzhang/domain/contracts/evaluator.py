"""A contract ready to decide: inputs in, rows that fired and outputs out, or an abort."""

from collections.abc import Callable
from typing import Any

import msgspec

from mingzhang.domain.contracts.arithmetic import Abort
from mingzhang.domain.contracts.codegen import Run, compiled
from mingzhang.domain.contracts.document import Contract, contract_hash, from_json
from mingzhang.domain.contracts.generator import generate, generate_claims
from mingzhang.domain.contracts.program import Program, program_of
from mingzhang.kernel.faults import InvariantBroken

Scalar = int | bool | str
Inputs = dict[str, Any]
"""Names to int, bool, str, or tuples of int or str; checked by the contract itself."""


Answer = tuple[tuple[int, ...], tuple[Scalar, ...]]
"""Places that fired and the outputs in the document's order: small, and equal when alike."""


class Aborted(Exception):
    """The contract could not decide; the command is refused. It never means "skip"."""

    def __init__(self, contract: str, place: tuple[str, str], reason: str, what: str) -> None:
        super().__init__(contract, place, reason, what)
        self.contract = contract
        """Hash of the document."""
        self.node, self.row = place
        self.reason = reason
        self.what = what


class NotAProgram(Exception):
    """A document that admission would have refused was to be run."""


class Outcome(msgspec.Struct, frozen=True):
    """What one contract answered."""

    fired: tuple[tuple[str, str], ...]
    """(node, row) in the order in which they fired."""
    outputs: dict[str, Scalar]


class Evaluator:
    """A compiled contract. Pure: same inputs, same outcome."""

    __slots__ = ("_names", "_places", "_run", "contract", "hash", "program")

    def __init__(self, contract: Contract) -> None:
        program, findings = program_of(contract)
        if program is None:
            raise NotAProgram(findings[0].code)
        source = generate(program)
        self.contract = contract
        self.hash = contract_hash(contract)
        self.program: Program = program
        self._places = source.places
        self._names = tuple(name for name, _ in program.outputs)
        self._run: Run = compiled(source.text, source.constants)

    def run(self, inputs: Inputs) -> Answer:
        """Decide. Raises `Aborted` naming contract, node and row."""
        try:
            fired, values = self._run(inputs)
        except Abort as abort:
            raise Aborted(self.hash, self._places[abort.place], abort.reason, abort.what) from None
        return tuple(fired), values

    def outcome(self, answer: Answer) -> Outcome:
        """Return an answer with its rows and outputs named."""
        fired, values = answer
        return Outcome(
            tuple([self._places[place] for place in fired]),
            dict(zip(self._names, values, strict=True)),
        )

    def evaluate(self, inputs: Inputs) -> Outcome:
        """Decide, with names. As `run`."""
        return self.outcome(self.run(inputs))

    def broken_claims(self, inputs: Inputs, outputs: dict[str, Scalar]) -> tuple[str, ...]:
        """Return the ids of the invariants that a decision breaks; one that aborts is broken."""
        source = generate_claims(self.program)
        try:
            fired, _ = compiled(source.text, source.constants)({**inputs, **outputs})
        except Abort as abort:
            return (source.places[abort.place][1],)
        return tuple([source.places[place][1] for place in fired])


_CACHE: dict[str, Evaluator] = {}
CACHE_MAX = 1_024


def evaluator_of(contract_sha256: str, wire: Callable[[], bytes]) -> Evaluator:
    """Return the evaluator of an admitted document, compiled once a process.

    A pure cache: what it returns depends on the bytes only, whose hash is the key. `wire` is
    asked for them the first time.
    """
    found = _CACHE.get(contract_sha256)
    if found is None:
        if len(_CACHE) >= CACHE_MAX:
            _CACHE.clear()
        found = Evaluator(from_json(wire()))
        if found.hash != contract_sha256:
            raise InvariantBroken(f"contract {contract_sha256} has the hash {found.hash}")
        _CACHE[contract_sha256] = found
    return found
