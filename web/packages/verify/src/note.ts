/**
 * Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature (v1.0.0).
 *
 * The ledger's own key signs with type 0x01, another institution countersigns with type 0x04,
 * which states when.
 */

import { equal, joined, NOTHING, sha256, toInteger } from "./bytes.ts";
import { signatureHolds } from "./ed25519.ts";
import {
  BadEncoding,
  fromBase64,
  fromUtf8,
  isWellFormed,
  MAX_INT64,
  toHex,
  utf8,
} from "./encodings.ts";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
const MAX_NOTE_BYTES = 131_072;
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const ROOT_BYTES = 32;
const TIME_BYTES = 8;
const COSIGNATURE_BYTES = TIME_BYTES + 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note may not hold
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
/** What counts as a space is spelt out: languages differ in U+0085 and U+FEFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name may not hold
const NOT_IN_NAME = /[+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** A key that somebody trusts: a name, a type (`ED25519` or `COSIGNATURE`), 32 bytes. */
export interface VerifierKey {
  name: string;
  kind: number;
  publicKey: Uint8Array;
}

/** One signature line, not verified: whose it says it is, and the bytes. */
export interface NoteSignature {
  name: string;
  keyId: Uint8Array;
  signature: Uint8Array;
}

/** A text, ending in a newline, and its signature lines. */
export interface Note {
  text: string;
  signatures: NoteSignature[];
}

/** The head of a log: its origin, how many leaves, their RFC 6962 root (32 bytes). */
export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
  extensions: string[];
}

/** A key whose signature is good; `timeS` is a countersigner's stated time, seconds since 1970. */
export interface SignedBy {
  key: VerifierKey;
  timeS: bigint | null;
}

/** A note, checkpoint or key that is not in order: a slug, and the line or name at fault. */
export class NoteRefused extends Error {
  readonly reason: string;
  readonly where: string;

  constructor(reason: string, where = "") {
    super(where ? `${reason}: ${where}` : reason);
    this.reason = reason;
    this.where = where;
  }
}

/** Bytes of base64; another text refuses the note for `reason`. */
function decoded(text: string, reason: string, where: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof BadEncoding) throw new NoteRefused(reason, where);
    throw error;
  }
}

/** What stands before the first `mark` and after it; all and nothing where there is none. */
function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}

function checkName(name: string): void {
  if (!name || NOT_IN_NAME.test(name) || !isWellFormed(name)) {
    throw new NoteRefused("bad-key-name", name);
  }
}

/** The head of SHA-256(name ‖ newline ‖ type ‖ key): four bytes before each signature. */
export function keyId({ name, kind, publicKey }: VerifierKey): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(kind), publicKey).slice(0, KEY_ID_BYTES);
}

/** Reads a verifier key, `name+id+base64(type ‖ key)`, as printed beside a checkpoint. */
export function parseKey(text: string): VerifierKey {
  const [name, rest] = cut(text, "+");
  const [identity, material] = cut(rest, "+");
  checkName(name);
  const bytes = decoded(material, "bad-key", name);
  const key = { name, kind: bytes[0] ?? 0, publicKey: bytes.subarray(1) };
  const known = key.kind === ED25519 || key.kind === COSIGNATURE;
  if (key.publicKey.length !== KEY_BYTES || !known || toHex(keyId(key)) !== identity) {
    throw new NoteRefused("bad-key", name);
  }
  return key;
}

/** Reads a signed note; its signatures are not verified yet. */
export function parseNote(data: Uint8Array): Note {
  if (data.length > MAX_NOTE_BYTES) throw new NoteRefused("too-large");
  let content: string;
  try {
    content = fromUtf8(data);
  } catch {
    throw new NoteRefused("not-utf8");
  }
  if (CONTROL.test(content)) throw new NoteRefused("control-character");
  const at = content.lastIndexOf("\n\n");
  if (at < 1 || !content.slice(at + 2).endsWith("\n")) throw new NoteRefused("no-signature");
  const lines = content.slice(at + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new NoteRefused("too-many-signatures");
  return { text: content.slice(0, at + 1), signatures: lines.map(parseLine) };
}

function parseLine(line: string): NoteSignature {
  const [dash, rest] = cut(line, " ");
  const [name, material] = cut(rest, " ");
  if (dash !== "—") throw new NoteRefused("bad-signature-line", line);
  checkName(name);
  const bytes = decoded(material, "bad-signature-line", line);
  if (bytes.length <= KEY_ID_BYTES) throw new NoteRefused("bad-signature-line", line);
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/** Reads the text of a note as the head of a log. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.slice(0, -1).split("\n");
  const [origin = "", size = "", root = "", ...extensions] = lines;
  if (!text.endsWith("\n") || lines.length < 3 || lines.includes("")) {
    throw new NoteRefused("bad-checkpoint", text);
  }
  if (!SIZE.test(size)) throw new NoteRefused("bad-checkpoint", size);
  const bytes = decoded(root, "bad-checkpoint", root);
  if (bytes.length !== ROOT_BYTES) throw new NoteRefused("bad-checkpoint", root);
  return { origin, size: BigInt(size), root: bytes, extensions };
}

/** Whether two heads are one, extensions included. */
export function sameCheckpoint(one: Checkpoint, other: Checkpoint): boolean {
  return (
    one.origin === other.origin &&
    one.size === other.size &&
    equal(one.root, other.root) &&
    one.extensions.length === other.extensions.length &&
    one.extensions.every((each, at) => each === other.extensions[at])
  );
}

/** What a line of a known key proves; a bad one refuses the note. */
function judged(text: string, line: NoteSignature, key: VerifierKey): SignedBy {
  const stamped = key.kind === COSIGNATURE;
  const stamp = stamped ? line.signature.subarray(0, TIME_BYTES) : NOTHING;
  const timeS = toInteger(stamp);
  const head = stamped ? utf8(`cosignature/v1\ntime ${timeS}\n`) : NOTHING;
  const good =
    (!stamped || (line.signature.length === COSIGNATURE_BYTES && timeS <= MAX_INT64)) &&
    signatureHolds(key.publicKey, joined(head, utf8(text)), line.signature.subarray(stamp.length));
  if (!good) throw new NoteRefused("bad-signature", key.name);
  return { key, timeS: stamped ? timeS : null };
}

/**
 * Which of `keys` signed the note, each at most once, in the order of `keys`.
 *
 * Lines of unknown keys are ignored, as the standard asks; a line of a known key that does not
 * verify refuses the whole note. Whether those that signed are enough is the caller's policy.
 */
export function verifyNote(note: Note, keys: VerifierKey[]): SignedBy[] {
  const found = new Map<VerifierKey, SignedBy>();
  for (const line of note.signatures) {
    for (const key of keys) {
      if (line.name === key.name && equal(line.keyId, keyId(key))) {
        found.set(key, judged(note.text, line, key));
      }
    }
  }
  return keys.flatMap((key) => found.get(key) ?? []);
}
