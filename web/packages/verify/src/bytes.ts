/** Bytes as values: comparing and joining them. */

import { sha256 as digest } from "@noble/hashes/sha2.js";

export const NOTHING = new Uint8Array(0);

export const sha256 = (...parts: Uint8Array[]): Uint8Array => digest(joined(...parts));

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, each) => total + each.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Negative where `one` stands before `other`, byte by byte; both are of one length. */
export function compared(one: Uint8Array, other: Uint8Array): number {
  for (const [at, byte] of one.entries()) {
    const difference = byte - (other[at] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** The unsigned integer that bytes are, most significant first. */
export function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
