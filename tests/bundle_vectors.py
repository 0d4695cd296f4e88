"""The cases of spec/vectors/bundle, as the tests of each verifier read them."""

import json
from pathlib import Path

from mingzhang.verify import root as roots

VECTORS = Path(__file__).parents[1] / "spec" / "vectors" / "bundle"
CASES = sorted(path.name for path in VECTORS.iterdir())
GOOD = [name for name in CASES if not name.endswith("_fail")]


def expected(name):
    return json.loads((VECTORS / name / "expect.json").read_text())


def bundle_of(name):
    return (VECTORS / name / "bundle.json").read_bytes()


def keys_of(name):
    keys = VECTORS / name / "keys.txt"
    return keys.read_text().split("\n")[:-1] if keys.exists() else []


def root_files(name):
    """Return the bytes of a case's root files that are there, by their kind."""
    paths = {
        "checkpoint": VECTORS / name / "checkpoint.txt",
        "validators": VECTORS / name / "validators.json",
    }
    return {kind: path.read_bytes() for kind, path in paths.items() if path.exists()}


def root_from(files, keys=(), required=None, trusting=roots.INDEPENDENT):
    """Return the root that files are: a checkpoint, a list of validators, or both."""
    found = []
    if "checkpoint" in files:
        parsed = roots.parse_keys(keys)
        found.append(
            roots.read_root(
                files["checkpoint"], parsed, countersigners_required=required, trusting=trusting
            )
        )
    if "validators" in files:
        found.append(roots.read_root(files["validators"], trusting=trusting))
    return roots.both(*found) if len(found) > 1 else found[0]


def root_of(name):
    required = expected(name).get("countersigners_required")
    return root_from(root_files(name), keys_of(name), required)
