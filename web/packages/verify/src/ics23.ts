/**
 * Proofs that a map holds a value under a key, or holds no such key: ICS-23, for one tree only
 * (spec/map.md). Stricter than the standard: one encoding per proof, only the operations of our
 * tree, the way up is that of the key's own bits, the key named in an absence is the key asked.
 */

import { compared, equal, joined, sha256 } from "./bytes.ts";
import { utf8 } from "./encodings.ts";
import { BadProof } from "./merkle.ts";

const LEAF_PREFIX = utf8("JMT::LeafNode");
const NODE_PREFIX = utf8("JMT::IntrnalNode");
/** Hash of a subtree without leaves; as a root, of a map that proves nothing. */
const EMPTY = utf8("SPARSE_MERKLE_PLACEHOLDER_HASH__");
const HASH_BYTES = 32;
const MAX_DEPTH = 256;
const MAX_PROOF_BYTES = 64 << 10;
const EXIST = 1;
const NONEXIST = 2;
const LENGTH_BYTES = 3;
/** hash, prehash_key, prehash_value = SHA256; length = NO_PREFIX (0, left out); prefix. */
const LEAF_OP = joined(Uint8Array.of(8, 1, 16, 1, 24, 1, 42, LEAF_PREFIX.length), LEAF_PREFIX);
/** An inner operation: prefix = node prefix ‖ left sibling, no suffix ... */
const RIGHT_CHILD = joined(Uint8Array.of(8, 1, 18, NODE_PREFIX.length + HASH_BYTES), NODE_PREFIX);
/** ... or prefix = node prefix, suffix = right sibling. */
const LEFT_CHILD = joined(
  Uint8Array.of(8, 1, 18, NODE_PREFIX.length),
  NODE_PREFIX,
  Uint8Array.of(26, HASH_BYTES),
);

/** One level of a way up: the bit (1: we are the right child) and the sibling's hash. */
interface Step {
  bit: number;
  sibling: Uint8Array;
}

/** A key, its value, and the way up from its leaf, the leaf's own level first. */
interface Existence {
  key: Uint8Array;
  value: Uint8Array;
  path: Step[];
}

/** Checks that the map with this root holds `value` under `key`; throws `BadProof`. */
export function verifyPresence(
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array,
  proof: Uint8Array,
): void {
  const found = decodeExistence(body(root, proof, EXIST));
  if (!equal(found.key, key)) throw new BadProof("the proof is for another key");
  if (!equal(found.value, value)) throw new BadProof("the proof is for another value");
  expectUnder(root, found);
}

/** Checks that the map with this root holds no leaf under `key`; throws `BadProof`. */
export function verifyAbsence(root: Uint8Array, key: Uint8Array, proof: Uint8Array): void {
  const fields = new Fields(body(root, proof, NONEXIST));
  const named = fields.take(1);
  const left = fields.isNext(2) ? decodeExistence(fields.take(2)) : undefined;
  const right = fields.isAtEnd() ? undefined : decodeExistence(fields.take(3));
  fields.expectEnd();
  if (!equal(named, key)) throw new BadProof("the proof is for another key");
  for (const [neighbour, side] of [
    [left, -1],
    [right, 1],
  ] as const) {
    if (!neighbour) continue;
    expectUnder(root, neighbour);
    if (Math.sign(compared(sha256(neighbour.key), sha256(key))) !== side) {
      throw new BadProof("a neighbour does not stand on its side of the key");
    }
  }
  expectNeighbours(left, right);
}

/** The one field of a CommitmentProof; the placeholder is no root, a huge proof none. */
function body(root: Uint8Array, proof: Uint8Array, field: number): Uint8Array {
  if (root.length !== HASH_BYTES) throw new BadProof(`a root of ${root.length} bytes`);
  if (equal(root, EMPTY)) throw new BadProof("an empty map proves nothing");
  if (proof.length > MAX_PROOF_BYTES) throw new BadProof(`a proof of ${proof.length} bytes`);
  const fields = new Fields(proof);
  const found = fields.take(field);
  fields.expectEnd();
  return found;
}

/** Length-delimited fields of a protobuf message, taken one after the other. */
class Fields {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  isAtEnd(): boolean {
    return this.#at === this.#data.length;
  }

