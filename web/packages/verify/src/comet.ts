/**
 * Headers, votes and commits of CometBFT 0.38, encoded byte for byte as its Go module does.
 *
 * Both engines of the ledger write this shape (spec/vectors/commit). Times are nanoseconds since
 * 1970, powers CometBFT's voting power; an empty hash is one that CometBFT has not yet.
 */

import { equal, joined, NOTHING, sha256 } from "./bytes.ts";
import { signatureHolds } from "./ed25519.ts";
import { MAX_INT64, toHex, utf8 } from "./encodings.ts";
import { root as merkleRoot } from "./merkle.ts";

export const ADDRESS_BYTES = 20;
const FLAG_ABSENT = 1;
const FLAG_COMMIT = 2;
const FLAG_NIL = 3;
/** Go's zero time, 0001-01-01T00:00:00Z: the timestamp of an absent vote. */
const ZERO_TIME_NS = -62_135_596_800n * 1_000_000_000n;
/** `types.MaxTotalVotingPower`. */
const MAX_TOTAL_POWER = MAX_INT64 / 8n;
const BILLION = 1_000_000_000n;
const PRECOMMIT = 2n;

/** A block: the hash of its header, and of the parts it was cut into. */
export interface BlockId {
  hash: Uint8Array;
  parts: { total: number; hash: Uint8Array };
}

/** A block header, all fields, in CometBFT's order. */
export interface Header {
  blockVersion: bigint;
  appVersion: bigint;
  chainId: string;
  height: bigint;
  timeNs: bigint;
  lastBlockId: BlockId;
  lastCommitHash: Uint8Array;
  dataHash: Uint8Array;
  validatorsHash: Uint8Array;
  nextValidatorsHash: Uint8Array;
  consensusHash: Uint8Array;
  appHash: Uint8Array;
  lastResultsHash: Uint8Array;
  evidenceHash: Uint8Array;
  proposerAddress: Uint8Array;
}

/** A validator: its Ed25519 key (32 bytes) and its voting power. */
export interface Validator {
  publicKey: Uint8Array;
  power: bigint;
}

/** One validator's place in a commit: `flag` is 1 absent, 2 commit, 3 for no block. */
export interface CommitSig {
  flag: number;
  validatorAddress: Uint8Array;
  timeNs: bigint;
  signature: Uint8Array;
}

/** The precommits for one block, one place per validator in the order of the set. */
export interface Commit {
  height: bigint;
  round: number;
  blockId: BlockId;
  signatures: CommitSig[];
}

/** Who stands behind a header: the validators that signed it, in the order of the set. */
export interface Signers {
  validators: Validator[];
  power: bigint;
  totalPower: bigint;
}

/** A commit that does not prove its header: a slug, and the place at fault. */
export class CommitRefused extends Error {
  readonly reason: string;

  constructor(reason: string, index?: number) {
    super(index === undefined ? reason : `${reason} at ${index}`);
    this.reason = reason;
  }
}

function varint(number: bigint): Uint8Array {
  const out: number[] = [];
  let rest = number;
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...out, Number(rest));
}

/** Protobuf varint field; a zero is left out, a negative number is its 64-bit complement. */
function varintField(field: number, number: bigint): Uint8Array {
  if (number === 0n) return NOTHING;
  return joined(Uint8Array.of(field << 3), varint(BigInt.asUintN(64, number)));
}

function fixed64Field(field: number, number: bigint): Uint8Array {
  if (number === 0n) return NOTHING;
  const out = new DataView(new ArrayBuffer(9));
  out.setUint8(0, (field << 3) | 1);
  out.setBigInt64(1, number, true);
  return new Uint8Array(out.buffer);
}

/** Protobuf length-delimited field that is written even when empty. */
function messageField(field: number, content: Uint8Array): Uint8Array {
  return joined(Uint8Array.of((field << 3) | 2), varint(BigInt(content.length)), content);
}

const bytesField = (field: number, content: Uint8Array): Uint8Array =>
  content.length ? messageField(field, content) : NOTHING;

function timestamp(timeNs: bigint): Uint8Array {
  const nanos = ((timeNs % BILLION) + BILLION) % BILLION;
  return joined(varintField(1, (timeNs - nanos) / BILLION), varintField(2, nanos));
}

function blockIdBytes({ hash, parts }: BlockId): Uint8Array {
  const cut = joined(varintField(1, BigInt(parts.total)), bytesField(2, parts.hash));
  return joined(bytesField(1, hash), messageField(2, cut));
}

/** The hash of a header: the RFC 6962 root over its fourteen encoded fields. */
export function headerHash(header: Header): Uint8Array {
  return merkleRoot([
    joined(varintField(1, header.blockVersion), varintField(2, header.appVersion)),
    bytesField(1, utf8(header.chainId)),
    varintField(1, header.height),
    timestamp(header.timeNs),
    blockIdBytes(header.lastBlockId),
    ...[
      header.lastCommitHash,
      header.dataHash,
      header.validatorsHash,
      header.nextValidatorsHash,
      header.consensusHash,
      header.appHash,
      header.lastResultsHash,
      header.evidenceHash,
      header.proposerAddress,
    ].map((each) => bytesField(1, each)),
  ]);
}

