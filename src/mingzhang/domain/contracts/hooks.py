"""Hooks: the points of the lifecycle that ask contracts, and what they give and take.

A gate answers a verdict; anything else that a contract wants is an effect, typed here, which
the asking room applies under the invariants (design section 6). Inputs are built by that
room from state only. The hooks themselves stand in `hook_catalogue`.
"""

from typing import Literal

import msgspec

from mingzhang.domain.contracts.document import Contract, Field

VERDICTS = ("reject", "hold", "ask", "route", "warn", "approve")
"""In order: of several gates the first of these counts, and all reasons are kept."""
BODIES = ("none", "unit", "department", "bureau", "government", "standing_committee")
"""Where a case is routed: 单位, 主管部门, 财政部门, 本级政府, 人大常委会."""

Effect = Literal[
    "freeze",
    "limit",
    "adjust",
    "pay",
    "release",
    "publish",
    "notify",
    "penalise",
    "score",
    "access",
    "route",
]
"""Kinds of effect. `route` says to whom, beside the verdict of that name."""


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the room states, with its label."""

    field: Field
    zh: str
    en: str


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """An effect that a contract may set; two contracts that set one conflict."""

    field: Field
    effect: Effect
    required: bool
    zh: str
    en: str


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the lifecycle."""

    name: str
    mode: Literal["gate", "effect"]
    mandatory: bool
    """With nothing bound it refuses."""
    zh: str
    en: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    """Beside the verdict of a gate."""
    scoped: bool = True
    """Whether a contract may be for some organisations, projects or lines only."""


VERDICT = Field(name="verdict", type="code", unit="", low=0, high=0, values=VERDICTS, items_max=0)


def input_fields(hook: Hook) -> dict[str, Field]:
    """Return the inputs that every contract of the hook declares, all of them."""
    return {given.field.name: given.field for given in hook.inputs}


def output_fields(hook: Hook) -> dict[str, Field]:
    """Return the outputs that a contract of the hook may declare."""
    verdict = {"verdict": VERDICT} if hook.mode == "gate" else {}
    return verdict | {output.field.name: output.field for output in hook.outputs}


def required_outputs(hook: Hook) -> tuple[str, ...]:
    """Return the outputs that a contract of the hook must declare."""
    verdict = ("verdict",) if hook.mode == "gate" else ()
    return verdict + tuple(output.field.name for output in hook.outputs if output.required)


def interface_differences(contract: Contract, hook: Hook) -> list[tuple[str, str]]:
    """Return (path, name) of each input and output that is not as the hook has it."""
    found: list[tuple[str, str]] = []
    inputs = input_fields(hook)
    for index, field in enumerate(contract.inputs):
        if inputs.get(field.name) != field:
            found.append((f"inputs[{index}]", field.name))
    names = [field.name for field in contract.inputs]
    found += [("inputs", name) for name in inputs if name not in names]
    outputs = output_fields(hook)
    for index, field in enumerate(contract.outputs):
        if outputs.get(field.name) != field:
            found.append((f"outputs[{index}]", field.name))
    names = [field.name for field in contract.outputs]
    found += [("outputs", name) for name in required_outputs(hook) if name not in names]
    scope = contract.scope
    if not hook.scoped and (scope.organisations or scope.projects or scope.lines):
        found.append(("scope", "scope"))
    if contract.mode != hook.mode:
        found.append(("mode", contract.mode))
    return found
