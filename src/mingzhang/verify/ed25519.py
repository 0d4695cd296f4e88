"""Ed25519 as libsodium judges it: the one judge of every signature (design section 5).

Libraries disagree on crafted keys and signatures, so nothing here falls back to a second one.
"""

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is good under `public_key`.

    Args:
        public_key: 32 bytes; any other length is a bad signature, not an error.
        message: the signed bytes, of any length.
        signature: 64 bytes R ‖ S; any other length is a bad signature, not an error.

    """
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True