/** The hash of a validator set in the given order (CometBFT: power falling, then address). */
export function validatorsHash(validators: Validator[]): Uint8Array {
  return merkleRoot(
    validators.map(({ publicKey, power }) =>
      joined(messageField(1, bytesField(1, publicKey)), varintField(2, power)),
    ),
  );
}

/** The deterministic bytes of a result without gas: a leaf under `last_results_hash`. */
export const resultBytes = (code: number, data: Uint8Array): Uint8Array =>
  joined(varintField(1, BigInt(code)), bytesField(2, data));

/** The bytes that a validator signs to precommit a block, or no block (null). */
export function voteSignBytes(
  chainId: string,
  height: bigint,
  round: number,
  blockId: BlockId | null,
  timeNs: bigint,
): Uint8Array {
  const message = joined(
    varintField(1, PRECOMMIT),
    fixed64Field(2, height),
    fixed64Field(3, BigInt(round)),
    blockId ? messageField(4, blockIdBytes(blockId)) : NOTHING,
    messageField(5, timestamp(timeNs)),
    bytesField(6, utf8(chainId)),
  );
  return joined(varint(BigInt(message.length)), message);
}

/** The total power of a set; a set that no chain may have is refused. */
function checkSet(validators: Validator[]): bigint {
  if (!validators.length) throw new CommitRefused("empty-set");
  const seen = new Set<string>();
  let total = 0n;
  for (const [index, { publicKey, power }] of validators.entries()) {
    if (power < 1n) throw new CommitRefused("bad-power", index);
    if (seen.has(toHex(publicKey))) throw new CommitRefused("duplicate-validator", index);
    seen.add(toHex(publicKey));
    total += power;
  }
  if (total > MAX_TOTAL_POWER) throw new CommitRefused("bad-power");
  return total;
}

/** Refuses a commit that speaks of another chain, height, set or header. */
function checkBinding(
  chain: string,
  validators: Validator[],
  header: Header,
  commit: Commit,
): void {
  if (header.chainId !== chain) throw new CommitRefused("wrong-chain");
  if (commit.height !== header.height) throw new CommitRefused("wrong-height");
  if (!equal(validatorsHash(validators), header.validatorsHash)) {
    throw new CommitRefused("wrong-validators");
  }
  if (!equal(commit.blockId.hash, headerHash(header))) throw new CommitRefused("wrong-header");
  if (commit.round < 0) throw new CommitRefused("bad-round");
  if (commit.signatures.length !== validators.length) throw new CommitRefused("signature-count");
}

/** Whether a place of the commit is a vote for the block; one that is not in order is refused. */
function voteCounts(
  chain: string,
  commit: Commit,
  index: number,
  place: CommitSig,
  validator: Validator,
): boolean {
  const { flag, validatorAddress, timeNs, signature } = place;
  if (flag === FLAG_ABSENT) {
    if (validatorAddress.length || signature.length || timeNs !== ZERO_TIME_NS) {
      throw new CommitRefused("absent-not-empty", index);
    }
    return false;
  }
  if (flag !== FLAG_COMMIT && flag !== FLAG_NIL) throw new CommitRefused("bad-flag", index);
  if (!equal(validatorAddress, sha256(validator.publicKey).subarray(0, ADDRESS_BYTES))) {
    throw new CommitRefused("wrong-address", index);
  }
  const voted = flag === FLAG_COMMIT ? commit.blockId : null;
  const signed = voteSignBytes(chain, commit.height, commit.round, voted, timeNs);
  if (!signatureHolds(validator.publicKey, signed, signature)) {
    throw new CommitRefused("bad-signature", index);
  }
  return flag === FLAG_COMMIT;
}

/**
 * Proves that more than two thirds of the power of `validators` signed `header`.
 *
 * Every signature present must be good, those for no block included, as CometBFT's `VerifyCommit`
 * asks. That the set itself is to be trusted is the caller's to know. Throws `CommitRefused`.
 */
export function verifyCommit(
  chain: string,
  validators: Validator[],
  header: Header,
  commit: Commit,
): Signers {
  const totalPower = checkSet(validators);
  checkBinding(chain, validators, header, commit);
  const signers = validators.filter((validator, index) => {
    const place = commit.signatures[index];
    return place !== undefined && voteCounts(chain, commit, index, place, validator);
  });
  const power = signers.reduce((total, each) => total + each.power, 0n);
  if (power * 3n <= totalPower * 2n) throw new CommitRefused("too-little-power");
  return { validators: signers, power, totalPower };
}
