import { toHex } from "./hex.ts";

/** An id for something new that nobody types: a letter, and what no other thing is called. */
export function newId(prefix: string): string {
  return `${prefix}-${toHex(crypto.getRandomValues(new Uint8Array(6)))}`;
}
