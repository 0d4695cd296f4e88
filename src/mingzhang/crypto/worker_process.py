"""The program of the signature process: reads batches, answers verdicts, ends with its parent.

Started by `worker.SignatureWorker`. A message is a pickle of
(ticket, ((public key, message, signature), ...)), from our own parent over a private pipe; the
answer is the ticket (8 bytes, big-endian) and one byte a signature, 1 for good.
"""

from collections.abc import Sequence
from multiprocessing.connection import Connection

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

_PUBLIC_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_TICKET_BYTES = 8


def verdicts(batch: Sequence[tuple[bytes, bytes, bytes]]) -> bytes:
    """Return one byte for each (public key, message, signature): 1 when libsodium accepts it."""
    out = bytearray(len(batch))
    for index, (public_key, message, signature) in enumerate(batch):
        if len(public_key) != _PUBLIC_KEY_BYTES or len(signature) != _SIGNATURE_BYTES:
            continue
        try:
            crypto_sign_open(signature + message, public_key)
        except BadSignatureError:
            continue
        out[index] = 1
    return bytes(out)


def main(batches_fd: str, answers_fd: str) -> None:
    """Answer batches until the parent closes its end or is gone."""
    batches = Connection(int(batches_fd), writable=False)
    answers = Connection(int(answers_fd), readable=False)
    while True:
        try:
            ticket, batch = batches.recv()
        except (EOFError, OSError):
            return
        try:
            answers.send_bytes(ticket.to_bytes(_TICKET_BYTES, "big") + verdicts(batch))
        except OSError:
            return
