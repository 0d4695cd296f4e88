/**
 * Proves what a bundle says, from a root.
 *
 *     claim ── map, results or block ──► header ──► commit of the validators that the root pins
 *                                           └─────► history ──► checkpoint that the root is
 *
 * Asked in the order of the reasons' table; the first reason is the answer.
 */

import { type Bundle, type Claim, type Inclusion, readBundle } from "./bundle.ts";
import { equal, sha256 } from "./bytes.ts";
import {
  CommitRefused,
  headerHash,
  resultBytes,
  type Signers,
  validatorsHash,
  verifyCommit,
} from "./comet.ts";
import { toRfc3339 } from "./encodings.ts";
import { BadProof, verifyInclusion, verifyConsistency as verifyListConsistency } from "./merkle.ts";
import { type Checkpoint, type SignedBy, sameCheckpoint } from "./note.ts";
import { type Code, Rejected } from "./reasons.ts";
import {
  type Head,
  headIn,
  judgeHead,
  keysOf,
  orRejected,
  type Trusting,
  type TrustRoot,
} from "./root.ts";
import { VOLUME_KEY, verifyValue } from "./volume.ts";

/** The earliest and latest of the world's zones: a ledger's date is block time in one of them. */
const MONTHS_APART_MS = [-12 * 3_600_000, 14 * 3_600_000];
const UUID7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What is proven, and by whom. */
export interface Verified {
  chain: string;
  claim: Claim;
  /** The block whose effect is proven: a record or an absence is as of its end. */
  height: bigint;
  /** Height, RFC 3339 time in UTC and hash of the header that the evidence is for. */
  sealedHeight: bigint;
  sealedTime: string;
  headerHash: Uint8Array;
  /** What of the root it was proven by. */
  by: ("validators" | "checkpoint")[];
  /** Evidence in the file for which the root has no measure. */
  notJudged: ("commit" | "history")[];
  /** Names of the institutions that signed the header, their power and that of all. */
  validators: string[];
  power: bigint;
  totalPower: bigint;
  /** Size of the head that the header was found under; 0 without one. */
  historySize: bigint;
  /** The header's place in it, from 0: how old the proof is; null without one. */
  historyIndex: bigint | null;
  checkpointSignedBy: SignedBy[];
  trusting: Trusting;
}

/** Proves what a bundle says; throws `Rejected` with a code of the reasons' table. */
export function verify(data: Uint8Array, root: TrustRoot): Verified {
  const bundle = readBundle(data);
  checkHeaders(bundle, root);
  const signers = judgeCommit(bundle, root);
  const head = judgeHistory(bundle, root);
  const by: Verified["by"] = [];
  const notJudged: Verified["notJudged"] = [];
  if (signers) by.push("validators");
  else if (bundle.commit) notJudged.push("commit");
  if (head) by.push("checkpoint");
  else if (bundle.history) notJudged.push("history");
  if (!by.length) throw new Rejected("no-evidence", notJudged.join(", ") || "-");
  return {
    chain: bundle.chain,
    claim: bundle.claim,
    height: judgeClaim(bundle),
    sealedHeight: bundle.sealed.height,
    sealedTime: toRfc3339(bundle.sealed.timeNs),
    headerHash: headerHash(bundle.sealed),
    by,
    notJudged,
    validators: namesOf(root, signers),
    power: signers?.power ?? 0n,
    totalPower: signers?.totalPower ?? 0n,
    historySize: head?.checkpoint.size ?? 0n,
    historyIndex: (head && bundle.history?.index) ?? null,
    checkpointSignedBy: head?.signedBy ?? [],
    trusting: root.trusting,
  };
}

/**
 * Proves that one institution's head extends another's; throws `Rejected`, `wrong-chain` or
 * `not-consistent`. `path` is the RFC 6962 consistency proof between the two sizes.
 */
export function verifyConsistency(older: Checkpoint, newer: Checkpoint, path: Uint8Array[]): void {
  if (older.origin !== newer.origin) {
    throw new Rejected("wrong-chain", `${newer.origin} ≠ ${older.origin}`);
  }
  const holds = () => verifyListConsistency(older.root, older.size, newer.root, newer.size, path);
  if (!proves(holds)) throw new Rejected("not-consistent");
}

/** Whether a proof shows what it claims. */
function proves(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof BadProof) return false;
    throw error;
  }
}

/** The pinned names of those who signed; the set is the pinned one, and each key in it once. */
function namesOf(root: TrustRoot, signers: Signers | null): string[] {
  const signed = signers?.validators ?? [];
  return root.validators
    .filter(([, { publicKey }]) => signed.some((each) => equal(each.publicKey, publicKey)))
    .map(([name]) => name);
}

