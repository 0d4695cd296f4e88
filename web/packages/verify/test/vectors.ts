/** The cases of spec/vectors, as the tests read them. */

import { readdirSync, readFileSync } from "node:fs";

import { both, checkpointRoot, type TrustRoot, validatorsRoot } from "../src/index.ts";

const VECTORS = new URL("../../../../spec/vectors/", import.meta.url);

/** Bytes written in hexadecimal, of either case. */
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** A file of vectors that is JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each file has its own shape
export const vectors = (path: string): any =>
  JSON.parse(readFileSync(new URL(path, VECTORS), "utf8"));

/** What a case of the bundles must be answered with. */
export interface Expected {
  verdict: "verified" | "rejected";
  reason?: string;
  by?: string[];
  claim?: string;
  key?: string;
  height?: number;
  volume?: string;
  validators?: string[];
  not_judged?: string[];
  checkpoint_signed_by?: string[];
  countersigners_required?: number;
}

/** The files of a root; at least one of `checkpoint` and `validators`. */
export interface RootFiles {
  checkpoint?: Uint8Array | undefined;
  keys?: string[] | undefined;
  countersignersRequired?: number | undefined;
  validators?: Uint8Array | undefined;
}

/** One folder of spec/vectors/bundle. */
export interface Case {
  name: string;
  bundle: Uint8Array;
  expected: Expected;
  root: RootFiles;
}

const FOLDER = new URL("bundle/", VECTORS);

function readCase(name: string): Case {
  const files = readdirSync(new URL(`${name}/`, FOLDER));
  const bytes = (file: string) =>
    files.includes(file)
      ? new Uint8Array(readFileSync(new URL(`${name}/${file}`, FOLDER)))
      : undefined;
  const expected = vectors(`bundle/${name}/expect.json`) as Expected;
  return {
    name,
    bundle: bytes("bundle.json") ?? new Uint8Array(),
    expected,
    root: {
      checkpoint: bytes("checkpoint.txt"),
      keys: new TextDecoder().decode(bytes("keys.txt")).split("\n").filter(Boolean),
      countersignersRequired: expected.countersigners_required,
      validators: bytes("validators.json"),
    },
  };
}

/** All cases of spec/vectors/bundle. */
export const CASES: Case[] = readdirSync(FOLDER).sort().map(readCase);

/** The case of this name. */
export function named(name: string): Case {
  const found = CASES.find((each) => each.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

/** The root that files are. */
export function rootOf(files: RootFiles): TrustRoot {
  const required = files.countersignersRequired;
  const options = required === undefined ? {} : { countersignersRequired: required };
  const validators = files.validators && validatorsRoot(files.validators);
  if (!files.checkpoint) {
    if (!validators) throw new Error("no root");
    return validators;
  }
  const checkpoint = checkpointRoot(files.checkpoint, files.keys ?? [], options);
  return validators ? both(checkpoint, validators) : checkpoint;
}
