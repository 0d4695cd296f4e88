/**
 * Ed25519 as libsodium judges it, the one judge of every signature (spec/vectors/signature).
 *
 * Libraries disagree on crafted keys and signatures: `verify` of noble asks the equation with
 * cofactor, libsodium the one without. Hence only the curve is taken from noble. Libsodium's rule:
 * S < L; R and A not of small order; A < p in its one spelling; R is, byte for byte, S·B − h·A.
 */

import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

import { equal, joined, toInteger } from "./bytes.ts";

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const ORDER = Point.CURVE().n;

/** Whether a signature is good under a key; any other length of either is a bad signature. */
export function signatureHolds(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const key = point(publicKey);
  if (s >= ORDER || !key || key.isSmallOrder()) return false;
  const challenge = littleEndian(sha512(joined(r, publicKey, message))) % ORDER;
  const found = sumOfMultiples(s, Point.BASE, challenge, key.negate());
  return !found.isSmallOrder() && equal(found.toBytes(), r);
}

const littleEndian = (bytes: Uint8Array): bigint => toInteger(bytes.toReversed());

/** The point with this one spelling, or undefined: beyond the field, or off the curve. */
function point(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** a·A + b·B by one walk over the bits of both; all here is public, so no time is hidden. */
function sumOfMultiples(a: bigint, pointA: Point, b: bigint, pointB: Point): Point {
  const sum = pointA.add(pointB);
  let found = Point.ZERO;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    found = found.double();
    const [inA, inB] = [(a >> bit) & 1n, (b >> bit) & 1n];
    if (inA && inB) found = found.add(sum);
    else if (inA) found = found.add(pointA);
    else if (inB) found = found.add(pointB);
  }
  return found;
}
