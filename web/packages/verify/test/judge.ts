/**
 * Judges what a line of standard input asks and answers on a line of standard output, so that
 * another verifier can be compared with this one case by case. Bytes stand in base64.
 *
 *     {"bundle", "checkpoint"?, "keys"?, "countersigners_required"?, "validators"?}
 *     {"commit", "chain_id", "header", "validators"}     as in spec/vectors/commit
 *     {"signature", "public_key", "message"}
 *     {"json"}                                            is it strict JSON, and which
 *     {"note", "keys"}
 */

import { createInterface } from "node:readline";

import { CommitRefused, verifyCommit } from "../src/comet.ts";
import { readCommit, readHeader, readValidator } from "../src/comet-json.ts";
import { signatureHolds } from "../src/ed25519.ts";
import { fromBase64, toHex, utf8 } from "../src/encodings.ts";
import { Rejected, readKey, type Verified, verify } from "../src/index.ts";
import { NoteRefused, parseCheckpoint, parseNote, verifyNote } from "../src/note.ts";
import { type Json, load, Malformed } from "../src/strict-json.ts";
import { rootOf } from "./vectors.ts";

const MAX_BYTES = 1_048_576;
// biome-ignore lint/suspicious/noExplicitAny: a line of the protocol above
type Asked = any;

const bytes = (text: string | undefined) => (text === undefined ? undefined : fromBase64(text));
const strict = (value: unknown) => load(utf8(JSON.stringify(value)), MAX_BYTES);

/** What was found, in the words of Python's `Verified`. */
function plain(found: Verified): object {
  const { claim } = found;
  return {
    kind: claim.kind,
    key: "key" in claim ? claim.key : "",
    content: "content" in claim ? toHex(claim.content) : "",
    code: "code" in claim ? claim.code : 0,
    volume: "shown" in claim ? claim.shown.volume : null,
    chain: found.chain,
    height: `${found.height}`,
    sealed_height: `${found.sealedHeight}`,
    sealed_time: found.sealedTime,
    header_hash: toHex(found.headerHash),
    by: found.by,
    not_judged: found.notJudged,
    validators: found.validators,
    power: `${found.power}`,
    total_power: `${found.totalPower}`,
    history_size: `${found.historySize}`,
    signed_by: found.checkpointSignedBy.map(({ key, timeS }) => [key.name, timeS && `${timeS}`]),
    trusting: found.trusting,
  };
}

function judgeBundle(asked: Asked): object {
  const root = rootOf({
    checkpoint: bytes(asked.checkpoint),
    keys: asked.keys,
    countersignersRequired: asked.countersigners_required,
    validators: bytes(asked.validators),
  });
  return plain(verify(fromBase64(asked.bundle), root));
}

function judgeCommit(asked: Asked): object {
  const validators = asked.validators.map((each: unknown) => readValidator(strict(each), ""));
  const header = readHeader(strict(asked.header), "header");
  const commit = readCommit(strict(asked.commit), "commit");
  const { power, totalPower } = verifyCommit(asked.chain_id, validators, header, commit);
  return { power: `${power}`, total_power: `${totalPower}` };
}

function judgeNote(asked: Asked): object {
  const note = parseNote(fromBase64(asked.note));
  const signed = verifyNote(note, asked.keys.map(readKey)).map((each) => each.key.name);
  const { origin, size, root, extensions } = parseCheckpoint(note.text);
  return { signed, origin, size: `${size}`, root: toHex(root), extensions };
}

/** A value with its types told apart, as the other side writes it too. */
function written(value: Json): unknown {
  if (value instanceof Map) return [...value].map(([name, each]) => [name, written(each)]);
  if (Array.isArray(value)) return { list: value.map(written) };
  return typeof value === "string" ? Array.from(value, (each) => each.codePointAt(0)) : value;
}

function judged(asked: Asked): object {
  if ("bundle" in asked) return judgeBundle(asked);
  if ("commit" in asked) return judgeCommit(asked);
  if ("note" in asked) return judgeNote(asked);
  if ("json" in asked) return { value: written(load(fromBase64(asked.json), MAX_BYTES)) };
  const [key, message, signature] = [asked.public_key, asked.message, asked.signature];
  return { good: signatureHolds(fromBase64(key), fromBase64(message), fromBase64(signature)) };
}

/** A refusal by its code; whatever else is thrown is a fault of ours and ends the program. */
function refused(error: unknown): object {
  if (error instanceof Rejected) return { refused: error.code, fact: error.fact };
  if (error instanceof CommitRefused) return { refused: error.message };
  if (error instanceof NoteRefused) return { refused: error.reason };
  if (error instanceof Malformed) return { refused: error.message };
  throw error;
}

function answer(line: string): object {
  try {
    return judged(JSON.parse(line));
  } catch (error) {
    return refused(error);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`);
}
