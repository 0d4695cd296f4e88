/** Headers, commits and validators in the JSON of CometBFT's RPC, read strictly. */

import { NOTHING } from "./bytes.ts";
import {
  ADDRESS_BYTES,
  type BlockId,
  type Commit,
  type CommitSig,
  type Header,
  type Validator,
} from "./comet.ts";
import { HASH_BYTES } from "./merkle.ts";
import { Fields, type Json, Malformed } from "./strict-json.ts";

/** More than any jurisdiction has institutions; bounds the signatures that one file asks for. */
export const MAX_VALIDATORS = 500;
const KEY_TYPE = "tendermint/PubKeyEd25519";
const HASH = [HASH_BYTES];
const HASH_OR_NONE = [0, HASH_BYTES];
const MAX_CHAIN_ID = 50;
const INT32_MAX = 2 ** 31 - 1;
const HEADER_MEMBERS = [
  "version",
  "chain_id",
  "height",
  "time",
  "last_block_id",
  "last_commit_hash",
  "data_hash",
  "validators_hash",
  "next_validators_hash",
  "consensus_hash",
  "app_hash",
  "last_results_hash",
  "evidence_hash",
  "proposer_address",
];

function readBlockId(value: Json, where: string): BlockId {
  const fields = new Fields(value, where, ["hash", "parts"]);
  const parts = new Fields(fields.value("parts"), fields.path("parts"), ["total", "hash"]);
  return {
    hash: fields.hex("hash", HASH_OR_NONE),
    parts: { total: parts.integer("total", 0, INT32_MAX), hash: parts.hex("hash", HASH_OR_NONE) },
  };
}

export function readHeader(value: Json, where: string): Header {
  const fields = new Fields(value, where, HEADER_MEMBERS);
  const version = new Fields(fields.value("version"), fields.path("version"), ["block"], ["app"]);
  return {
    blockVersion: version.decimal("block", 0n),
    appVersion: version.has("app") ? version.decimal("app", 0n) : 0n,
    chainId: fields.text("chain_id", MAX_CHAIN_ID),
    height: fields.decimal("height", 1n),
    timeNs: fields.timeNs("time"),
    lastBlockId: readBlockId(fields.value("last_block_id"), fields.path("last_block_id")),
    lastCommitHash: fields.hex("last_commit_hash", HASH_OR_NONE),
    dataHash: fields.hex("data_hash", HASH_OR_NONE),
    validatorsHash: fields.hex("validators_hash", HASH),
    nextValidatorsHash: fields.hex("next_validators_hash", HASH),
    consensusHash: fields.hex("consensus_hash", HASH),
    appHash: fields.hex("app_hash", HASH_OR_NONE),
    lastResultsHash: fields.hex("last_results_hash", HASH_OR_NONE),
    evidenceHash: fields.hex("evidence_hash", HASH_OR_NONE),
    proposerAddress: fields.hex("proposer_address", [ADDRESS_BYTES]),
  };
}

/** Reads a commit; whether it proves anything is for `verifyCommit` to say. */
export function readCommit(value: Json, where: string): Commit {
  const fields = new Fields(value, where, ["height", "round", "block_id", "signatures"]);
  return {
    height: fields.decimal("height", 1n),
    round: fields.integer("round", -INT32_MAX, INT32_MAX),
    blockId: readBlockId(fields.value("block_id"), fields.path("block_id")),
    signatures: fields.items("signatures", MAX_VALIDATORS).map(([each, at]) => readPlace(each, at)),
  };
}

function readPlace(value: Json, where: string): CommitSig {
  const members = ["block_id_flag", "validator_address", "timestamp", "signature"];
  const fields = new Fields(value, where, members);
  // Go writes the missing signature of an absent vote as null.
  const missing = fields.value("signature") === null;
  return {
    flag: fields.integer("block_id_flag", 0, 255),
    validatorAddress: fields.hex("validator_address", [0, ADDRESS_BYTES]),
    timeNs: fields.timeNs("timestamp"),
    signature: missing ? NOTHING : fields.base64("signature", [0, 63, 64, 65]),
  };
}

/** Reads a validator: key and voting power. */
export function readValidator(value: Json, where: string): Validator {
  return validatorOf(new Fields(value, where, ["pub_key", "voting_power"]));
}

/** Reads a validator with the name of its institution. */
export function readNamedValidator(value: Json, where: string): [string, Validator] {
  const fields = new Fields(value, where, ["name", "pub_key", "voting_power"]);
  return [fields.text("name", 200), validatorOf(fields)];
}

function validatorOf(fields: Fields): Validator {
  const key = new Fields(fields.value("pub_key"), fields.path("pub_key"), ["type", "value"]);
  if (key.text("type") !== KEY_TYPE) throw new Malformed("bad-value", key.path("type"));
  return { publicKey: key.base64("value", [32]), power: fields.decimal("voting_power", 0n) };
}
