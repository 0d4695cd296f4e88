"""Records in a map and the volumes below it: two ICS-23 proofs, chained (design section 5).

A volume is a map of its own; its root is the plain value of the main map's leaf
`kernel/volume/<name>`. What a record is proven by depends on where it lies, and the volume that a
key belongs to is for the caller to know: it follows from the month in the record's id.
"""

from dataclasses import dataclass

from mingzhang.verify.ics23 import verify_absence, verify_presence
from mingzhang.verify.merkle import BadProof

VOLUME_KEY = "kernel/volume/"


@dataclass(frozen=True, slots=True)
class MapProof:
    """Proof that the map holds a key or does not, both proofs as CommitmentProof bytes.

    In the main map: `proof` alone. In a volume: `volume_proof` shows `volume_root` in the main
    map, `proof` the key in that volume. Where there is no such volume yet, `volume_proof` shows
    that, and nothing else is given.
    """

    volume: str | None
    proof: bytes
    volume_root: bytes = b""
    volume_proof: bytes = b""


def verify_value(root: bytes, key: str, value: bytes | None, shown: MapProof) -> None:
    """Check that the map with this root holds `value` under `key`, or no such key for None.

    Raises `BadProof`.
    """
    if shown.volume is None:
        if shown.volume_root or shown.volume_proof:
            raise BadProof("a volume's proof for a key of the main map")
        _verify(root, key, value, shown.proof)
        return
    volume_key = VOLUME_KEY + shown.volume
    if value is None and not shown.volume_root:
        if shown.proof:
            raise BadProof("a proof in a volume that is not there")
        _verify(root, volume_key, None, shown.volume_proof)
        return
    _verify(root, volume_key, shown.volume_root, shown.volume_proof)
    _verify(shown.volume_root, key, value, shown.proof)


def _verify(root: bytes, key: str, value: bytes | None, proof: bytes) -> None:
    if value is None:
        verify_absence(root, key.encode(), proof)
    else:
        verify_presence(root, key.encode(), value, proof)
