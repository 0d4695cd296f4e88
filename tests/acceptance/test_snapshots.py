"""A ledger carried to another machine by a snapshot, by an operator who trusts nobody's file."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from mingzhang.app import VERSIONS
from mingzhang.cli import demo
from mingzhang.cli.client import Client, KeyFile
from mingzhang.cli.main import app
from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.replay import SAID
from mingzhang.gateway.keystore import Keystore
from mingzhang.ledger.environment import Environment
from mingzhang.verify import note
from tests import doors
from tests.acceptance.test_command_line import WHO, draft, init, payee, said, told
from tests.engine import stored

PASSWORD = "correct horse battery"  # noqa: S105 - of a test


def here(*args):
    """Run a command in this process, for tests that show no feature: many, and starting is slow."""
    return CliRunner().invoke(app, args)


@contextmanager
def running(home):
    """A home run by `mingzhang run`; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("mingzhang")
    command = [str(program), "run", str(home), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as node:
        try:
            url = f"http://127.0.0.1:{port}"
            demo._wait_until_up(url)
            yield url
        finally:
            node.terminate()
            output, _ = node.communicate(timeout=60)
            assert b"Traceback" not in output, output.decode()


def register(folder, url, number):
    """The clerk registers a payee; returns (command id, height)."""
    options = payee(number)
    body = {n[2:].replace("-", "_"): v for n, v in zip(options[::2], options[1::2], strict=True)}
    key = KeyFile.read(folder / "clerk.key")
    with Client(url) as client:
        token = client.signed(key, "execution.payee.register/1", body, tuple(WHO.split("/")), {})
        answer = client.submit(token)
    assert answer["state"] == "final"
    return answer["receipt"]["id"], answer["height"]


def restored(folder, home, *options, file="snapshot", key="node.key", run=here):
    given = (str(folder / file), str(home), "--key", str(folder / key))
    return run("restore", *given, *(options or ours(folder)))


def ours(folder):
    return ("--genesis", str(folder / "home/genesis.json"))


def get(url, path, **params):
    with doors.http(httpx.Client(base_url=url)) as client:
        return client.get(f"/api/{path}", params=params)


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """A node that has lived, and what it gave out while it ran: snapshot, checkpoint, keys."""
    folder = tmp_path_factory.mktemp("snapshots")
    kid = draft(folder)
    said(init(folder))
    with running(folder / "home") as url:
        given = [register(folder, url, number) for number in range(3)]
        (folder / "checkpoint.old").write_bytes(get(url, "checkpoint").content)
        given.append(register(folder, url, 3))
        made = told("snapshot", str(folder / "home"), str(folder / "snapshot"), "--json")
        (folder / "checkpoint").write_bytes(get(url, "checkpoint").content)
        (folder / "validators").write_bytes(get(url, "validators").content)
        (folder / "node.vkey").write_text(get(url, "keys").json()["node"])
    return folder, kid, given, made


@pytest.mark.feature("F2", "snapshot taken")
def test_a_snapshot_is_taken_while_the_node_runs_and_is_for_its_owner_only(taken, tmp_path):
    folder, _, given, made = taken
    assert (folder / "snapshot").stat().st_mode & 0o777 == 0o600
    assert made["height"] == given[-1][1]
    assert (made["spent"], made["blocks"]) == (4, 2)
    again = told("snapshot", str(folder / "home"), str(tmp_path / "again"), "--json")
    assert again == made  # of the stopped node, too
    assert (tmp_path / "again").read_bytes() == (folder / "snapshot").read_bytes()
    assert "写入" in said(doors.cli("snapshot", str(folder / "home"), str(tmp_path / "third")))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["again", "third"]


def test_a_node_is_audited_while_it_runs_and_takes_commands(taken, tmp_path):
    folder, _, _, _ = taken
    home = shutil.copytree(folder / "home", tmp_path / "home")
    heights = []
    with running(home) as url:
        assert told("audit", str(home), "--json")["differences"] == []

        def meanwhile(_height, _last):
            assert Environment.in_use(home / "ledger")  # by the node: LMDB opens none twice
            heights.append(register(folder, url, 7)[1])

        report = audit_home(home, VERSIONS, meanwhile)
    assert report.differences == ()
    assert report.heights < heights[0] < told("audit", str(home), "--json")["heights"] + 1


def test_damage_under_a_running_node_is_named(taken, tmp_path):
    folder, _, _, _ = taken
    home = shutil.copytree(folder / "home", tmp_path / "home")
    stored.edit(home, "spent", stored.keys(home, "spent")[0], stored.flip)
    with running(home):
        report = told("audit", str(home), "--json", code=1)
    (found,) = report["differences"]
    assert (found["what"], found["key"][:6]) == ("store", "spent ")
    answer = here("audit", str(home))
    assert answer.exit_code == 1
    for said_of_it in (
        f"区块 block {found['height']}，存储 stored bytes：{found['key']}",
        "校验和不符 checksum differs",
        "请停用本节点",
        "restore from a snapshot of another institution",
    ):
        assert said_of_it in answer.stdout, answer.stdout


def test_a_receipt_that_was_altered_is_named_by_block_place_and_byte_in_both_languages(
    taken, tmp_path
):
    folder, _, given, _ = taken
    home = shutil.copytree(folder / "home", tmp_path / "home")
    height = given[1][1]

    def altered(block):
        receipts = tuple(each.replace(b"payee-1", b"payee-2") for each in block.receipts)
        return msgspec.structs.replace(block, receipts=receipts)

    stored.forge_block(home, height, altered)
    (found,) = told("audit", str(home), "--json", code=1)["differences"]
    assert found["byte"] is not None
    answer = here("audit", str(home))
    zh, en = SAID[found["what"]]
    named = f"区块 block {height}，{zh} {en}：{found['key']}，第 {found['byte']} 字节 byte"
    assert named in answer.stdout
    assert "存储 stored" in answer.stdout
    assert "重放 computed" in answer.stdout


@pytest.mark.feature("F2", "new node syncs")
@pytest.mark.feature("A5.5", "backup on a bare machine")
def test_a_new_node_goes_on_from_a_snapshot_and_is_audited(taken):
    folder, kid, given, made = taken
    options = (*ours(folder), "--json")
    found = json.loads(said(restored(folder, folder / "new", *options, run=doors.cli)))
    assert found["app_hash"] == made["app_hash"]
    seed = bytes.fromhex((folder / "clerk.key").read_text())
    keystore = Keystore(folder / "new/keystore.sqlite")
    keystore.add("clerk", "p-hospital-finance", PASSWORD, seed)
    keystore.close()
    with running(folder / "new") as url:
        command_id, height = given[0]  # what became of old commands is known
        state = told("status", kid, command_id, "--url", url)
        assert (state["state"], state["height"]) == ("final", height)
        give = ("do", "execution.payee.register", *payee(0), "--as", WHO, "--url", url, "--json")
        twice = told(*give, "--key", str(folder / "clerk.key"), code=1)
        assert twice["code"] == "EXE-02", twice
        _, height = register(folder, url, 9)
        signed_in = ("--user", "clerk", "--password", PASSWORD, "--as", WHO)
        asked = ("get", "views/execution_payees", f"since={height}", "--url", url, "--json")
        rows = told(*asked, *signed_in)["rows"]
        assert {row["id"] for row in rows} == {f"payee-{n}" for n in (0, 1, 2, 3, 9)}
    report = told("audit", str(folder / "new"), "--from", str(folder / "snapshot"), "--json")
    assert report["differences"] == []
    assert report["commands"] == 2


def test_an_audit_from_a_snapshot_sees_what_one_from_genesis_sees(taken):
    folder = taken[0]
    audited = ("audit", str(folder / "home"), "--json")
    whole = json.loads(here(*audited).stdout)
    part = json.loads(here(*audited, "--from", str(folder / "snapshot")).stdout)
    assert whole["differences"] == part["differences"] == []
    assert (whole["app_hash"], whole["records"]) == (part["app_hash"], part["records"])


def rows_in_force(views):
    """All rows in force of a views database, by table, without the heights that they begin at."""
    with sqlite3.connect(views) as found:
        rows = {}
        named = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in found.execute(named).fetchall():
            columns = [each[1] for each in found.execute(f"PRAGMA table_info({table})")]
            if "to_height" in columns:
                shown = ", ".join(
                    f'"{c}"' for c in columns if c not in ("from_height", "to_height")
                )
                asked = f"SELECT {shown} FROM {table} WHERE to_height IS NULL ORDER BY 1"  # noqa: S608
                rows[table] = found.execute(asked).fetchall()
    found.close()
    return rows


def test_views_of_a_restored_node_show_what_those_of_the_original_show(taken, tmp_path):
    folder = taken[0]
    assert restored(folder, tmp_path / "home").exit_code == 0
    views = tmp_path / "whole.sqlite"
    assert here("rebuild", str(folder / "home"), "--views", f"sqlite:///{views}").exit_code == 0
    expected = rows_in_force(views)
    assert rows_in_force(tmp_path / "home/views.sqlite") == expected
    assert len(expected["execution_payees"]) == 4
    assert len(expected["record_versions"]) > 50


def test_a_restored_node_says_from_which_block_it_knows(taken, tmp_path):
    folder, _, given, made = taken
    assert restored(folder, tmp_path / "home").exit_code == 0
    first = made["height"] + 1
    with running(tmp_path / "home") as url:
        blocks = get(url, "blocks").json()
        assert blocks["known_from"] == first
        assert blocks["blocks"][-1]["height"] == first
        assert get(url, "refusals").json()["known_from"] == first
        for path, params in (
            (f"blocks/{given[0][1]}", {}),
            ("views/identity_organisations", {"height": given[0][1]}),
            ("views/identity_organisations", {"date": "2020-01-01"}),
            ("records/execution/payee/payee-1", {"height": given[0][1]}),
        ):
            answer = get(url, path, **params)
            assert (answer.status_code, answer.json()["code"]) == (404, "GAT-23"), path
            assert "快照" in answer.json()["title_zh"]
            assert answer.json()["facts"]["first"] >= first
        newest = get(url, "views/identity_organisations").json()
        assert newest["rows"]
        assert get(url, "views/identity_organisations", height=newest["height"]).json() == newest


def without_views(home):
    for each in home.glob("views.sqlite*"):
        each.unlink()


def test_views_are_filled_again_on_a_restored_node_and_else_refused(taken, tmp_path):
    home = tmp_path / "home"
    assert restored(taken[0], home).exit_code == 0
    before = rows_in_force(home / "views.sqlite")
    without_views(home)
    refused = here("run", str(home), "--port", "0")
    assert refused.exit_code == 2
    assert "mingzhang rebuild" in refused.stderr
    assert "查询库" in refused.stderr
    assert here("rebuild", str(home)).exit_code == 0
    assert len(rows_in_force(home / "views.sqlite")["execution_payees"]) == 4
    assert before["execution_payees"] == rows_in_force(home / "views.sqlite")["execution_payees"]


def test_views_that_had_gone_further_are_not_shown_beside_a_restored_ledger(taken, tmp_path):
    folder = taken[0]
    shutil.copytree(folder / "home", tmp_path / "went-on")
    with running(tmp_path / "went-on") as url, Client(url) as client:
        _, height = register(folder, url, 11)
        client.get("/api/views/execution_payees", since=height)  # waits until they show it
    home = tmp_path / "home"
    assert restored(folder, home).exit_code == 0
    without_views(home)
    for old in (tmp_path / "went-on").glob("views.sqlite*"):
        shutil.copy(old, home)
    refused = here("run", str(home), "--port", "0")
    assert refused.exit_code == 2
    assert "do not join on" in refused.stderr


@pytest.mark.parametrize("root", ["validators", "checkpoint", "both"])
def test_a_root_from_elsewhere_is_enough(taken, tmp_path, root):
    folder = taken[0]
    names = ("validators", "checkpoint") if root == "both" else (root,)
    options = [each for name in names for each in ("--root", str(folder / name))]
    if root != "validators":
        options += ["--signed-by", (folder / "node.vkey").read_text()]
    assert restored(folder, tmp_path / "home", *options).exit_code == 0


HOSTILE = {
    "nothing to trust": ((), {}, "cannot vouch for itself"),
    "another chain's genesis": (("--genesis", "other.json"), {}, "another ledger"),
    "a checkpoint that does not cover it": (("--root", "checkpoint.old"), {}, "does not reach it"),
    "a checkpoint that others signed": (
        ("--root", "checkpoint", "--signed-by", "stranger.vkey"),
        {},
        "not signed",
    ),
    "no checkpoint": (("--root", "clerk.key"), {}, "root cannot be read"),
    "no root file": (("--root", "nothing"), {}, "nothing"),
    "two checkpoints": (("--root", "checkpoint", "--root", "checkpoint"), {}, "one kind"),
    "one changed byte": (("--genesis", "home/genesis.json"), {"file": "flipped"}, "damaged"),
    "cut off": (("--genesis", "home/genesis.json"), {"file": "cut"}, "damaged"),
    "no snapshot": (("--genesis", "home/genesis.json"), {"file": "clerk.key"}, "damaged"),
    "no file": (("--genesis", "home/genesis.json"), {"file": "nothing"}, "nothing"),
    "a key of its own": (("--genesis", "home/genesis.json"), {"key": "clerk.key"}, "public key"),
}


@pytest.fixture(scope="module")
def hostile(taken):
    folder = taken[0]
    whole = (folder / "snapshot").read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    (folder / "flipped").write_bytes(flipped)
    (folder / "cut").write_bytes(whole[:-9])
    other = json.loads((folder / "home/genesis.json").read_text())
    (folder / "other.json").write_text(json.dumps({**other, "chain": "another-city"}))
    chain = (folder / "node.vkey").read_text().partition("+")[0]
    told("keygen", str(folder / "stranger.key"))
    (folder / "stranger.vkey").write_text(stranger_key(chain, folder / "stranger.key"))
    return folder


def stranger_key(chain, path):
    public = KeyFile.read(path).signer.public_key
    return note.format_key(note.VerifierKey(chain, note.ED25519, public))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_trusted_or_not_whole_is_refused_and_leaves_nothing(hostile, tmp_path, name):
    options, given, words = HOSTILE[name]
    named = [
        each if each.startswith("--") else str(hostile / each)
        for each in options
    ]  # fmt: skip
    if "--signed-by" in options:
        named[-1] = (hostile / options[-1]).read_text()
    before = sorted(each.name for each in hostile.iterdir())
    answer = restored(hostile, tmp_path / "home", *(named or ["--json"]), **given)
    assert answer.exit_code == 2
    assert words in answer.stderr, answer.stderr
    if given.get("file") != "nothing" and "nothing" not in options:  # the system's own words
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.stderr)
    assert not list(tmp_path.iterdir())
    assert sorted(each.name for each in hostile.iterdir()) == before


