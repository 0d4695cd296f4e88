"""Proof bundles: each case of spec/vectors/bundle gets its verdict, and its reason."""

import datetime as dt
import hashlib
import http.server
import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mingzhang.cli.main import app
from mingzhang.verify import bundle, command, note
from mingzhang.verify import root as roots
from mingzhang.verify.encodings import from_rfc3339, to_rfc3339
from mingzhang.verify.reasons import TEXTS, Rejected
from mingzhang.verify.strict_json import MAX_DEPTH, Malformed, load
from tests.bundle_vectors import (
    CASES,
    GOOD,
    VECTORS,
    bundle_of,
    expected,
    keys_of,
    root_files,
    root_of,
)
from tools import make_bundle_vectors, make_reasons


def judged(name):
    return bundle.verify(bundle_of(name), root_of(name))


def reason(call, *arguments, **named):
    with pytest.raises(Rejected) as caught:
        call(*arguments, **named)
    return caught.value.code


@pytest.mark.parametrize("name", GOOD)
def test_a_true_proof_is_verified_and_says_by_whom(name):
    expect = expected(name)
    found = judged(name)
    answer = command.answer(found)
    assert expect["verdict"] == "verified"
    assert answer["by"] == expect["by"]
    for fact in ("claim", "key", "height", "validators", "not_judged"):
        if fact in expect:
            assert answer[fact] == expect[fact]
    assert (answer["map"] if answer["map"] != "main" else None) == expect.get("volume")
    if "checkpoint_signed_by" in expect:
        names = [each["name"] for each in answer["checkpoint_signed_by"]]
        assert names == expect["checkpoint_signed_by"]
    assert answer["trusting"] == "independent"
    assert str(found.height) in answer["zh"]
    assert str(found.height) in answer["en"]


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("_fail")])
def test_what_is_not_proven_is_rejected_for_its_reason(name):
    expect = expected(name)
    assert expect["verdict"] == "rejected"
    with pytest.raises(Rejected) as caught:
        judged(name)
    assert caught.value.code == expect["reason"]
    assert caught.value.zh
    assert caught.value.en


def test_every_reason_has_a_case():
    seen = {expected(name).get("reason") for name in CASES}
    assert set(TEXTS) - seen == set()


def test_the_reasons_for_other_languages_are_those_of_the_table():
    assert make_reasons.FILE.read_text() == make_reasons.text()


def test_the_generator_writes_the_committed_cases_again(tmp_path):
    make_bundle_vectors.main(tmp_path / "made")
    for committed in VECTORS.rglob("*.*"):
        made = tmp_path / "made" / committed.relative_to(VECTORS)
        assert made.read_bytes() == committed.read_bytes(), committed
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == CASES


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_flipped_bit_of_a_bundle_changes_what_is_proven(data):
    name = data.draw(st.sampled_from(GOOD))
    original = bundle_of(name)
    changed = bytearray(original)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    root = root_of(name)
    try:
        found = bundle.verify(bytes(changed), root)
    except Rejected:
        return
    true = bundle.verify(original, root)
    assert found.claim.content == true.claim.content
    # Where a month has no volume yet, every key of that month is absent: still a true statement.
    shown = true.claim.shown
    if shown is None or shown.volume is None or shown.volume_root:
        assert found.claim.key == true.claim.key
    assert (found.height, found.header_hash) == (true.height, true.header_hash)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_rejected_in_words_of_ours(data):
    assert reason(bundle.read, data) == "malformed"


def test_a_string_full_of_brackets_is_not_deep():
    text = json.dumps({"a": '[{"\\' * 40}).encode()
    assert load(text, 10_000) == json.loads(text)


def test_depth_is_counted_up_to_its_bound():
    assert load(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, 100)
    with pytest.raises(Malformed, match="too-deep"):
        load(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 100)


def test_a_list_of_validators_takes_no_note_keys():
    data = (VECTORS / "record-by-validators" / "validators.json").read_bytes()
    keys = roots.parse_keys(
        (VECTORS / "record-by-countersigned-checkpoint" / "keys.txt").read_text().split()
    )
    assert reason(roots.read_root, data, keys) == "root-bad-key"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"format":"mingzhang.validators/1","chain":"a","validators":[]}',
        b'{"format":"mingzhang.validators/2","chain":"a","validators":[]}',
        b"x" * 300_000,
    ],
)
def test_a_root_out_of_form_is_rejected(data):
    assert reason(roots.read_root, data) == "root-malformed"


def test_two_roots_of_different_ledgers_are_no_root():
    checkpoint = root_of("record-by-printed-checkpoint")
    text = (VECTORS / "record-by-validators" / "validators.json").read_text()
    validators = roots.validators_root(text.replace("mz-vectors-2026", "mz-other").encode())
    assert reason(roots.both, checkpoint, validators) == "wrong-chain"


