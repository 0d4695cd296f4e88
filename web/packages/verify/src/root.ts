/**
 * What a verifier trusts before it looks at a proof: a checkpoint, or the validators' keys.
 *
 * A root that came from the server it checks proves only that the server agrees with itself, so
 * each root says where it came from.
 */

import type { Validator } from "./comet.ts";
import { MAX_VALIDATORS, readNamedValidator } from "./comet-json.ts";
import { toHex } from "./encodings.ts";
import {
  type Checkpoint,
  COSIGNATURE,
  ED25519,
  NoteRefused,
  parseCheckpoint,
  parseKey,
  parseNote,
  type SignedBy,
  type VerifierKey,
  verifyNote,
} from "./note.ts";
import { type Code, Rejected } from "./reasons.ts";
import { Fields, load, Malformed } from "./strict-json.ts";

const VALIDATORS_FORMAT = "mingzhang.validators/1";
const MAX_ROOT_BYTES = 262_144;
const MAX_KEYS = 16;
/** What is dropped around a key that was pasted; spelt out, languages differ in `trim`. */
const AROUND_KEY =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: separators that Python strips
  /^[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/**
 * Where a root came from: another address than the server's that is checked; a file or an address
 * of which only the verifier knows; that server, or the bundle itself.
 */
export type Trusting = "independent" | "as given" | "the same server";

/** Whose signatures a head must bear: all origin keys, and so many of the countersigners. */
export interface Policy {
  originKeys: VerifierKey[];
  countersigners: VerifierKey[];
  countersignersRequired: number;
}

/** A checkpoint, and which of the policy's keys have signed it. */
export interface Head {
  checkpoint: Checkpoint;
  signedBy: SignedBy[];
}

/** What a verifier trusts. At least one of `head` and `validators` is there. */
export interface TrustRoot {
  readonly chain: string;
  readonly head: Head | null;
  readonly policy: Policy;
  /** Name and key of each institution, in the order that the set's hash covers. */
  readonly validators: readonly (readonly [string, Validator])[];
  readonly trusting: Trusting;
}

/** All keys that a policy names. */
export const keysOf = (policy: Policy): VerifierKey[] => [
  ...policy.originKeys,
  ...policy.countersigners,
];

/** The policy that a list of keys means; all countersigners are asked where no number is given. */
function policyOf(chain: string, keys: VerifierKey[], required?: number): Policy {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const other = seen.get(toHex(key.publicKey));
    // A "countersigner" that is the ledger's own key witnesses nothing.
    if (other !== undefined) throw new Rejected("root-bad-key", `${key.name} = ${other}`);
    if (key.kind === ED25519 && key.name !== chain) {
      throw new Rejected("root-bad-key", `${key.name} ≠ ${chain}`);
    }
    seen.set(toHex(key.publicKey), key.name);
  }
  const countersigners = keys.filter((key) => key.kind === COSIGNATURE);
  const countersignersRequired = required ?? countersigners.length;
  const possible =
    Number.isInteger(countersignersRequired) &&
    countersignersRequired >= 0 &&
    countersignersRequired <= countersigners.length;
  if (keys.length > MAX_KEYS || !possible) {
    throw new Rejected("root-bad-key", `${countersignersRequired} / ${countersigners.length}`);
  }
  const originKeys = keys.filter((key) => key.kind === ED25519);
  return { originKeys, countersigners, countersignersRequired };
}

/** Runs `read`; a note that is refused is rejected for `code`. */
export function orRejected<T>(code: Code, fact: "reason" | "where", read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NoteRefused) throw new Rejected(code, error[fact]);
    throw error;
  }
}

/** The head of a log that a signed note is, unverified; throws `NoteRefused`. */
export const headIn = (data: Uint8Array): Checkpoint => parseCheckpoint(parseNote(data).text);