function checkHeaders({ chain, sealed, earlier }: Bundle, root: TrustRoot): void {
  if (chain !== root.chain) throw new Rejected("wrong-chain", `${chain} ≠ ${root.chain}`);
  for (const header of earlier ? [sealed, earlier] : [sealed]) {
    if (header.chainId !== chain) throw new Rejected("wrong-chain", `${header.chainId} ≠ ${chain}`);
  }
  if (!earlier) return;
  if (sealed.height !== earlier.height + 1n) {
    throw new Rejected("headers-not-linked", `${earlier.height}, ${sealed.height}`);
  }
  if (!equal(sealed.lastBlockId.hash, headerHash(earlier))) {
    throw new Rejected("headers-not-linked", `${earlier.height}`);
  }
}

/** Who signed, or null when there is no commit or the root pins no validators. */
function judgeCommit(bundle: Bundle, root: TrustRoot): Signers | null {
  if (!bundle.commit || !root.validators.length) return null;
  const pinned = validatorsHash(root.validators.map(([, validator]) => validator));
  if (!equal(validatorsHash(bundle.validators), pinned)) throw new Rejected("wrong-validators");
  try {
    return verifyCommit(root.chain, bundle.validators, bundle.sealed, bundle.commit);
  } catch (error) {
    if (!(error instanceof CommitRefused)) throw error;
    if (error.reason === "too-little-power") throw new Rejected("too-little-power");
    throw new Rejected("commit-refused", error.message);
  }
}

/** The head that the header stands under, or null when file or root has none. */
function judgeHistory(bundle: Bundle, root: TrustRoot): Head | null {
  if (!bundle.history || !root.head) return null;
  const head = newestHead(bundle, root, root.head);
  const { size, root: expected } = head.checkpoint;
  if (bundle.history.size !== size) {
    throw new Rejected("wrong-history-size", `${bundle.history.size} ≠ ${size}`);
  }
  expectIncluded(expected, headerHash(bundle.sealed), bundle.history, "not-in-history");
  return head;
}

/** The bundle's head when it brings one: signed like the root, and extending it. */
function newestHead({ checkpoint, consistency }: Bundle, root: TrustRoot, pinned: Head): Head {
  if (!checkpoint.length) return pinned;
  const claimed = orRejected("checkpoint-malformed", "reason", () => headIn(checkpoint));
  if (sameCheckpoint(claimed, pinned.checkpoint)) return pinned;
  if (!keysOf(root.policy).length) throw new Rejected("checkpoint-unsigned-root");
  const newer = judgeHead(checkpoint, root.chain, root.policy, "checkpoint");
  if (newer.checkpoint.size < pinned.checkpoint.size) throw new Rejected("checkpoint-older");
  verifyConsistency(pinned.checkpoint, newer.checkpoint, consistency);
  return newer;
}

function expectIncluded(root: Uint8Array, leaf: Uint8Array, place: Inclusion, code: Code): void {
  const { index, size, path } = place;
  if (!proves(() => verifyInclusion(root, leaf, index, size, path))) throw new Rejected(code);
}

/** The height whose effect the claim shows. */
function judgeClaim({ claim, sealed, earlier }: Bundle): bigint {
  if (claim.kind === "record") {
    // The values there are roots of volumes, whose preimage is not a record but two nodes.
    if (claim.key.startsWith(VOLUME_KEY)) throw new Rejected("reserved-key", claim.key);
    const value = sha256(claim.salt, claim.content);
    const holds = proves(() => verifyValue(sealed.appHash, claim.key, value, claim.shown));
    if (!holds) throw new Rejected("not-in-map");
    return sealed.height - 1n;
  }
  if (claim.kind === "absence") {
    checkVolume(claim.key, claim.shown.volume);
    const holds = proves(() => verifyValue(sealed.appHash, claim.key, null, claim.shown));
    if (!holds) throw new Rejected("not-absent");
    return sealed.height - 1n;
  }
  const digest = sha256(claim.content);
  if (claim.kind === "receipt") {
    const leaf = resultBytes(claim.code, digest);
    expectIncluded(sealed.lastResultsHash, leaf, claim.inclusion, "not-in-results");
    return sealed.height - 1n;
  }
  const header = earlier ?? sealed;
  expectIncluded(header.dataHash, digest, claim.inclusion, "not-in-block");
  return header.height;
}

/** Refuses an absence that was looked for in another month than that of the record's id. */
function checkVolume(key: string, name: string | null): void {
  if (name === null) return;
  const [, high, low] = UUID7.exec(key.slice(key.lastIndexOf("/") + 1)) ?? [];
  const timeMs = Number.parseInt(`${high}${low}`, 16);
  if (!high || !monthsOf(timeMs).includes(name)) {
    throw new Rejected("wrong-volume", `${key}, ${name}`);
  }
}

/** The months, `YYYY-MM`, that a moment lies in somewhere in the world; none after year 9999. */
function monthsOf(timeMs: number): string[] {
  const moments = MONTHS_APART_MS.map((apart) => new Date(timeMs + apart).toISOString());
  return moments.some((each) => each.startsWith("+"))
    ? []
    : moments.map((each) => each.slice(0, 7));
}
