"""What a token must pass before it counts as anything: the void checks of design section 5.

Order: size and envelope · key registered and valid · signature · payload envelope · chain ·
expires · spent · refusal quota. Nothing is written for a token that fails here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mingzhang.crypto.jws import Envelope, EnvelopeRefused, split
from mingzhang.kernel.calendar import MS_PER_HOUR
from mingzhang.kernel.context import Context
from mingzhang.kernel.house import RefusedByKey
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Gate
from mingzhang.kernel.refusals import (
    AlreadySpent,
    EnvelopeMalformed,
    Expired,
    RefusalQuota,
    SignatureWrong,
    Void,
    WrongChain,
)
from mingzhang.kernel.scan import Payload, read_payload

AHEAD_MS_MAX = 24 * MS_PER_HOUR
"""How far ahead of block time `expires` may lie."""
SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""From (public key, message, signature) to whether libsodium accepts it."""


@dataclass(slots=True)
class Token:
    """A command on its way: what is known of it so far."""

    wire: bytes
    envelope: Envelope | None = None
    payload: Payload | None = None
    void: Void | None = None
    public_key: bytes = b""
    """The key under which `signed` was found out."""
    signed: bool = False


def opened(wire: bytes) -> Token:
    """Return a token with its envelope taken apart, or void as `EnvelopeMalformed`."""
    token = Token(wire)
    try:
        token.envelope = split(wire)
    except EnvelopeRefused as refused:
        token.void = EnvelopeMalformed(reason=refused.reason)
    return token


def read(token: Token) -> Payload:
    """Return the payload, reading it once. Raises `PayloadMalformed`."""
    if token.payload is None:
        if token.envelope is None:
            raise EnvelopeMalformed(reason="no envelope")
        token.payload = read_payload(token.envelope.payload)
    return token.payload


def spent_key(kid: str, command_id: str) -> bytes:
    """Return the key under which the store keeps an identifier that a signing key has used."""
    return f"{command_id}|{kid}".encode()


def require_signed(
    token: Token, gate: Gate, ledger: Ledger, context: Context, signature_holds: SignatureCheck
) -> str:
    """Return the signer of a token: steps two and three. Raises a `Void` refusal."""
    if token.void is not None or token.envelope is None:
        raise token.void or SignatureWrong()
    envelope = token.envelope
    person, key = gate.public_key(envelope.kid, context, ledger)
    if token.public_key != key:
        token.public_key = key
        token.signed = signature_holds(key, envelope.signing_input, envelope.signature)
    if not token.signed:
        raise SignatureWrong
    return person


def require_timely(payload: Payload, context: Context) -> None:
    """Raise `WrongChain` or `Expired`, in this order."""
    if payload.chain != context.setting.chain:
        raise WrongChain(chain=payload.chain)
    if not context.time_ms < payload.expires <= context.time_ms + AHEAD_MS_MAX:
        raise Expired(expires_ms=payload.expires, now_ms=context.time_ms)


def require_unspent(
    payload: Payload, kid: str, context: Context, ledger: Ledger, *, spent: bool
) -> None:
    """Raise `AlreadySpent` or `RefusalQuota`, in this order."""
    if spent:
        raise AlreadySpent(id=payload.id)
    refused = ledger.find(RefusedByKey, kid)
    if refused is not None:
        now = context.time_ms // MS_PER_HOUR
        unexpired = sum(count for hour, count in refused.hours if hour >= now)
        if unexpired >= context.setting.refused_per_key:
            raise RefusalQuota(limit=context.setting.refused_per_key)
