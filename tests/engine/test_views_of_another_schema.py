"""Views whose tables or columns have changed since they were stored: filled anew, unasked."""

import dataclasses
import shutil

import pytest
from sqlalchemy import event, select

from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.views import Column, Table
from mingzhang.ledger.store import Store
from mingzhang.views import schema
from mingzhang.views.projector import Projector, ViewsRefused, open_views
from mingzhang.views.schema import schema_of
from tests.engine import small
from tests.engine.small import VERSIONS

(COUNTERS,) = small.COUNT.tables
TOTAL = Column(name="total_fen", type="int")
TWICE = Column(name="twice", type="text")


def of(*tables):
    room = dataclasses.replace(small.COUNT, tables=tables)
    return Modules(KERNEL, small.SMALL, room, gate=small.SmallGate())


def counters(*columns):
    row = lambda _, c: {  # noqa: E731
        each.name: c.total_fen if each.type == "int" else str(c.total_fen) for each in columns
    }
    return dataclasses.replace(COUNTERS, columns=columns, row=row)


SLIPS = Table(
    name="count_slips",
    of=small.SlipRecord,
    columns=(Column(name="number"),),
    row=lambda _, slip: {"number": slip.number},
)
CHANGED = {
    "a column more": of(counters(TOTAL, TWICE)),
    "a column of another name": of(counters(Column(name="fen", type="int"))),
    "a column of another type": of(counters(Column(name="total_fen"))),
    "an index more": of(counters(Column(name="total_fen", type="int", indexed=True))),
    "a table more": of(COUNTERS, SLIPS),
    "no table": of(),
}


@pytest.fixture
def home(original, tmp_path):
    return shutil.copytree(original[0], tmp_path / "home")


@pytest.fixture
def opened(home):
    """Open the home's views as the release with some modules does."""
    store = Store.open(home / "ledger")
    engines = []

    def open_with(modules, name="views"):
        engines.append(open_views(f"sqlite:///{home / name}.sqlite"))
        return Projector(store, modules, engines[-1])

    yield open_with
    for each in engines:
        each.dispose()
    store.close()


def everything(projector):
    return {
        table.name: sorted(map(str, projector.fetch(select(table))))
        for table in projector.schema.metadata.tables.values()
    }


@pytest.mark.parametrize("name", CHANGED)
def test_views_of_another_schema_are_filled_anew_when_they_are_opened(opened, name):
    opened(VERSIONS[1]).catch_up()
    changed = opened(CHANGED[name])
    assert changed.height == -1
    changed.catch_up()
    fresh = opened(CHANGED[name], "fresh")
    fresh.catch_up()
    assert everything(changed) == everything(fresh)
    assert len(everything(changed)["record_versions"]) > 20


def test_views_of_the_same_schema_stay_as_they_are(opened):
    first = opened(VERSIONS[1])
    first.catch_up()
    again = opened(
        of(dataclasses.replace(COUNTERS, columns=(dataclasses.replace(TOTAL, level="public"),)))
    )
    assert again.height == first.height > 0


def test_views_whose_rows_hold_something_else_are_filled_anew(opened, monkeypatch):
    opened(VERSIONS[1]).catch_up()
    monkeypatch.setattr(schema, "ROWS", "another")
    assert opened(VERSIONS[1]).height == -1


def test_whoever_is_stopped_while_tables_are_dropped_begins_again(opened):
    before = opened(VERSIONS[1])
    before.catch_up()
    dropped = []

    def stop(_connection, _cursor, statement, *_):
        if statement.lstrip().startswith("DROP TABLE"):
            dropped.append(statement)
            if len(dropped) > 2:
                raise KeyboardInterrupt

    event.listen(before.engine, "before_cursor_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        before.rebuild()
    after = opened(CHANGED["a column more"])
    assert after.height == -1
    after.catch_up()
    assert everything(after)["count_counters"]


def test_those_of_a_ledger_without_its_first_blocks_are_refused_until_rebuilt(restored):
    store = Store.open(restored / "ledger")
    engine = open_views(f"sqlite:///{restored / 'views.sqlite'}")
    Projector(store, VERSIONS[1], engine).rebuild()
    changed = Projector(store, CHANGED["a column more"], engine)
    with pytest.raises(ViewsRefused, match="mingzhang rebuild"):
        changed.expect_joined()
    changed.rebuild()
    changed.expect_joined()
    engine.dispose()
    store.close()


def test_one_schema_has_one_format():
    assert schema_of(VERSIONS[1]).format == schema_of(of(COUNTERS)).format
    formats = [schema_of(each).format for each in (VERSIONS[1], *CHANGED.values())]
    assert len(dict.fromkeys(formats)) == len(formats)
