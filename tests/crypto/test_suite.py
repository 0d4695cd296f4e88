"""The crypto suite: crafted keys and signatures, key ids, sealing."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.crypto import suite as suites
from mingzhang.crypto import worker_process
from mingzhang.verify.ed25519 import signature_holds
from tools import make_signature_vectors

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "spec" / "vectors" / "signature" / "ed25519.json"
CASES = json.loads(VECTORS.read_text())["cases"]
SUITE = suites.suite_named("ed25519-sha256-aes256gcm")
SEALING_KEY = bytes(range(32))


def parts(case):
    return tuple(bytes.fromhex(case[name]) for name in ("public_key", "message", "signature"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_judge_of_the_project_gives_libsodiums_verdict(case):
    public_key, message, signature = parts(case)
    assert SUITE.verify(public_key, message, signature) is case["verdict"]
    assert signature_holds(public_key, message, signature) is case["verdict"]
    assert worker_process.verdicts([(public_key, message, signature)]) == bytes([case["verdict"]])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_only_a_canonical_key_of_prime_order_is_registered(case):
    public_key, _, _ = parts(case)
    if case["registrable"]:
        SUITE.check_public_key(public_key)
    else:
        with pytest.raises(suites.UnsafeKey) as caught:
            SUITE.check_public_key(public_key)
        assert caught.value.reason == case["key_refused"]


def test_a_verdict_does_not_depend_on_the_signatures_beside_it():
    batch = [parts(case) for case in CASES]
    verdicts = bytes(case["verdict"] for case in CASES)
    assert worker_process.verdicts(batch) == verdicts
    assert worker_process.verdicts(batch[::-1]) == verdicts[::-1]


def test_the_generator_writes_the_committed_vectors_again(tmp_path, monkeypatch):
    monkeypatch.setattr(make_signature_vectors, "FOLDER", tmp_path)
    make_signature_vectors.main()
    assert (tmp_path / "ed25519.json").read_bytes() == VECTORS.read_bytes()


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_a_new_key_signs_verifies_and_the_key_may_be_registered(seed, message):
    signer = SUITE.signer(seed)
    SUITE.check_public_key(signer.public_key)
    signature = signer.sign(message)
    assert SUITE.verify(signer.public_key, message, signature)
    assert not SUITE.verify(signer.public_key, message + b"x", signature)


def test_new_keys_differ():
    assert SUITE.generate_key() != SUITE.generate_key()


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_private_key_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="32 bytes"):
        SUITE.signer(bytes(length))


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_sealed_document_opens_with_its_key_and_context(plaintext, context):
    sealed = SUITE.seal(SEALING_KEY, plaintext, context)
    assert SUITE.open(SEALING_KEY, sealed, context) == plaintext


@pytest.mark.parametrize(
    ("key", "sealed_at", "context"),
    [
        (bytes(32), None, b"record 1"),
        (SEALING_KEY, None, b"record 2"),
        (SEALING_KEY, 0, b"record 1"),
        (SEALING_KEY, 15, b"record 1"),
        (SEALING_KEY, -1, b"record 1"),
    ],
)
def test_a_changed_document_another_key_or_another_context_does_not_open(key, sealed_at, context):
    sealed = bytearray(SUITE.seal(SEALING_KEY, b"contract", b"record 1"))
    if sealed_at is not None:
        sealed[sealed_at] ^= 1
    with pytest.raises(suites.SealBroken):
        SUITE.open(key, bytes(sealed), context)


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_a_document_cut_short_does_not_open(length):
    sealed = SUITE.seal(SEALING_KEY, b"", b"")
    with pytest.raises(suites.SealBroken):
        SUITE.open(SEALING_KEY, sealed[:length], b"")


def test_sealing_twice_gives_different_bytes():
    assert SUITE.seal(SEALING_KEY, b"x", b"") != SUITE.seal(SEALING_KEY, b"x", b"")


def test_a_sealing_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        SUITE.seal(bytes(16), b"x", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        SUITE.open(bytes(16), bytes(28), b"")


def test_hashing_is_sha_256():
    # FIPS 180-4, the one-block example.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert SUITE.hash(b"abc").hex() == expected


@pytest.mark.parametrize("name", ["", "sm2-sm3-sm4gcm", "ED25519-SHA256-AES256GCM"])
def test_a_suite_that_this_release_does_not_have_is_refused(name):
    with pytest.raises(suites.UnknownSuite, match="ed25519-sha256-aes256gcm"):
        suites.suite_named(name)
