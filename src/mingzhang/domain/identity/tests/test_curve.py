"""Which keys may be registered, held to libsodium and to an independent JOSE library."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from mingzhang.domain.identity.curve import PRIME, base64url, fault_of, thumbprint

SIGN = 1 << 255
# The encodings that libsodium lists as of small order (ed25519_ref10.c), with either sign.
SMALL = (
    0,
    1,
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
    PRIME - 1,
)


def wire(number: int) -> bytes:
    return number.to_bytes(32, "little")


@pytest.mark.parametrize("y", SMALL)
@pytest.mark.parametrize("sign", [0, SIGN])
def test_small_order_is_refused_with_either_sign(y, sign):
    assert fault_of(wire(y | sign)) == "small_order"
    assert not crypto_core_ed25519_is_valid_point(wire(y | sign))


@pytest.mark.parametrize("y", [PRIME, PRIME + 1, PRIME + 3, SIGN - 1])
@pytest.mark.parametrize("sign", [0, SIGN])
def test_another_spelling_of_a_number_is_refused(y, sign):
    assert fault_of(wire(y | sign)) == "not_canonical"


@given(st.binary(min_size=32, max_size=32))
def test_a_real_key_is_accepted(seed):
    key = SigningKey(seed).verify_key.encode()
    assert fault_of(key) is None
    assert (
        thumbprint(key)
        == JWK(
            kty="OKP", crv="Ed25519", x=base64.urlsafe_b64encode(key).rstrip(b"=").decode()
        ).thumbprint()
    )


@given(st.binary(min_size=32, max_size=32))
def test_what_libsodium_takes_for_a_point_of_the_group_is_accepted(raw):
    if crypto_core_ed25519_is_valid_point(raw):
        assert fault_of(raw) is None


@given(st.binary(min_size=32, max_size=32))
def test_about_half_of_all_bytes_are_no_point_and_sign_nothing(raw):
    if fault_of(raw) == "not_on_curve":
        assert not crypto_core_ed25519_is_valid_point(raw)
        with pytest.raises(BadSignatureError):
            VerifyKey(raw).verify(b"m", bytes(64))


@given(st.binary(max_size=70))
def test_base64url_is_that_of_the_standard_library(data):
    assert base64url(data) == base64.urlsafe_b64encode(data).rstrip(b"=").decode()
