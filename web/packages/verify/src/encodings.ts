/** Text encodings read strictly: each value has exactly one spelling, every other is refused. */

export const MAX_INT64 = 2n ** 63n - 1n;
const BILLION = 1_000_000_000n;
const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{0,8}[1-9]))?Z$/;
const DECIMAL = /^(?:0|-?[1-9]\d{0,18})$/;
const HEX = /^(?:[0-9A-F]{2})*$/;

/** A text that is not the one spelling of any value. */
export class BadEncoding extends Error {}

const encoder = new TextEncoder();

/** UTF-8 of a well-formed text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** The text that bytes are in UTF-8, a byte order mark included; throws `BadEncoding`. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadEncoding("not UTF-8");
  }
}

/** Whether a text is Unicode: without half a surrogate pair. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** How many characters a text has, those beyond the basic plane counted once. */
export function characters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) > 0xffff) pairs += 1;
  }
  return text.length - pairs;
}

/** Bytes of standard, padded base64 (RFC 4648 section 4), one spelling only. */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new BadEncoding("not base64");
  }
  if (btoa(binary) !== text) throw new BadEncoding("not canonical base64");
  return Uint8Array.from(binary, (each) => each.charCodeAt(0));
}

/** Bytes of upper-case hexadecimal, as CometBFT's RPC spells hashes. */
export function fromHex(text: string): Uint8Array {
  if (!HEX.test(text)) throw new BadEncoding("not upper-case hexadecimal");
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A signed 64-bit integer spelt in decimal, without a leading zero or plus. */
export function fromDecimal(text: string): bigint {
  if (!DECIMAL.test(text)) throw new BadEncoding("not a decimal integer");
  const number = BigInt(text);
  if (BigInt.asIntN(64, number) !== number) throw new BadEncoding("beyond 64 bits");
  return number;
}

/** Nanoseconds since 1970 of an RFC 3339 time in UTC, years 1 to 9999, as Go's RFC3339Nano. */
export function fromRfc3339(text: string): bigint {
  const [, second = "", fraction = ""] = RFC3339.exec(text) ?? [];
  const moment = new Date(`${second}.000Z`);
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString() === `${second}.000Z`;
  if (!exists || second.startsWith("0000")) throw new BadEncoding("not an RFC 3339 time in UTC");
  return BigInt(moment.getTime() / 1000) * BILLION + BigInt(fraction.padEnd(9, "0"));
}

/** The RFC 3339 spelling in UTC of nanoseconds since 1970 (years 1 to 9999). */
export function toRfc3339(timeNs: bigint): string {
  const nanos = ((timeNs % BILLION) + BILLION) % BILLION;
  const second = new Date(Number((timeNs - nanos) / BILLION) * 1000).toISOString().slice(0, 19);
  const fraction = nanos.toString().padStart(9, "0").replace(/0+$/, "");
  return fraction ? `${second}.${fraction}Z` : `${second}Z`;
}
