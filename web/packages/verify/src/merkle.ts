/**
 * Merkle trees over a list, RFC 6962 section 2.1 as CometBFT builds them, and proofs in them.
 *
 *     leaf hash = SHA-256(00 ‖ leaf), node = SHA-256(01 ‖ left ‖ right), empty list = SHA-256("")
 *
 * A path lists the siblings from the leaf upwards. Sizes and indices are integers ≥ 0.
 */

import { equal, NOTHING, sha256 } from "./bytes.ts";

export const MAX_PATH = 64;
export const HASH_BYTES = 32;
const EMPTY_ROOT = sha256(NOTHING);
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** A Merkle proof does not show what it claims. */
export class BadProof extends Error {}

const leafHash = (leaf: Uint8Array): Uint8Array => sha256(LEAF, leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);
const isOdd = (number: bigint): boolean => (number & 1n) === 1n;

/** The root over the leaves' bytes. */
export function root(leaves: Uint8Array[]): Uint8Array {
  let level = leaves.map(leafHash);
  while (level.length > 1) level = levelAbove(level);
  return level[0] ?? EMPTY_ROOT;
}

/** The hashes one level up; an odd last one rises as it is. */
function levelAbove(level: Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left = NOTHING, right] = level.slice(at, at + 2);
    above.push(right ? nodeHash(left, right) : left);
  }
  return above;
}

/** Checks that a leaf stands at `index` of the list with this root and size; throws `BadProof`. */
export function verifyInclusion(
  expected: Uint8Array,
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  path: Uint8Array[],
): void {
  if (index < 0n || index >= size) throw new BadProof(`index ${index} outside a list of ${size}`);
  expectHashes(path);
  let found = leafHash(leaf);
  let used = 0;
  for (let at = index, last = size - 1n; last > 0n; at >>= 1n, last >>= 1n) {
    if (!isOdd(at) && at >= last) continue;
    const sibling = path[used];
    if (!sibling) throw new BadProof("path too short");
    found = isOdd(at) ? nodeHash(sibling, found) : nodeHash(found, sibling);
    used += 1;
  }
  if (used !== path.length) throw new BadProof("path too long");
  if (!equal(found, expected)) throw new BadProof("the path leads to another root");
}

/** Checks that the list of `newer` leaves begins with that of `older`; throws `BadProof`. */
export function verifyConsistency(
  olderRoot: Uint8Array,
  older: bigint,
  newerRoot: Uint8Array,
  newer: bigint,
  proof: Uint8Array[],
): void {
  expectHashes(proof);
  if (older < 0n || older > newer) throw new BadProof(`sizes ${older} and ${newer}`);
  if (older === 0n || older === newer) {
    const same = equal(olderRoot, older === 0n ? EMPTY_ROOT : newerRoot);
    if (proof.length || !same) throw new BadProof("no proof and equal roots expected");
    return;
  }
  const [before, after] = rootsFromConsistency(olderRoot, older, newer, proof);
  if (!equal(before, olderRoot) || !equal(after, newerRoot)) {
    throw new BadProof("the proof leads to other roots");
  }
}

/** The older and the newer root that a proof leads to (RFC 9162, 2.1.4.2). */
function rootsFromConsistency(
  olderRoot: Uint8Array,
  older: bigint,
  newer: bigint,
  proof: Uint8Array[],
): [Uint8Array, Uint8Array] {
  let at = older - 1n;
  let last = newer - 1n;
  for (; isOdd(at); at >>= 1n) last >>= 1n;
  // The older list is one perfect subtree when `at` is 0; else the proof begins with its last.
  const [first, ...rest] = at ? proof : [olderRoot, ...proof];
  if (!first || !proof.length) throw new BadProof("proof too short");
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (!last) throw new BadProof("proof too long");
    if (isOdd(at) || at === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      for (; at && !isOdd(at); at >>= 1n) last >>= 1n;
    } else {
      after = nodeHash(after, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last) throw new BadProof("proof too short");
  return [before, after];
}

function expectHashes(hashes: Uint8Array[]): void {
  if (hashes.length > MAX_PATH + 1 || hashes.some((each) => each.length !== HASH_BYTES)) {
    throw new BadProof(`not a path of at most ${MAX_PATH + 1} hashes of ${HASH_BYTES} bytes`);
  }
}
