"""Signed notes, held to the Go libraries of the transparency community by their vectors."""

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from mingzhang.verify import encodings, note

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "spec" / "vectors" / "note"
CASES = json.loads((VECTORS / "notes.json").read_text())["cases"]
COUNTERSIGNED = CASES[1]
HEAD = note.Checkpoint("mz-test", 7, bytes(range(32)))
TEXT = note.format_checkpoint(HEAD)


def key_pair(secret):
    seed = hashlib.sha256(f"mingzhang test note key {secret}".encode()).digest()
    public_key, private_key = crypto_sign_seed_keypair(seed)
    return public_key, lambda message: crypto_sign(message, private_key)[:64]


def signed_by(data, keys):
    found = note.verify_note(note.parse_note(data), [note.parse_key(each) for each in keys])
    return [each.key.name for each in found]


def refused(reason, call, *arguments):
    with pytest.raises(note.NoteRefused) as caught:
        call(*arguments)
    assert caught.value.reason == reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_note_made_by_the_go_libraries_is_read_as_they_read_it(case):
    assert signed_by(case["note"].encode(), case["keys"]) == case["signed_by"]
    parsed = note.parse_note(case["note"].encode())
    assert parsed.text == case["text"]
    assert note.format_note(parsed) == case["note"].encode()


def test_a_note_signed_here_is_the_one_that_the_go_libraries_sign():
    public_key, sign = key_pair("origin")
    witness_key, cosign = key_pair("witness")
    text = COUNTERSIGNED["text"]
    made = note.Note(
        text,
        (
            note.sign(text, "mz-vectors-2026", public_key, sign),
            note.countersign(text, "audit.example/witness", witness_key, 1_795_420_800, cosign),
        ),
    )
    assert note.format_note(made) == COUNTERSIGNED["note"].encode()


def test_verifier_keys_are_spelt_as_the_go_libraries_spell_them():
    for text in COUNTERSIGNED["keys"]:
        assert note.format_key(note.parse_key(text)) == text


def test_a_countersignature_says_when_it_was_made():
    parsed = note.parse_note(COUNTERSIGNED["note"].encode())
    found = note.verify_note(parsed, [note.parse_key(each) for each in COUNTERSIGNED["keys"]])
    assert [each.time_s for each in found] == [None, 1_795_420_800]


def test_a_line_of_an_unknown_key_is_ignored_and_counts_for_nobody():
    assert signed_by(COUNTERSIGNED["note"].encode(), COUNTERSIGNED["keys"][:1]) == [
        "mz-vectors-2026"
    ]
    stranger = note.format_key(note.VerifierKey("mz-vectors-2026", 1, key_pair("other")[0]))
    assert signed_by(COUNTERSIGNED["note"].encode(), [stranger]) == []


def test_a_key_that_signs_twice_counts_once():
    first, rest = COUNTERSIGNED["note"].split("\n\n")
    line = rest.split("\n")[0]
    doubled = f"{first}\n\n{line}\n{line}\n".encode()
    assert signed_by(doubled, COUNTERSIGNED["keys"]) == ["mz-vectors-2026"]


@pytest.mark.parametrize("at", [0, 16, 19, 60])
def test_a_changed_text_refuses_the_note(at):
    data = bytearray(COUNTERSIGNED["note"].encode())
    data[at] ^= 1
    refused("bad-signature", signed_by, bytes(data), COUNTERSIGNED["keys"])


@pytest.mark.parametrize("line", [0, 1])
@pytest.mark.parametrize("byte", [4, 11, 30, -1])
def test_a_changed_signature_of_a_known_key_refuses_the_note(line, byte):
    parsed = note.parse_note(COUNTERSIGNED["note"].encode())
    lines = list(parsed.signatures)
    changed = bytearray(lines[line].signature)
    changed[byte] ^= 1
    lines[line] = note.NoteSignature(lines[line].name, lines[line].key_id, bytes(changed))
    refused(
        "bad-signature",
        signed_by,
        note.format_note(note.Note(parsed.text, tuple(lines))),
        COUNTERSIGNED["keys"],
    )


