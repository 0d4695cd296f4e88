"""Envelopes of commands: an ordinary JOSE library makes and reads them; all else is refused."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk
from jwcrypto import jws as jose

from mingzhang.crypto import jws
from mingzhang.crypto.suite import suite_named

SUITE = suite_named("ed25519-sha256-aes256gcm")
SIGNER = SUITE.signer(bytes(range(32)))
KID = SUITE.thumbprint(SIGNER.public_key)
PAYLOAD = b'{"chain":"mz-test","kind":"funds.allot/1"}'
HEADER = {"alg": "Ed25519", "kid": KID, "typ": jws.TYPE}


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(header, payload=PAYLOAD):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    signing_input = unpadded(raw) + b"." + unpadded(payload)
    return signing_input + b"." + unpadded(SIGNER.sign(signing_input))


def refused(data):
    with pytest.raises(jws.EnvelopeRefused) as caught:
        jws.split(data)
    return caught.value.reason


def jose_key():
    return jwk.JWK(
        kty="OKP",
        crv="Ed25519",
        x=unpadded(SIGNER.public_key).decode(),
        d=unpadded(bytes(range(32))).decode(),
    )


def test_a_token_signed_here_verifies_here():
    made = jws.sign(PAYLOAD, SIGNER, SUITE)
    envelope = jws.split(made)
    assert envelope.kid == KID
    assert envelope.payload == PAYLOAD
    assert envelope.algorithm == "Ed25519"
    assert SUITE.verify(SIGNER.public_key, envelope.signing_input, envelope.signature)


def test_an_ordinary_jose_library_verifies_a_token_of_ours():
    made = jws.sign(PAYLOAD, SIGNER, SUITE)
    received = jose.JWS()
    received.allowed_algs = ["EdDSA", "Ed25519"]
    received.deserialize(made.decode(), jose_key())
    assert received.payload == PAYLOAD
    assert json.loads(received.objects["protected"]) == HEADER


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_a_token_made_by_an_ordinary_jose_library_is_taken(algorithm):
    made = jose.JWS(PAYLOAD)
    made.allowed_algs = ["EdDSA", "Ed25519"]
    made.add_signature(jose_key(), None, json.dumps({**HEADER, "alg": algorithm}))
    envelope = jws.split(made.serialize(compact=True).encode())
    assert (envelope.algorithm, envelope.kid) == (algorithm, KID)
    assert envelope.payload == PAYLOAD
    assert SUITE.verify(SIGNER.public_key, envelope.signing_input, envelope.signature)


def test_the_key_id_is_the_thumbprint_that_a_jose_library_computes():
    assert jose_key().thumbprint() == KID


def test_the_thumbprint_is_that_of_the_published_example():
    # RFC 8037, appendix A.3.
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    public_key = base64.urlsafe_b64decode(x + "=")
    assert SUITE.thumbprint(public_key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({**HEADER, "alg": "none"}, "alg"),
        ({**HEADER, "alg": "HS256"}, "alg"),
        ({**HEADER, "alg": "ed25519"}, "alg"),
        ({**HEADER, "alg": "SM2"}, "alg"),
        ({**HEADER, "alg": ["EdDSA"]}, "header"),
        ({**HEADER, "alg": None}, "alg"),
        ({**HEADER, "kid": 7}, "kid"),
        ({**HEADER, "kid": KID + "\n"}, "kid"),
        ({**HEADER, "kid": KID[:-1]}, "kid"),
        ({**HEADER, "kid": KID[:-1] + "B"}, "kid"),
        ({**HEADER, "kid": KID + "="}, "kid"),
        ({**HEADER, "typ": "JWT"}, "typ"),
        ({**HEADER, "typ": jws.TYPE.upper()}, "typ"),
        ({"alg": "Ed25519", "kid": KID}, "header"),
        ({"alg": "Ed25519", "typ": jws.TYPE}, "header"),
        ({"kid": KID, "typ": jws.TYPE}, "header"),
        ({**HEADER, "jwk": "x"}, "header"),
        ({**HEADER, "crit": "b64"}, "header"),
        ({**HEADER, "b64": False}, "header"),
        ({**HEADER, "jwk": {"kty": "OKP"}}, "header"),
        (json.dumps(HEADER)[:-1].encode() + b',"alg":"none"}', "header"),
        (b'{"alg":"none","alg":"Ed25519","typ":"mz-command+jws"}', "header"),
        (b"", "header"),
        (b"null", "header"),
        (b'"text"', "header"),
        (b"[]", "header"),
        (b"{}", "header"),
        (b"{" * 300, "header"),
        (b"[" * 300, "header"),
        (b"\xff", "header"),
        (b"\xef\xbb\xbf" + json.dumps(HEADER).encode(), "header"),
        (json.dumps(HEADER).encode() + b"x", "header"),
        (json.dumps(HEADER).encode() + b" " * 512, "header"),
    ],
)
def test_a_header_out_of_form_is_refused(header, reason):
    assert refused(token(header)) == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "parts"),
        (b".", "parts"),
        (b"..", "header"),
        (token(HEADER) + b".", "parts"),
        (token(HEADER).replace(b".", b"..", 1), "parts"),
        (b"a" + token(HEADER), "header"),
        (token(HEADER) + b"\n", "base64url"),
        (token(HEADER) + b"==", "base64url"),
        (token(HEADER)[:-1] + b"/", "base64url"),
        (token(HEADER)[:-1], "base64url"),
        (token(HEADER)[:-2], "signature"),
        (token(HEADER)[:-4], "base64url"),
        (token(HEADER).rpartition(b".")[0] + b"." + unpadded(bytes(63)), "signature"),
        (token(HEADER).rpartition(b".")[0] + b".", "signature"),
        (token(HEADER).rpartition(b".")[0] + b"." + unpadded(bytes(65)), "signature"),
        ("令牌..".encode(), "base64url"),
        (b"\xff.\xff.\xff", "base64url"),
    ],
)
def test_a_token_out_of_form_is_refused(data, reason):
    assert refused(data) == reason


def test_a_token_beyond_64_kib_is_refused_by_reader_and_writer():
    assert len(jws.sign(b"x" * 48_900, SIGNER, SUITE)) <= jws.TOKEN_BYTES_MAX
    assert refused(b"a" * (jws.TOKEN_BYTES_MAX + 1)) == "too-large"
    with pytest.raises(jws.EnvelopeRefused) as caught:
        jws.sign(b"x" * 49_152, SIGNER, SUITE)
    assert caught.value.reason == "too-large"


@given(st.binary(max_size=70), st.integers(0, 255), st.integers(0, 100))
def test_every_payload_has_one_spelling(payload, replacement, at):
    made = bytearray(token(HEADER, payload))
    assert jws.split(bytes(made)).payload == payload
    place = made.index(b".") + 1 + at % max(1, len(unpadded(payload)))
    if made[place] in (replacement, ord(".")):
        return
    made[place] = replacement
    try:
        changed = jws.split(bytes(made))
    except jws.EnvelopeRefused:
        return
    assert changed.payload != payload


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_in_words_of_ours(data):
    assert refused(data) in ("parts", "base64url", "header")
