"""Checkpoints as signed notes, the format that independent witnesses of logs read.

Sources: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature v1.0.0. A checkpoint is
the head of `kernel/history`: origin (the chain's name), size, RFC 6962 root. The ledger's own key
signs it with type 0x01, another institution countersigns it with type 0x04, which states when.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mingzhang.verify.ed25519 import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, signature_holds
from mingzhang.verify.encodings import BadEncoding, from_base64, to_base64

ED25519 = 0x01
"""Signature type of the ledger's own key: Ed25519 over the note's text."""
COSIGNATURE = 0x04
"""Signature type of a countersigner: Ed25519 over time and text (cosignature/v1)."""

MAX_NOTE_BYTES = 131_072
MAX_SIGNATURES = 64
KEY_ID_BYTES = 4
ROOT_BYTES = 32
MAX_TIME_S = 2**63 - 1

_TIME_BYTES = 8
_HEAD_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that somebody trusts: a name, a type (`ED25519` or `COSIGNATURE`), 32 bytes."""

    name: str
    kind: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return key_id(self.name, self.kind, self.public_key)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, not yet verified: whose it says it is, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signature lines."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, how many leaves, their RFC 6962 root (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A key whose signature over the note is good; `time_s` is a countersigner's stated time."""

    key: VerifierKey
    time_s: int | None


class NoteRefused(Exception):
    """A note, checkpoint or verifier key that is not in order.

    `reason` is one of: `too-large`, `not-utf8`, `control-character`, `no-signature`,
    `too-many-signatures`, `bad-signature-line`, `bad-key-name`, `bad-key`, `bad-checkpoint`,
    `bad-signature`. `where` is the line or key name at fault.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason}: {where}" if where else reason)
        self.reason = reason
        self.where = where


def _check_name(name: str) -> None:
    if not name or "+" in name or any(each.isspace() or each < " " for each in name):
        raise NoteRefused("bad-key-name", name)


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Return the four-byte id of a key: the head of SHA-256(name ‖ newline ‖ type ‖ key)."""
    preimage = name.encode() + b"\n" + bytes([kind]) + public_key
    return hashlib.sha256(preimage).digest()[:KEY_ID_BYTES]


def parse_key(text: str) -> VerifierKey:
    """Read a verifier key, `name+id+base64(type ‖ key)`, as printed beside a checkpoint.

    Raises:
        NoteRefused: `bad-key` when it is malformed, of another type, or its id is not its own.

    """
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    _check_name(name)
    try:
        decoded = from_base64(material)
    except BadEncoding as error:
        raise NoteRefused("bad-key", name) from error
    if len(decoded) != 1 + PUBLIC_KEY_BYTES or decoded[0] not in (ED25519, COSIGNATURE):
        raise NoteRefused("bad-key", name)
    key = VerifierKey(name, decoded[0], decoded[1:])
    if not _KEY_ID.fullmatch(identity) or bytes.fromhex(identity) != key.key_id:
        raise NoteRefused("bad-key", name)
    return key


def format_key(key: VerifierKey) -> str:
    """Return a verifier key as text, `name+id+base64(type ‖ key)`."""
    _check_name(key.name)
    return f"{key.name}+{key.key_id.hex()}+{to_base64(bytes([key.kind]) + key.public_key)}"


def parse_note(data: bytes) -> Note:
    """Read a signed note; its signatures are not verified yet.

    Raises:
        NoteRefused: with the reason and the line at fault.

    """
    if len(data) > MAX_NOTE_BYTES:
        raise NoteRefused("too-large")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteRefused("not-utf8") from error
    if any(each < " " and each != "\n" for each in content):
        raise NoteRefused("control-character")
    text, separator, tail = content.rpartition("\n\n")
    if not separator or not text or not tail.endswith("\n"):
        raise NoteRefused("no-signature")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused("too-many-signatures")
    return Note(text + "\n", tuple(_parse_line(line) for line in lines))


def _parse_line(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, material = rest.partition(" ")
    if dash != "—":
        raise NoteRefused("bad-signature-line", line)
    _check_name(name)
    try:
        decoded = from_base64(material)
    except BadEncoding as error:
        raise NoteRefused("bad-signature-line", line) from error
    if len(decoded) <= KEY_ID_BYTES:
        raise NoteRefused("bad-signature-line", line)
    return NoteSignature(name, decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:])


