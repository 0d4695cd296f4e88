"""Blocks that the node signed anew: who runs a ledger cannot pass them off as executed."""

import dataclasses
import shutil
from typing import get_args

import msgspec
import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.replay import SAID, What
from mingzhang.ledger.blocks import read_block
from mingzhang.ledger.stored import block_of
from mingzhang.verify import comet
from tests.engine import stored
from tests.engine.small import NODE, VERSIONS


def signed_anew(block, **changed):
    """The block under a changed header, signed as solo signs."""
    header = dataclasses.replace(block.header, **changed)
    block_hash = comet.header_hash(header)
    block_id = comet.BlockId(block_hash, comet.part_set_header(block_hash))
    message = comet.vote_sign_bytes(header.chain_id, header.height, 0, block_id, header.time_ns)
    address = comet.address(NODE.public_key)
    vote = comet.CommitSig(comet.FLAG_COMMIT, address, header.time_ns, NODE.sign(message))
    return msgspec.structs.replace(
        block,
        header=header,
        block_hash=block_hash,
        commit=comet.Commit(header.height, 0, block_id, (vote,)),
    )


@pytest.fixture
def lived(original, tmp_path):
    """(home, height of a block with commands that is neither the first nor the last)."""
    home = shutil.copytree(original[0], tmp_path / "home")
    heights = [int.from_bytes(key, "big") for key in stored.keys(home, "journal")]
    blocks = {
        h: read_block(block_of(b"", stored.body(home, "journal", h.to_bytes(8, "big"))))
        for h in heights
    }
    return home, [h for h in heights if blocks[h].commands][-2]


OTHER_ID = comet.BlockId(bytes(32), comet.part_set_header(bytes(32)))
HEADERS = {
    "another chain": ({"chain_id": "other"}, ""),
    "another height": ({"height": 9_999}, ""),
    "another time": ({"time_ns": 1}, ""),
    "another app hash": ({"app_hash": bytes(32)}, "/app_hash"),
    "other commands": ({"data_hash": bytes(32)}, "/data_hash"),
    "other results": ({"last_results_hash": bytes(32)}, "/last_results_hash"),
    "another block before": ({"last_block_id": OTHER_ID}, "/last_block_id"),
    "another commit before": ({"last_commit_hash": bytes(32)}, "/last_commit_hash"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_the_node_signed_anew_is_named_by_its_field(lived, name):
    home, height = lived
    change, field = HEADERS[name]
    stored.forge_block(home, height, lambda block: signed_anew(block, **change))
    (found,) = audit_home(home, VERSIONS).differences
    assert (found.height, found.what, found.key) == (height, "header", f"header/{height}{field}")


def test_a_header_signed_by_the_wrong_key_is_named(lived):
    home, height = lived

    def unsigned(block):
        (vote,) = block.commit.signatures
        vote = dataclasses.replace(vote, signature=stored.flip(vote.signature))
        return msgspec.structs.replace(
            block, commit=dataclasses.replace(block.commit, signatures=(vote,))
        )

    stored.forge_block(home, height, unsigned)
    (found,) = audit_home(home, VERSIONS).differences
    assert (found.height, found.what, found.key) == (height, "commit", f"header/{height}")


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("receipt", {"receipts": ()}),
        ("automatic", {"automatic": (b"{}",)}),
        ("header", {"header": None}),
        ("header", {"commit": None}),
    ],
)
def test_what_a_block_lacks_or_has_too_much_is_named(lived, what, change):
    home, height = lived
    stored.forge_block(home, height, lambda block: msgspec.structs.replace(block, **change))
    (found,) = audit_home(home, VERSIONS).differences
    assert (found.height, found.what) == (height, what)


def test_a_block_under_the_key_of_another_is_named(lived):
    home, height = lived
    stored.forge_block(
        home, height, lambda block: msgspec.structs.replace(block, height=height + 1)
    )
    (found,) = audit_home(home, VERSIONS).differences
    assert (found.what, found.key) == ("block", f"journal/{height}")
    assert found.detail == "缺失 missing"


def test_everything_that_can_differ_is_said_in_two_languages():
    assert tuple(SAID) == get_args(What)
    for zh, en in SAID.values():
        assert not zh.isascii()
        assert en.isascii()
