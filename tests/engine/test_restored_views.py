"""Views over a restored ledger: the same as the original's, from a block that they name."""

import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from mingzhang.consensus.home import Node
from mingzhang.ledger.store import Store
from mingzhang.views.projector import Projector, ViewsRefused, open_views
from tests.engine import grown
from tests.engine.small import VERSIONS


@contextmanager
def views_of(home, file="views.sqlite", over=None):
    store = over or Store.open(home / "ledger")
    engine = open_views(f"sqlite:///{home / file}")
    try:
        yield Projector(store, VERSIONS[1], engine)
    finally:
        engine.dispose()
        if over is None:
            store.close()


def live_on(home, rounds=2, first=80):
    now_ms = grown.START_MS + 25 * grown.HOUR_MS
    node = Node(home, VERSIONS, clock=grown.Clock(now_ms))
    node.start()
    grown.let_due_items_run(node)
    wires = grown.commands(now_ms, rounds, first)
    grown.give(node, wires)
    node.stop()


def in_force(projector):
    found = {}
    for table in (projector.schema.versions, *(t for _, t in projector.schema.rooms.values())):
        rows = projector.fetch(select(table).where(table.c.to_height.is_(None)))
        shown = [{k: v for k, v in row.items() if k != "from_height"} for row in rows]
        found[table.name] = sorted(shown, key=str)
    return found


def test_they_show_every_record_as_it_stands_and_the_blocks_that_are_there(original, restored):
    with views_of(original[0], "whole.sqlite") as whole, views_of(restored) as filled:
        whole.catch_up()
        filled.rebuild()
        assert in_force(filled) == in_force(whole)
        assert len(in_force(whole)["record_versions"]) > 20
        assert (whole.blocks_from, whole.states_from) == (0, 0)
        assert filled.states_from == filled.height == whole.height
        assert filled.blocks_from == whole.height - 1  # two seals
        blocks = filled.fetch(select(filled.schema.blocks.c.height))
        assert [row["height"] for row in blocks] == [whole.height - 1, whole.height]


def test_they_go_on_as_those_of_a_ledger_that_was_always_there(restored):
    with views_of(restored) as filled:
        filled.rebuild()
        first = filled.states_from
    live_on(restored)
    with (
        views_of(restored) as filled,
        views_of(restored, "again.sqlite", filled._store) as again,
    ):
        filled.expect_joined()
        filled.catch_up()
        again.rebuild()
        assert in_force(filled) == in_force(again)
        assert (filled.states_from, again.states_from) == (first, again.height)
        assert again.blocks_from == filled.blocks_from
        for table in (filled.schema.blocks, filled.schema.commands, filled.schema.events):
            rows = filled.fetch(select(table))
            assert rows == again.fetch(select(table)), table.name
            assert rows
        changed = filled.fetch(
            select(filled.schema.versions).where(filled.schema.versions.c.to_height > first)
        )
        assert changed  # history goes on from there
        assert not again.fetch(
            select(again.schema.versions).where(again.schema.versions.c.to_height.is_not(None))
        )


def test_views_that_were_never_filled_are_refused_and_stay_as_they_are(restored):
    with views_of(restored) as empty:
        for asked in (empty.expect_joined, empty.catch_up):
            with pytest.raises(ViewsRefused, match="mingzhang rebuild"):
                asked()
        assert empty.height == -1
        assert not empty.fetch(select(empty.schema.blocks))


def test_views_of_blocks_that_the_ledger_has_not_are_refused(original, restored, tmp_path):
    home = shutil.copytree(original[0], tmp_path / "home")
    live_on(home)
    with views_of(home) as further:
        further.catch_up()
    shutil.copy(home / "views.sqlite", restored / "views.sqlite")
    with views_of(restored) as further, pytest.raises(ViewsRefused, match="查询库"):
        further.expect_joined()


def test_views_of_other_blocks_of_the_same_height_are_refused(original, restored, tmp_path):
    home = shutil.copytree(original[0], tmp_path / "home")
    live_on(home)
    with views_of(home) as others:
        others.catch_up()
        shown = others.height
    shutil.copy(home / "views.sqlite", restored / "views.sqlite")
    live_on(restored, rounds=4, first=300)
    with views_of(restored) as others:
        assert others._store.committed_height > shown
        with pytest.raises(ViewsRefused, match="do not join on"):
            others.expect_joined()