def format_note(note: Note) -> bytes:
    """Return the bytes of a signed note; what `parse_note` would refuse is refused here too."""
    lines = "".join(
        f"— {each.name} {to_base64(each.key_id + each.signature)}\n" for each in note.signatures
    )
    data = f"{note.text}\n{lines}".encode()
    if parse_note(data) != note:
        raise NoteRefused("bad-signature-line")
    return data


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as the head of a log.

    Raises:
        NoteRefused: `bad-checkpoint`.

    """
    if not text.endswith("\n"):
        raise NoteRefused("bad-checkpoint", text)
    lines = text[:-1].split("\n")
    if len(lines) < _HEAD_LINES or not all(lines):
        raise NoteRefused("bad-checkpoint", text)
    origin, size, root_text, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise NoteRefused("bad-checkpoint", size)
    try:
        root = from_base64(root_text)
    except BadEncoding as error:
        raise NoteRefused("bad-checkpoint", root_text) from error
    if len(root) != ROOT_BYTES:
        raise NoteRefused("bad-checkpoint", root_text)
    return Checkpoint(origin, int(size), root, tuple(extensions))


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text that is signed; what `parse_checkpoint` would refuse is refused here too."""
    lines = [checkpoint.origin, str(checkpoint.size), to_base64(checkpoint.root)]
    text = "\n".join([*lines, *checkpoint.extensions]) + "\n"
    if parse_checkpoint(text) != checkpoint:
        raise NoteRefused("bad-checkpoint", text)
    return text


def cosigned_bytes(text: str, time_s: int) -> bytes:
    """Return what a countersigner signs: header line, time in seconds since 1970, the text."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def sign(
    text: str, name: str, public_key: bytes, signer: Callable[[bytes], bytes]
) -> NoteSignature:
    """Sign a note's text with the ledger's own key.

    Args:
        text: the note's text, ending in a newline.
        name: the key's name; for a checkpoint it equals the origin.
        public_key: 32 bytes.
        signer: returns the 64-byte Ed25519 signature over the bytes it is given.

    """
    return NoteSignature(name, key_id(name, ED25519, public_key), signer(text.encode()))


def countersign(
    text: str, name: str, public_key: bytes, time_s: int, signer: Callable[[bytes], bytes]
) -> NoteSignature:
    """Countersign a checkpoint: that, as of `time_s`, it is the head this witness has seen."""
    if not 0 <= time_s <= MAX_TIME_S:
        raise NoteRefused("bad-signature", name)
    stamp = time_s.to_bytes(_TIME_BYTES, "big")
    signature = signer(cosigned_bytes(text, time_s))
    return NoteSignature(name, key_id(name, COSIGNATURE, public_key), stamp + signature)


def _judge(text: str, line: NoteSignature, key: VerifierKey) -> SignedBy:
    """Return what a line of a known key proves, or refuse the note for it."""
    if key.kind == ED25519:
        if signature_holds(key.public_key, text.encode(), line.signature):
            return SignedBy(key, None)
        raise NoteRefused("bad-signature", key.name)
    if len(line.signature) != _TIME_BYTES + SIGNATURE_BYTES:
        raise NoteRefused("bad-signature", key.name)
    time_s = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    signed = cosigned_bytes(text, time_s)
    if time_s > MAX_TIME_S or not signature_holds(
        key.public_key, signed, line.signature[_TIME_BYTES:]
    ):
        raise NoteRefused("bad-signature", key.name)
    return SignedBy(key, time_s)


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> tuple[SignedBy, ...]:
    """Return which of `keys` signed the note, each at most once, in the order of `keys`.

    Lines of unknown keys are ignored, as the standard asks: they are how a note gains
    countersignatures. A line of a known key that does not verify refuses the whole note. Whether
    those that signed are enough is the caller's policy.

    Raises:
        NoteRefused: `bad-signature`, naming the key.

    """
    found: dict[VerifierKey, SignedBy] = {}
    for line in note.signatures:
        for key in keys:
            if line.name == key.name and line.key_id == key.key_id:
                found[key] = _judge(note.text, line, key)
    return tuple(found[key] for key in keys if key in found)
