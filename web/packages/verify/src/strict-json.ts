/**
 * JSON read strictly: bounded, one meaning per file, every field known and of its type.
 *
 * A verifier that reads more than its format says can be told two stories by one file. `JSON.parse`
 * keeps the last of two members of one name and rounds integers, so it cannot be used.
 */

import {
  BadEncoding,
  characters,
  fromBase64,
  fromDecimal,
  fromHex,
  fromRfc3339,
  fromUtf8,
  isWellFormed,
} from "./encodings.ts";

const MAX_DEPTH = 16;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a string
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const UNICODE = /[0-9a-fA-F]{4}/y;
const WORD = /true|false|null/y;

export type Json = null | boolean | number | string | Json[] | Map<string, Json>;

/** A file that is not in its format: a slug, and a path in it such as `claim.key`. */
export class Malformed extends Error {
  readonly reason: string;

  constructor(reason: string, where = "") {
    super(where ? `${reason}: ${where}` : reason);
    this.reason = reason;
  }
}

/** Reads one text from its beginning; `at` is the next character. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw new Malformed("not-json");
    return value;
  }

  #value(depth: number): Json {
    this.#take(SPACE);
    const value = this.#bare(depth);
    this.#take(SPACE);
    return value;
  }

  #bare(depth: number): Json {
    if (this.#next('"')) return this.#string();
    if (this.#next("{")) return this.#object(depth + 1);
    if (this.#next("[")) return this.#list(depth + 1);
    const word = this.#take(WORD);
    if (word) return word === "null" ? null : word === "true";
    return this.#number();
  }

  #object(depth: number): Map<string, Json> {
    if (depth > MAX_DEPTH) throw new Malformed("too-deep");
    const members = new Map<string, Json>();
    this.#take(SPACE);
    if (this.#next("}")) return members;
    do {
      this.#take(SPACE);
      this.#expect('"');
      const name = this.#string();
      this.#take(SPACE);
      this.#expect(":");
      const value = this.#value(depth);
      if (members.has(name)) throw new Malformed("duplicate-field", name);
      members.set(name, value);
    } while (this.#next(","));
    this.#expect("}");
    return members;
  }

  #list(depth: number): Json[] {
    if (depth > MAX_DEPTH) throw new Malformed("too-deep");
    const items: Json[] = [];
    this.#take(SPACE);
    if (this.#next("]")) return items;
    do items.push(this.#value(depth));
    while (this.#next(","));
    this.#expect("]");
    return items;
  }

  #string(): string {
    let out = this.#take(PLAIN);
    while (!this.#next('"')) {
      this.#expect("\\");
      out += this.#escape() + this.#take(PLAIN);
    }
    return out;
  }

  #escape(): string {
    if (this.#next("u")) {
      const digits = this.#take(UNICODE);
      if (!digits) throw new Malformed("not-json");
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES[this.#text.charAt(this.#at)];
    if (escaped === undefined) throw new Malformed("not-json");
    this.#at += 1;
    return escaped;
  }

  #number(): number {
    const text = this.#take(NUMBER);
    if (!text) throw new Malformed("not-json");
    const number = Number(text);
    if (/[.eE]/.test(text) || !Number.isSafeInteger(number)) {
      throw new Malformed("number", text.slice(0, 40));
    }
    return number + 0; // -0 is 0
  }

  #next(character: string): boolean {
    const found = this.#text.charAt(this.#at) === character;
    if (found) this.#at += 1;
    return found;
  }

  #expect(character: string): void {
    if (!this.#next(character)) throw new Malformed("not-json");
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

/** The value of a JSON file of at most `maxBytes`; throws `Malformed`. */
export function load(data: Uint8Array, maxBytes: number): Json {
  if (data.length > maxBytes) throw new Malformed("too-large");
  if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) {
    throw new Malformed("byte-order-mark");
  }
  let text: string;
  try {
    text = fromUtf8(data);
  } catch {
    throw new Malformed("not-utf8");
  }
  return new Reader(text).whole();
}

/** The members of one JSON object, all of them known, each taken by its type. */
export class Fields {
  readonly #members: Map<string, Json>;
  readonly #where: string;

  /**
   * Takes a value as an object with exactly these members; `where` is its path in the file.
   * Throws `Malformed`: `wrong-type`, `missing-field` or `unknown-field`.
   */
  constructor(value: Json, where: string, required: string[], optional: string[] = []) {
    if (!(value instanceof Map)) throw new Malformed("wrong-type", where);
    this.#members = value;
    this.#where = where;
    for (const name of required) {
      if (!value.has(name)) throw new Malformed("missing-field", this.path(name));
    }
    for (const name of value.keys()) {
      if (!required.includes(name) && !optional.includes(name)) {
        throw new Malformed("unknown-field", this.path(name));
      }
    }
  }

  path(name: string): string {
    return this.#where ? `${this.#where}.${name}` : name;
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  value(name: string): Json {
    return this.#members.get(name) ?? null;
  }

  /** A string of well-formed Unicode, not empty, of at most so many characters. */
  text(name: string, maxLength = 4096): string {
    const value = this.#string(name);
    if (!isWellFormed(value) || !value || characters(value) > maxLength) throw this.#bad(name);
    return value;
  }

  /** A JSON integer within bounds. */
  integer(name: string, minimum = 0, maximum = Number.MAX_SAFE_INTEGER): number {
    const value = this.value(name);
    if (typeof value !== "number") throw new Malformed("wrong-type", this.path(name));
    if (value < minimum || value > maximum) throw this.#bad(name);
    return value;
  }

  /** The elements of an array, each with its path. */
  items(name: string, maxLength: number): [Json, string][] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw new Malformed("wrong-type", this.path(name));
    if (value.length > maxLength) throw this.#bad(name);
    return value.map((each, at) => [each, `${this.path(name)}[${at}]`]);
  }

  /** The bytes of a member in base64, of one of `lengths` where given. */
  base64(name: string, lengths?: number[]): Uint8Array {
    return this.#sized(name, this.#decoded(name, fromBase64), lengths);
  }

  /** The bytes of a member in upper-case hexadecimal, of one of `lengths`. */
  hex(name: string, lengths: number[]): Uint8Array {
    return this.#sized(name, this.#decoded(name, fromHex), lengths);
  }

  /** A signed 64-bit integer that stands as a decimal string, at least `minimum`. */
  decimal(name: string, minimum: bigint): bigint {
    const number = this.#decoded(name, fromDecimal);
    if (number < minimum) throw this.#bad(name);
    return number;
  }

  /** Nanoseconds since 1970 of an RFC 3339 time in UTC. */
  timeNs(name: string): bigint {
    return this.#decoded(name, fromRfc3339);
  }

  #bad(name: string): Malformed {
    return new Malformed("bad-value", this.path(name));
  }

  #string(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string") throw new Malformed("wrong-type", this.path(name));
    return value;
  }

  #decoded<T>(name: string, decode: (text: string) => T): T {
    try {
      return decode(this.#string(name));
    } catch (error) {
      if (error instanceof BadEncoding) throw this.#bad(name);
      throw error;
    }
  }

  #sized(name: string, bytes: Uint8Array, lengths?: number[]): Uint8Array {
    if (lengths && !lengths.includes(bytes.length)) throw this.#bad(name);
    return bytes;
  }
}
