"""A jurisdiction's draft made whole: a genesis file that names the standard roles and contracts.

`rooms.identity.standard: true` stands for the roles and incompatible pairs of
`domain/identity/standard.json`; `rooms.contracts.library: [name, ...]` for documents of the folder
`contracts/`. What a node keeps, and whose hash stands on the ledger, is the whole of it.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from mingzhang.cli.casebook import ROOT
from mingzhang.consensus.genesis import Genesis, GenesisRefused, genesis_of, plain_genesis

CONTRACTS = ROOT / "contracts"


def read_draft(path: Path) -> Genesis:
    """Return the genesis that a draft, JSON or YAML, stands for. Raises `GenesisRefused`."""
    return genesis_of(completed(plain_genesis(path), str(path)), str(path))


def completed(plain: Any, where: str) -> Any:  # noqa: ANN401 - a file's content, not yet judged
    """Return a draft with its standard parts put in. Raises `GenesisRefused`."""
    rooms = plain.get("rooms") if isinstance(plain, dict) else None
    if not isinstance(rooms, dict):
        return plain
    whole = dict(rooms)
    if isinstance(rooms.get("identity"), dict):
        whole["identity"] = _identity(dict(rooms["identity"]))
    if isinstance(rooms.get("contracts"), dict):
        whole["contracts"] = _contracts(dict(rooms["contracts"]), where)
    return {**plain, "rooms": whole}


def _identity(section: dict[str, Any]) -> dict[str, Any]:
    if not section.pop("standard", False):
        return section
    path = resources.files("mingzhang.domain.identity") / "standard.json"
    return {**json.loads(path.read_text(encoding="utf-8")), **section}


def _contracts(section: dict[str, Any], where: str) -> dict[str, Any]:
    if "library" not in section:
        return section
    there = {path.stem: path for path in CONTRACTS.glob("*.json")}
    named = section.pop("library")
    unknown = [name for name in named if name not in there]
    if unknown:
        raise GenesisRefused(
            f"{where}: rooms.contracts.library 中没有 {unknown}。The library has no {unknown}; "
            f"it has {sorted(there)}."
        )
    documents = [json.loads(there[name].read_text(encoding="utf-8")) for name in named]
    return {**section, "documents": documents}