@pytest.mark.parametrize("required", [-1, 3])
def test_more_countersigners_than_keys_cannot_be_asked_for(required):
    folder = VECTORS / "record-by-countersigned-checkpoint"
    keys = roots.parse_keys((folder / "keys.txt").read_text().split())
    data = (folder / "checkpoint.txt").read_bytes()
    assert (
        reason(roots.checkpoint_root, data, keys, countersigners_required=required)
        == "root-bad-key"
    )


def test_the_month_of_an_id_allows_for_the_zones_of_the_world():
    at = dt.datetime(2026, 11, 30, 20, 0, tzinfo=dt.UTC)
    month = bundle._months(int(at.timestamp() * 1000))
    assert list(month) == ["2026-11", "2026-12"]
    assert list(bundle._months(2**48 - 1)) == []


# -- the command ------------------------------------------------------------------------------


def run(name, root="checkpoint.txt", keys=(), server_url=None):
    folder = VECTORS / name
    where = root if root is None or "://" in root else str(folder / root)
    return command.run(folder / "bundle.json", where, keys, server_url)


def test_the_command_answers_in_both_languages_with_the_record():
    name = "record-by-countersigned-checkpoint"
    answer = run(name, keys=keys_of(name))
    assert answer["verified"] is True
    assert answer["content"] == {"title": "门诊楼修缮", "amount_fen": 1_280_000_000}
    assert answer["trusting"] == "as given"
    assert "由您给出" in answer["zh"]
    assert "audit.example/mz" in answer["zh"]
    assert "audit.example/mz" in answer["en"]
    assert json.loads(command.answer_json(answer)) == answer


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("record-by-countersigned-checkpoint", True),
        ("absence-in-volume", True),
        ("receipt-last", False),
    ],
)
def test_the_command_says_as_of_which_block_a_record_or_an_absence_is_proven(name, told):
    folder = VECTORS / name
    is_note = (folder / "checkpoint.txt").exists()
    answer = run(name, "checkpoint.txt" if is_note else "validators.json", keys=keys_of(name))
    height = answer["height"]
    assert height == expected(name)["height"]
    assert (f"截至第 {height} 块的情形" in answer["zh"]) == told
    assert (f"as of block {height}:" in answer["en"]) == told


FOR_THE_COMMAND = [
    name
    for name in CASES
    if "countersigners_required" not in expected(name) and len(root_files(name)) == 1
]


@pytest.mark.parametrize("name", FOR_THE_COMMAND)
def test_the_command_line_gives_every_case_its_verdict(name):
    expect, folder = expected(name), VECTORS / name
    file = "checkpoint.txt" if (folder / "checkpoint.txt").exists() else "validators.json"
    keys = [f"--key={key}" for key in keys_of(name)]
    arguments = ["verify", str(folder / "bundle.json"), f"--root={folder / file}", *keys, "--json"]
    done = CliRunner().invoke(app, arguments)
    answer = json.loads(done.stdout)
    verified = expect["verdict"] == "verified"
    assert (answer["verified"], done.exit_code) == (verified, 0 if verified else 1)
    assert answer.get("reason") == expect.get("reason")


def freshly(not_older_than):
    folder = VECTORS / "record-by-newer-checkpoint"
    keys = [f"--key={key}" for key in keys_of(folder.name)]
    asked = [f"--root={folder / 'checkpoint.txt'}", *keys, "--json"]
    since = [f"--not-older-than={not_older_than}"]
    return CliRunner().invoke(app, ["verify", str(folder / "bundle.json"), *asked, *since])


def test_a_state_of_the_moment_asked_for_is_verified_and_an_older_one_is_stale():
    sealed = run("record-by-newer-checkpoint", keys=keys_of("record-by-newer-checkpoint"))
    sealed_ns = from_rfc3339(sealed["sealed_time"])
    day = sealed["sealed_time"][:10]
    for since in (sealed["sealed_time"], day):
        done = freshly(since)
        assert (json.loads(done.stdout)["verified"], done.exit_code) == (True, 0)
    next_day = f"{dt.date.fromisoformat(day) + dt.timedelta(days=1)}"
    for since in (to_rfc3339(sealed_ns + 1), next_day):
        done = freshly(since)
        answer = json.loads(done.stdout)
        assert (answer["verified"], answer["reason"], done.exit_code) == (False, "stale", 1)
        assert answer["where"].startswith(f"{sealed['sealed_time']} < {since[:10]}")
        assert sealed["sealed_time"] in answer["zh"]
        assert sealed["sealed_time"] in answer["en"]


