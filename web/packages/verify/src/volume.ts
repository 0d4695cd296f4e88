/** Records in a map and the volumes below it: two ICS-23 proofs, chained (spec/map.md). */

import { utf8 } from "./encodings.ts";
import { verifyAbsence, verifyPresence } from "./ics23.ts";
import { BadProof } from "./merkle.ts";

export const VOLUME_KEY = "kernel/volume/";

/**
 * Proof that the map holds a key or does not. In the main map: `proof` alone. In a volume:
 * `volumeProof` shows `volumeRoot` in the main map, `proof` the key in that volume. Where there is
 * no such volume yet, `volumeProof` shows that, and `inner` is not there.
 */
export type MapProof =
  | { volume: null; proof: Uint8Array }
  | {
      volume: string;
      volumeProof: Uint8Array;
      inner: { root: Uint8Array; proof: Uint8Array } | null;
    };

/** Checks that the map with this root holds `value` under `key`, or no such key for null. */
export function verifyValue(
  root: Uint8Array,
  key: string,
  value: Uint8Array | null,
  shown: MapProof,
): void {
  if (shown.volume === null) {
    verifyLeaf(root, key, value, shown.proof);
    return;
  }
  if (value && !shown.inner) throw new BadProof("a value in a volume that is not there");
  verifyLeaf(root, VOLUME_KEY + shown.volume, shown.inner?.root ?? null, shown.volumeProof);
  if (shown.inner) verifyLeaf(shown.inner.root, key, value, shown.inner.proof);
}

function verifyLeaf(
  root: Uint8Array,
  key: string,
  value: Uint8Array | null,
  proof: Uint8Array,
): void {
  if (value === null) verifyAbsence(root, utf8(key), proof);
  else verifyPresence(root, utf8(key), value, proof);
}