/** Reads a checkpoint and holds it to a policy; `prefix` begins the codes it is rejected with. */
export function judgeHead(
  data: Uint8Array,
  chain: string,
  policy: Policy,
  prefix: "root" | "checkpoint",
): Head {
  const note = orRejected(`${prefix}-malformed`, "reason", () => parseNote(data));
  const checkpoint = orRejected(`${prefix}-malformed`, "reason", () => parseCheckpoint(note.text));
  if (checkpoint.origin !== chain) {
    const code = prefix === "root" ? "wrong-chain" : "checkpoint-wrong-origin";
    throw new Rejected(code, `${checkpoint.origin} ≠ ${chain}`);
  }
  const keys = keysOf(policy);
  const signedBy = orRejected(`${prefix}-bad-signature`, "where", () => verifyNote(note, keys));
  const signers = signedBy.map((each) => each.key);
  const missing = policy.originKeys.find((key) => !signers.includes(key));
  if (missing) throw new Rejected(`${prefix}-not-signed`, missing.name);
  const count = policy.countersigners.filter((key) => signers.includes(key)).length;
  if (count < policy.countersignersRequired) {
    throw new Rejected(
      `${prefix}-not-countersigned`,
      `${count} < ${policy.countersignersRequired}`,
    );
  }
  return { checkpoint, signedBy };
}

/** Reads a verifier key as people pass it on; throws `Rejected`, `root-bad-key`. */
export const readKey = (text: string): VerifierKey =>
  orRejected("root-bad-key", "where", () => parseKey(text.replace(AROUND_KEY, "")));

/** Reads what a checkpoint says, whoever signed it; throws `Rejected`, `root-malformed`. */
export const readCheckpoint = (note: Uint8Array): Checkpoint =>
  orRejected("root-malformed", "reason", () => headIn(note));

/**
 * The root that a checkpoint is.
 *
 * `keys` are verifier keys, `name+id+base64`, that must have signed it, and any newer head of a
 * bundle as well: the ledger's own and countersigners', at most 16; without keys the checkpoint is
 * trusted as it was found (print, gazette) and a newer one cannot be judged.
 * `countersignersRequired`: how many of the countersigners; all where not given.
 * Throws `Rejected` with a code that begins with `root-`.
 */
export function checkpointRoot(
  note: Uint8Array,
  keys: string[],
  options: { countersignersRequired?: number; trusting?: Trusting } = {},
): TrustRoot {
  const read = keys.map(readKey);
  const chain = readCheckpoint(note).origin;
  const policy = policyOf(chain, read, options.countersignersRequired);
  const head = judgeHead(note, chain, policy, "root");
  return { chain, head, policy, validators: [], trusting: options.trusting ?? "independent" };
}

/**
 * The root that a list of validators is (`mingzhang.validators/1`, spec/bundle.md).
 *
 * Throws `Rejected`, `root-malformed`.
 */
export function validatorsRoot(json: Uint8Array, options: { trusting?: Trusting } = {}): TrustRoot {
  try {
    const fields = new Fields(load(json, MAX_ROOT_BYTES), "", ["format", "chain", "validators"]);
    if (fields.text("format") !== VALIDATORS_FORMAT) throw new Malformed("bad-value", "format");
    const items = fields.items("validators", MAX_VALIDATORS);
    const validators = items.map(([each, where]) => readNamedValidator(each, where));
    const chain = fields.text("chain");
    if (!validators.length) throw new Malformed("bad-value", "validators");
    const policy = policyOf(chain, []);
    return { chain, head: null, policy, validators, trusting: options.trusting ?? "independent" };
  } catch (error) {
    if (error instanceof Malformed) throw new Rejected("root-malformed", error.message);
    throw error;
  }
}

/**
 * A root that asks for the validators' commit and the history, where both are given.
 *
 * Throws `Rejected`, `wrong-chain`, when the two are of different ledgers.
 */
export function both(checkpoint: TrustRoot, validators: TrustRoot): TrustRoot {
  if (checkpoint.chain !== validators.chain) {
    throw new Rejected("wrong-chain", `${validators.chain} ≠ ${checkpoint.chain}`);
  }
  const same = checkpoint.trusting === "the same server";
  const trusting = same ? checkpoint.trusting : validators.trusting;
  return { ...checkpoint, validators: validators.validators, trusting };
}