def test_a_plain_signature_is_no_countersignature_and_the_reverse():
    public_key, sign = key_pair("origin")
    plain = note.sign(TEXT, "w", public_key, sign)
    stamped = note.countersign(TEXT, "w", public_key, 1, sign)
    as_cosigner = note.VerifierKey("w", note.COSIGNATURE, public_key)
    forged = note.NoteSignature("w", as_cosigner.key_id, plain.signature)
    refused("bad-signature", note.verify_note, note.Note(TEXT, (forged,)), [as_cosigner])
    as_origin = note.VerifierKey("w", note.ED25519, public_key)
    forged = note.NoteSignature("w", as_origin.key_id, stamped.signature)
    refused("bad-signature", note.verify_note, note.Note(TEXT, (forged,)), [as_origin])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no-signature"),
        (b"text\n", "no-signature"),
        (b"text\n\n", "no-signature"),
        ("\n— a AAAAAAA=\n".encode(), "no-signature"),
        ("text\n\n— a AAAAAAA=".encode(), "no-signature"),
        ("text\n\n— a AAAAAAA=\n\n".encode(), "no-signature"),
        (b"text\n\n- a AAAAAAA=\n", "bad-signature-line"),
        ("text\n\n— a AAAAAAB=\n".encode(), "bad-signature-line"),
        ("text\n\n— a AAAAAA\n".encode(), "bad-signature-line"),
        ("text\n\n— a AAAA\n".encode(), "bad-signature-line"),
        ("text\n\n— a AAAAAA==\n".encode(), "bad-signature-line"),
        ("text\n\n— a  AAAAAAA=\n".encode(), "bad-signature-line"),
        ("text\n\n— a AAAAAAA= \n".encode(), "bad-signature-line"),
        ("text\n\n—  AAAAAAA=\n".encode(), "bad-key-name"),
        ("text\n\n— a+b AAAAAAA=\n".encode(), "bad-key-name"),
        ("text\n\n— a\u3000b AAAAAAA=\n".encode(), "bad-key-name"),
        ("te\rxt\n\n— a AAAAAAA=\n".encode(), "control-character"),
        ("te\0xt\n\n— a AAAAAAA=\n".encode(), "control-character"),
        (b"te\xffxt\n\n", "not-utf8"),
        (b"text\n\n" + "— a AAAAAAA=\n".encode() * 65, "too-many-signatures"),
        (b"x" * 131_073, "too-large"),
    ],
)
def test_a_note_out_of_form_is_refused(data, reason):
    refused(reason, note.parse_note, data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\nAAAA\n",
        TEXT[:-1],
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n7 \n"),
        TEXT.replace("\n7\n", "\n٧\n"),
        TEXT.replace("\n7\n", "\n99999999999999999\n"),
        TEXT.replace("mz-test", ""),
        TEXT.replace("=", ""),
        TEXT + "\n",
        TEXT + "extension\n\n",
    ],
)
def test_a_text_that_is_no_head_of_a_log_is_refused(text):
    refused("bad-checkpoint", note.parse_checkpoint, text)


def test_extension_lines_are_kept_and_written_back():
    head = note.parse_checkpoint(TEXT + "one\ntwo\n")
    assert head.extensions == ("one", "two")
    assert note.format_checkpoint(head) == TEXT + "one\ntwo\n"


def test_what_could_not_be_read_back_is_not_written():
    refused("bad-checkpoint", note.format_checkpoint, note.Checkpoint("a\nb", 1, bytes(32)))
    refused("bad-checkpoint", note.format_checkpoint, note.Checkpoint("a", -1, bytes(32)))
    refused("bad-checkpoint", note.format_checkpoint, note.Checkpoint("a", 1, bytes(31)))
    refused("no-signature", note.format_note, note.Note(TEXT, ()))
    line = note.NoteSignature("a b", bytes(4), b"x")
    refused("bad-signature-line", note.format_note, note.Note(TEXT, (line,)))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("+BH", "+Bh"),
        lambda text: text.replace("+6d06adea+", "+6d06adeb+"),
        lambda text: text.replace("+6d06adea+", "+6D06ADEA+"),
        lambda text: text.replace("audit.example", "audit.exampla"),
        lambda text: text[:-2],
        lambda text: text + "=",
        lambda text: text.partition("+")[0],
    ],
)
def test_a_verifier_key_out_of_form_or_with_a_foreign_id_is_refused(change):
    refused("bad-key", note.parse_key, change(COUNTERSIGNED["keys"][1]))


def test_a_verifier_key_of_another_algorithm_is_refused():
    public_key, _ = key_pair("origin")
    identity = note.key_id("a", 2, public_key).hex()
    material = base64.b64encode(b"\x02" + public_key).decode()
    refused("bad-key", note.parse_key, f"a+{identity}+{material}")


def test_a_countersignature_may_not_claim_a_time_beyond_63_bits():
    public_key, sign = key_pair("witness")
    refused("bad-signature", note.countersign, TEXT, "w", public_key, 2**63, sign)
    key = note.VerifierKey("w", note.COSIGNATURE, public_key)
    late = 2**63
    line = note.NoteSignature(
        "w", key.key_id, late.to_bytes(8, "big") + sign(note.cosigned_bytes(TEXT, late))
    )
    refused("bad-signature", note.verify_note, note.Note(TEXT, (line,)), [key])


@given(st.integers(encodings.from_rfc3339("0001-01-01T00:00:00Z"), 2**63 - 1))
def test_a_time_has_one_spelling_which_reads_back(time_ns):
    assert encodings.from_rfc3339(encodings.to_rfc3339(time_ns)) == time_ns


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00",
        "2026-11-23T08:00:00+00:00",
        "2026-11-23t08:00:00z",
        "2026-11-23T08:00:00.10Z",
        "2026-11-23T08:00:00.Z",
        "2026-11-23T08:00:00.1234567891Z",
        "2026-02-29T08:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T08:00:60Z",
        "0000-11-23T08:00:00Z",
        "٢٠٢٦-11-23T08:00:00Z",
        "2026-11-23T08:00:00Z\n",
    ],
)
def test_a_time_spelt_otherwise_is_refused(text):
    with pytest.raises(encodings.BadEncoding):
        encodings.from_rfc3339(text)


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed on this machine")
def test_the_go_libraries_write_the_committed_notes_and_history_again(tmp_path):
    subprocess.run(
        ["go", "run", ".", str(tmp_path), str(tmp_path)],
        cwd=ROOT / "tests" / "conformance" / "note",
        check=True,
        capture_output=True,
    )
    for name in ("note/notes.json", "history/history.json"):
        committed = (VECTORS.parent / name).read_bytes()
        assert (tmp_path / Path(name).name).read_bytes() == committed
