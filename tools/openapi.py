"""Write the gateway's OpenAPI document: `python -m tools.openapi FILE`. The web's types come of it.

The document does not depend on what a ledger holds, so an empty ledger of the worked case serves.
"""

import hashlib
import json
import secrets
import sys
import tempfile
from pathlib import Path

from mingzhang.app import VERSIONS
from mingzhang.cli.casebook import ROOT
from mingzhang.cli.client import SUITE
from mingzhang.cli.jurisdiction import completed
from mingzhang.consensus.genesis import genesis_of, plain_genesis
from mingzhang.consensus.home import Node, NodeKey, make_home
from mingzhang.gateway.server import create_app
from mingzhang.gateway.service import open_service

GENESIS = ROOT / "cases" / "dg-hospital" / "genesis.yaml"


def document(folder: Path) -> str:
    """Return the document as JSON; `folder` is where an empty ledger may be made."""
    plain = plain_genesis(GENESIS)
    key, salt = NodeKey(SUITE.generate_key()), secrets.token_bytes(32)
    plain["salt_sha256"] = hashlib.sha256(salt).hexdigest()
    operator = plain.pop("operator")
    plain["validators"] = [{"organisation": operator, "public_key": key.public_key.hex()}]
    genesis = genesis_of(completed(plain, str(GENESIS)), str(GENESIS))
    make_home(folder, genesis, salt, key, VERSIONS)
    node = Node(folder, VERSIONS)
    try:
        return json.dumps(create_app(open_service(node)).openapi(), ensure_ascii=False, indent=1)
    finally:
        node.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mingzhang-openapi-") as made:
        Path(sys.argv[1]).write_text(document(Path(made)), encoding="utf-8")
