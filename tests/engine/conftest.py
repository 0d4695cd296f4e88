"""One ledger that has lived, its snapshot, and the node restored from it: made once."""

import shutil

import pytest

from mingzhang.consensus.home import Node
from mingzhang.consensus.proofs import countersigned
from mingzhang.consensus.snapshot import make_snapshot
from mingzhang.verify import merkle, note
from mingzhang.verify.root import both, checkpoint_root, validators_root
from tests.engine import grown, restoring
from tests.engine.small import SUITE, VERSIONS


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """(home, its last commands, snapshot)."""
    folder = tmp_path_factory.mktemp("original")
    wires = grown.grow(folder / "home")
    make_snapshot(folder / "home" / "ledger", restoring.GENESIS, folder / "snapshot", VERSIONS)
    return folder / "home", wires, folder / "snapshot"


@pytest.fixture(scope="session")
def restored_once(original, tmp_path_factory):
    home = tmp_path_factory.mktemp("restored") / "home"
    restoring.restore(original[2], home)
    return home


@pytest.fixture
def restored(restored_once, tmp_path):
    return shutil.copytree(restored_once, tmp_path / "restored")


@pytest.fixture(scope="session")
def roots(original):
    """Roots as the original's node gave them out."""
    node = Node(original[0], VERSIONS)
    witness = SUITE.signer(b"w" * 32)
    try:
        checkpoint = node.proofs.checkpoint()
        signed = countersigned(checkpoint, "audit-office", witness)
        known = (
            note.parse_key(node.proofs.verifier_key()),
            note.VerifierKey("audit-office", note.COSIGNATURE, witness.public_key),
        )
        validators = validators_root(node.proofs.validators_file())
        size = checkpoint_root(checkpoint).head.checkpoint.size
        entries = node.proofs._entries[:4]
        older = node.proofs._note(4, small_root(entries))
        forged = node.proofs._note(4, bytes(32))
        newer = node.proofs._note(size + 1, bytes(32))
        other = node.proofs._note(size, bytes(32))
        return {
            "validators": validators,
            "checkpoint": checkpoint_root(signed, known),
            "both": both(checkpoint_root(signed, known), validators),
            "older checkpoint and validators": both(checkpoint_root(older), validators),
            "older checkpoint alone": checkpoint_root(older),
            "newer checkpoint": both(checkpoint_root(newer), validators),
            "another head": checkpoint_root(other),
            "another head beside validators": both(checkpoint_root(other), validators),
            "forged history": both(checkpoint_root(forged), validators),
        }
    finally:
        node._executor.close()
        node.store.close()


def small_root(entries):
    return merkle.root_of_hashes([merkle.leaf_hash(entry) for entry, _ in entries])
