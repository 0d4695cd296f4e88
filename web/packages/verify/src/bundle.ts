/** The proof bundle as it is read (spec/bundle.md); nothing here is verified. */

import { NOTHING } from "./bytes.ts";
import type { Commit, Header, Validator } from "./comet.ts";
import { MAX_VALIDATORS, readCommit, readHeader, readValidator } from "./comet-json.ts";
import { utf8 } from "./encodings.ts";
import { HASH_BYTES, MAX_PATH } from "./merkle.ts";
import { Rejected } from "./reasons.ts";
import { Fields, type Json, load, Malformed } from "./strict-json.ts";
import type { MapProof } from "./volume.ts";

const FORMAT = "mingzhang.proof/1";
const MAX_BYTES = 1_048_576;
const MAX_COMMAND_CHARACTERS = 65_536;
const MAX_KEY_BYTES = 400;
const MAX_VOLUME_CHARACTERS = 32;
const SALT_BYTES = 32;
const OWN_HEADER_TOO = 2;
const OPTIONAL = ["commit", "validators", "history", "checkpoint", "consistency"];
/** What hangs on something that is not there could only confuse. */
const NEEDS = [
  ["commit", "validators"],
  ["validators", "commit"],
  ["checkpoint", "history"],
  ["consistency", "checkpoint"],
] as const;

/** A place in an RFC 6962 list and the path from it to the root. */
export interface Inclusion {
  index: bigint;
  size: bigint;
  path: Uint8Array[];
}

/** What a bundle says. `content` is the bytes of the record, receipt or command. */
export type Claim =
  | { kind: "record"; key: string; content: Uint8Array; salt: Uint8Array; shown: MapProof }
  | { kind: "absence"; key: string; shown: MapProof }
  /** `code` of the result: 0 accepted, 1 refused, 2 our fault. */
  | { kind: "receipt"; content: Uint8Array; code: number; inclusion: Inclusion }
  | { kind: "command"; content: Uint8Array; inclusion: Inclusion };

/** A bundle as read. */
export interface Bundle {
  chain: string;
  claim: Claim;
  /** The header that the evidence is for. */
  sealed: Header;
  /** For a command, where the sealed header is not its block's own: the one before it. */
  earlier: Header | undefined;
  validators: Validator[];
  commit: Commit | null;
  history: Inclusion | null;
  /** A signed note that is newer than the root, or empty. */
  checkpoint: Uint8Array;
  consistency: Uint8Array[];
}

/** Reads a bundle; throws `Rejected`, `too-large` or `malformed`. */
export function readBundle(data: Uint8Array): Bundle {
  try {
    return read(data);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Rejected(error.reason === "too-large" ? "too-large" : "malformed", error.message);
  }
}

function read(data: Uint8Array): Bundle {
  const members = ["format", "chain", "claim", "headers"];
  const fields = new Fields(load(data, MAX_BYTES), "", members, OPTIONAL);
  if (fields.text("format") !== FORMAT) throw new Malformed("bad-value", "format");
  for (const [name, needs] of NEEDS) {
    if (fields.has(name) && !fields.has(needs)) throw new Malformed("missing-field", needs);
  }
  const claim = readClaim(fields.value("claim"));
  const headers = fields
    .items("headers", OWN_HEADER_TOO)
    .map(([each, where]) => readHeader(each, where));
  const [sealed, earlier] = headers;
  if (!sealed || (earlier && claim.kind !== "command")) throw new Malformed("bad-value", "headers");
  return {
    chain: fields.text("chain"),
    claim,
    sealed,
    earlier,
    validators: fields.has("validators") ? readValidators(fields) : [],
    commit: fields.has("commit") ? readCommit(fields.value("commit"), "commit") : null,
    history: fields.has("history") ? readInclusion(fields, "history") : null,
    checkpoint: fields.has("checkpoint") ? utf8(fields.text("checkpoint", MAX_BYTES)) : NOTHING,
    consistency: fields.has("consistency") ? readPath(fields, "consistency") : [],
  };
}

const readValidators = (fields: Fields): Validator[] =>
  fields.items("validators", MAX_VALIDATORS).map(([each, where]) => readValidator(each, where));

function readClaim(value: Json): Claim {
  const all = ["key", "record", "salt", "map", "receipt", "code", "command", "inclusion"];
  const kind = new Fields(value, "claim", ["kind"], all).text("kind");
  const members = (...names: string[]) => new Fields(value, "claim", ["kind", ...names]);
  if (kind === "record") {
    const fields = members("key", "record", "salt", "map");
    return {
      kind,
      key: readKey(fields),
      content: fields.base64("record"),
      salt: fields.base64("salt", [SALT_BYTES]),
      shown: readMap(fields, false),
    };
  }
  if (kind === "absence") {
    const fields = members("key", "map");
    return { kind, key: readKey(fields), shown: readMap(fields, true) };
  }
  if (kind === "receipt") {
    const fields = members("receipt", "code", "inclusion");
    return {
      kind,
      content: fields.base64("receipt"),
      code: fields.integer("code", 0, 2 ** 32 - 1),
      inclusion: readInclusion(fields, "inclusion"),
    };
  }
  if (kind === "command") {
    const fields = members("command", "inclusion");
    return {
      kind,
      content: utf8(fields.text("command", MAX_COMMAND_CHARACTERS)),
      inclusion: readInclusion(fields, "inclusion"),
    };
  }
  throw new Malformed("bad-value", "claim.kind");
}

function readKey(fields: Fields): string {
  const key = fields.text("key", MAX_KEY_BYTES);
  if (utf8(key).length > MAX_KEY_BYTES) throw new Malformed("bad-value", fields.path("key"));
  return key;
}

/** Reads a proof in the map. An absent volume has neither root nor proof below it. */
function readMap(fields: Fields, absent: boolean): MapProof {
  const shown = new Fields(fields.value("map"), fields.path("map"), [], ["proof", "volume"]);
  if (!shown.has("volume")) {
    if (!shown.has("proof")) throw new Malformed("missing-field", shown.path("proof"));
    return { volume: null, proof: shown.base64("proof") };
  }
  const path = shown.path("volume");
  const below = new Fields(shown.value("volume"), path, ["name", "proof"], ["root"]);
  const hasRoot = below.has("root");
  if (hasRoot !== shown.has("proof") || !(absent || hasRoot)) {
    throw new Malformed("missing-field", below.path("root"));
  }
  return {
    volume: below.text("name", MAX_VOLUME_CHARACTERS),
    volumeProof: below.base64("proof"),
    inner: hasRoot
      ? { root: below.base64("root", [HASH_BYTES]), proof: shown.base64("proof") }
      : null,
  };
}

function readInclusion(fields: Fields, name: string): Inclusion {
  const place = new Fields(fields.value(name), fields.path(name), ["index", "size", "path"]);
  return {
    index: BigInt(place.integer("index")),
    size: BigInt(place.integer("size", 1)),
    path: readPath(place, "path"),
  };
}

function readPath(fields: Fields, name: string): Uint8Array[] {
  return fields
    .items(name, MAX_PATH)
    .map(([each, where]) =>
      new Fields(new Map([["hash", each]]), where, ["hash"]).base64("hash", [HASH_BYTES]),
    );
}