def test_a_folder_in_use_and_a_file_that_is_there_are_not_touched(taken):
    folder = taken[0]
    before = (folder / "home/genesis.json").read_bytes()
    answer = restored(folder, folder / "home")
    assert answer.exit_code == 2
    assert "exists already" in answer.stderr
    assert (folder / "home/genesis.json").read_bytes() == before
    whole = (folder / "snapshot").read_bytes()
    answer = here("snapshot", str(folder / "home"), str(folder / "snapshot"))
    assert answer.exit_code == 2
    assert "exists already" in answer.stderr
    assert (folder / "snapshot").read_bytes() == whole


def test_a_folder_without_ledger_gives_no_snapshot(tmp_path):
    answer = here("snapshot", str(tmp_path), str(tmp_path / "snapshot"))
    assert answer.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_an_audit_tells_what_it_needs_and_what_is_wrong_with_what_it_got(hostile, tmp_path):
    assert restored(hostile, tmp_path / "home").exit_code == 0
    needs = here("audit", str(tmp_path / "home"))
    assert needs.exit_code == 2
    assert "--from" in needs.stderr
    damaged = here("audit", str(tmp_path / "home"), "--from", str(hostile / "flipped"))
    assert damaged.exit_code == 2
    assert "快照文件损坏" in damaged.stderr


@pytest.mark.feature("A3.3", "altered record named")
def test_one_changed_byte_of_a_record_is_named_by_its_key(taken, tmp_path):
    home = shutil.copytree(taken[0] / "home", tmp_path / "home")
    path = home / "ledger" / "data.mdb"
    wire = path.read_bytes()
    name = "某医疗器械有限公司".encode()
    assert name in wire
    path.write_bytes(wire.replace(name, name[:-1] + bytes([name[-1] ^ 1])))
    (found,) = told("audit", str(home), "--json", code=1)["differences"]
    assert "execution/payee/payee-" in found["key"] + found["detail"]