@pytest.mark.parametrize(("text", "back_s"), [("90m", 5_400), ("36h", 129_600), ("7d", 604_800)])
def test_an_age_counts_back_from_the_verifiers_own_clock(text, back_s):
    now_ns = from_rfc3339("2026-11-30T16:00:00Z")
    assert now_ns - command.earliest_ns(text, now_ns) == back_s * 1_000_000_000


@pytest.mark.parametrize("text", ["yesterday", "7", "0d", "-1d", "2026-13-01", "2026-11-30T16:00"])
def test_what_is_neither_an_age_nor_a_moment_is_refused_and_nothing_is_verified(text):
    done = freshly(text)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert text in done.stderr


def test_the_command_says_that_a_checkpoint_without_keys_was_trusted_as_found():
    answer = run("record-by-printed-checkpoint")
    assert answer["checkpoint_signed_by"] == []
    assert "未核对签名" in answer["zh"]
    assert "trusted as found" in answer["en"]


def test_a_bundles_own_checkpoint_as_root_is_called_the_same_server():
    answer = run("record-by-newer-checkpoint", root=None)
    assert answer["verified"] is True
    assert answer["trusting"] == "the same server"
    assert "同一服务器" in answer["zh"]
    assert "same server" in answer["en"]


def test_a_bundle_without_a_checkpoint_is_no_root_of_itself():
    answer = run("record-by-validators", root=None)
    assert (answer["verified"], answer["reason"]) == (False, "root-malformed")


@pytest.mark.parametrize(
    ("root", "keys", "code"),
    [
        ("nothing.txt", (), "root-malformed"),
        ("expect.json", (), "root-malformed"),
        ("checkpoint.txt", ("no key",), "root-bad-key"),
        ("ftp://example/checkpoint", (), "root-malformed"),
    ],
)
def test_a_root_that_cannot_be_used_is_answered_with_its_reason(root, keys, code):
    answer = run("record-by-printed-checkpoint", root, keys)
    assert (answer["verified"], answer["reason"]) == (False, code)
    assert answer["zh"]
    assert answer["en"]


def test_a_bundle_that_is_not_there_is_answered_with_its_reason(tmp_path):
    answer = command.run(tmp_path / "none.json", None)
    assert (answer["verified"], answer["reason"]) == (False, "malformed")
    assert "none.json" in answer["en"]


def test_a_forged_bundle_is_answered_with_its_reason():
    answer = run("record-bit-flipped_fail", root="validators.json")
    assert (answer["verified"], answer["reason"]) == (False, "not-in-map")


class Server(http.server.BaseHTTPRequestHandler):
    """Serves the countersigned checkpoint; `/away?<address>` leads to another address."""

    def do_GET(self):
        if self.path.startswith("/away?"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        if self.path != "/checkpoint":
            self.send_error(404)
            return
        name = "record-by-countersigned-checkpoint"
        self.send_response(200)
        self.end_headers()
        self.wfile.write((VECTORS / name / "checkpoint.txt").read_bytes())

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture
def serve():
    started = []

    def start():
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_a_root_from_the_server_it_checks_is_called_so_and_another_is_not(serve):
    name = "record-by-countersigned-checkpoint"
    portal, audit = serve(), serve()
    same = run(name, f"{portal}/checkpoint", keys_of(name), server_url=f"{portal}/proofs/1")
    other = run(name, f"{audit}/checkpoint", keys_of(name), server_url=portal)
    assert (same["verified"], same["trusting"]) == (True, "the same server")
    assert (other["verified"], other["trusting"]) == (True, "independent")
    unknown = run(name, f"{portal}/checkpoint", keys_of(name))
    assert (unknown["verified"], unknown["trusting"]) == (True, "as given")


def test_an_address_that_leads_back_to_the_server_is_the_same_server(serve):
    name = "record-by-countersigned-checkpoint"
    portal, audit = serve(), serve()
    answer = run(
        name, f"{audit}/away?{portal}/checkpoint", keys_of(name), server_url=portal.upper()
    )
    assert (answer["verified"], answer["trusting"]) == (True, "the same server")


def test_an_address_without_a_checkpoint_is_answered_with_its_reason(serve):
    answer = run("record-by-printed-checkpoint", f"{serve()}/none")
    assert (answer["verified"], answer["reason"]) == (False, "root-malformed")


def test_the_key_ids_in_the_vectors_are_those_of_the_standard():
    for text in keys_of("record-by-countersigned-checkpoint"):
        key = note.parse_key(text)
        preimage = key.name.encode() + b"\n" + bytes([key.kind]) + key.public_key
        assert key.key_id == hashlib.sha256(preimage).digest()[:4]
