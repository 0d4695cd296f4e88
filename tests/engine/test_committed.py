"""Reading records: what needs no look into the store, and what does."""

from mingzhang.consensus.committed import Committed
from mingzhang.kernel.ledger import Ledger
from tests.engine.small import VERSIONS, SlipRecord, uuid7

NOW_MS = 1_700_000_000_000


class Asked:
    """A ledger below that holds nothing and notes what it was asked."""

    def __init__(self):
        self.keys = []

    def record(self, key, volume=None):
        self.keys.append(key)


def test_a_record_whose_id_bears_this_blocks_time_is_not_looked_for():
    below = Asked()
    committed = Committed(below, VERSIONS[1], 28_800)
    committed.block_ms = NOW_MS
    assert committed.load(SlipRecord.key(uuid7(NOW_MS))) is None
    assert below.keys == []


def test_a_record_whose_id_is_older_or_that_does_not_pile_up_is_looked_for():
    below = Asked()
    committed = Committed(below, VERSIONS[1], 28_800)
    committed.block_ms = NOW_MS
    keys = [SlipRecord.key(uuid7(NOW_MS - 1)), "count/counter/a"]
    assert [committed.load(key) for key in keys] == [None, None]
    assert below.keys == keys


def test_whoever_executes_no_block_looks_for_every_record():
    below = Asked()
    key = SlipRecord.key(uuid7(NOW_MS))
    assert Committed(below, VERSIONS[1], 28_800, cached=False).load(key) is None
    assert below.keys == [key]


def test_a_record_that_grows_large_or_small_again_is_never_read_as_it_was():
    below = Asked()
    committed = Committed(below, VERSIONS[1], 28_800)
    ledger = Ledger(VERSIONS[1], committed)
    key = SlipRecord.key(uuid7(NOW_MS))
    for length in (1, 5_000, 6_000, 2, 5_000):
        written = SlipRecord(number="9" * length)
        committed.encoded({key: written})
        assert ledger.load(key) == written
    committed.encoded({key: None})
    assert ledger.load(key) is None
    assert below.keys == []


def test_few_large_records_are_kept():
    below = Asked()
    committed = Committed(below, VERSIONS[1], 28_800)
    keys = [SlipRecord.key(uuid7(NOW_MS)) for _ in range(600)]
    for key in keys:
        committed.encoded({key: SlipRecord(number="9" * 5_000)})
    for key in keys:
        committed.load(key)
    assert len(below.keys) >= 600 - 256