  isNext(field: number): boolean {
    return this.#data[this.#at] === ((field << 3) | 2);
  }

  take(field: number): Uint8Array {
    if (!this.isNext(field)) throw new BadProof(`field ${field} expected at byte ${this.#at}`);
    this.#at += 1;
    const length = this.#length();
    if (this.#at + length > this.#data.length) throw new BadProof(`field ${field} is cut off`);
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  expectEnd(): void {
    if (!this.isAtEnd()) throw new BadProof("bytes after the end");
  }

  /** A length in its shortest form: seven bits a byte, least significant first. */
  #length(): number {
    let length = 0;
    for (let count = 0; count < LENGTH_BYTES; count += 1) {
      const byte = this.#data[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      length |= (byte & 0x7f) << (7 * count);
      if (byte & 0x80) continue;
      if (byte === 0 && count > 0) break;
      return length;
    }
    throw new BadProof(`no length in its shortest form before byte ${this.#at}`);
  }
}

function decodeExistence(data: Uint8Array): Existence {
  const fields = new Fields(data);
  const [key, value, leafOp] = [fields.take(1), fields.take(2), fields.take(3)];
  if (!key.length || !value.length) throw new BadProof("an empty key or value");
  if (!equal(leafOp, LEAF_OP)) throw new BadProof("not the leaf operation of our map");
  const path: Step[] = [];
  while (!fields.isAtEnd()) {
    if (path.length === MAX_DEPTH) throw new BadProof(`deeper than ${MAX_DEPTH}`);
    path.push(decodeStep(fields.take(4)));
  }
  return { key, value, path };
}

function decodeStep(innerOp: Uint8Array): Step {
  const head = innerOp.subarray(0, -HASH_BYTES);
  const sibling = innerOp.subarray(head.length);
  if (sibling.length === HASH_BYTES) {
    if (equal(head, RIGHT_CHILD)) return { bit: 1, sibling };
    if (equal(head, LEFT_CHILD)) return { bit: 0, sibling };
  }
  throw new BadProof("not an inner operation of our map");
}

/** Checks that a leaf's way up follows its own bits and ends at the root. */
function expectUnder(root: Uint8Array, { key, value, path }: Existence): void {
  const position = sha256(key);
  let hashed = sha256(LEAF_PREFIX, position, sha256(value));
  for (const [above, { bit, sibling }] of path.entries()) {
    const level = path.length - 1 - above;
    const turn = ((position[level >> 3] ?? 0) >> (7 - (level & 7))) & 1;
    if (turn !== bit) throw new BadProof("the way up is not that of the key");
    hashed = bit ? sha256(NODE_PREFIX, sibling, hashed) : sha256(NODE_PREFIX, hashed, sibling);
  }
  if (!equal(hashed, root)) throw new BadProof("the way up leads to another root");
}

/** Checks that no leaf stands between two leaves, or beyond one at the map's edge. */
function expectNeighbours(left: Existence | undefined, right: Existence | undefined): void {
  if (!left && !right) throw new BadProof("no neighbour named");
  let leftDown = left?.path.toReversed() ?? [];
  let rightDown = right?.path.toReversed() ?? [];
  if (left && right) {
    const parting = leftDown.findIndex((step, at) => !isSame(step, rightDown[at]));
    // Where the ways part both follow their own bits, and the left one stands before. One that
    // is wholly shared belongs to one leaf, which cannot stand on both sides.
    const shared = parting < 0 ? leftDown.length : parting;
    leftDown = leftDown.slice(shared + 1);
    rightDown = rightDown.slice(shared + 1);
  }
  if (leftDown.some(({ bit, sibling }) => bit === 0 && !equal(sibling, EMPTY))) {
    throw new BadProof("a leaf may stand after the left neighbour");
  }
  if (rightDown.some(({ bit, sibling }) => bit === 1 && !equal(sibling, EMPTY))) {
    throw new BadProof("a leaf may stand before the right neighbour");
  }
}

const isSame = (one: Step, other: Step | undefined): boolean =>
  other !== undefined && one.bit === other.bit && equal(one.sibling, other.sibling);
