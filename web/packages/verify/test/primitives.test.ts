/** Signatures, commits, the map and the history, held to their vectors. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CommitRefused,
  headerHash,
  resultBytes,
  validatorsHash,
  verifyCommit,
  voteSignBytes,
} from "../src/comet.ts";
import { readCommit, readHeader, readValidator } from "../src/comet-json.ts";
import { signatureHolds } from "../src/ed25519.ts";
import { toHex, utf8 } from "../src/encodings.ts";
import { verifyAbsence, verifyPresence } from "../src/ics23.ts";
import { type Checkpoint, Rejected, verifyConsistency } from "../src/index.ts";
import {
  BadProof,
  verifyConsistency as listContinues,
  root,
  verifyInclusion,
} from "../src/merkle.ts";
import { load } from "../src/strict-json.ts";
import { verifyValue } from "../src/volume.ts";
import { hex, vectors } from "./vectors.ts";

function proves(call: () => void): boolean {
  try {
    call();
  } catch (error) {
    if (error instanceof BadProof) return false;
    throw error;
  }
  return true;
}

for (const of of vectors("signature/ed25519.json").cases) {
  test(`a signature is judged as libsodium judges it: ${of.name}`, () => {
    const [key, message, signature] = [hex(of.public_key), hex(of.message), hex(of.signature)];
    assert.equal(signatureHolds(key, message, signature), of.verdict);
  });
}

for (const of of vectors("commit/commits.json").cases) {
  const parsed = (member: unknown) => load(utf8(JSON.stringify(member)), 1_000_000);
  const validators = () =>
    of.validators.map((each: unknown) => readValidator(parsed(each), "validators"));
  const header = () => readHeader(parsed(of.header), "header");
  const commit = () => readCommit(parsed(of.commit), "commit");

  test(`hashes and signed bytes are those of the Go module: ${of.name}`, () => {
    assert.equal(toHex(headerHash(header())), of.header_hash);
    assert.equal(toHex(validatorsHash(validators())), of.validators_hash);
    const { height, round, blockId, signatures } = commit();
    for (const [at, expected] of of.sign_bytes.entries()) {
      const { flag = 0, timeNs = 0n } = signatures[at] ?? {};
      const voted = flag === 2 ? blockId : null;
      const signed = voteSignBytes(of.chain_id, height, round, voted, timeNs);
      if (expected) assert.equal(toHex(signed), expected);
    }
  });

  test(`a commit is judged as the Go module judges it: ${of.name}`, () => {
    const judge = () => verifyCommit(of.chain_id, validators(), header(), commit());
    if (!of.accepted) {
      assert.throws(judge, CommitRefused);
      return;
    }
    const { power, totalPower } = judge();
    assert.ok(power * 3n > totalPower * 2n);
    assert.equal(
      totalPower,
      validators().reduce((sum: bigint, each: { power: bigint }) => sum + each.power, 0n),
    );
  });
}

for (const of of vectors("commit/encodings.json").results) {
  test(`${of.results.length} results are encoded as the Go module encodes them`, () => {
    assert.equal(toHex(root(of.results.map((each: { leaf: string }) => hex(each.leaf)))), of.hash);
    for (const { code, data, gas_wanted, gas_used, leaf } of of.results) {
      if (gas_wanted === "0" && gas_used === "0") {
        assert.equal(toHex(resultBytes(code, hex(data))), leaf);
      }
    }
  });
}

for (const { name, root: of, key, value, proof, holds } of vectors("map/proofs.json")) {
  test(`a claim about the map is judged as the vectors say: ${name}`, () => {
    const judge = () =>
      value === null
        ? verifyAbsence(hex(of), hex(key), hex(proof))
        : verifyPresence(hex(of), hex(key), hex(value), hex(proof));
    assert.equal(proves(judge), holds);
  });
}

test("a flipped bit anywhere in a proof of the map is refused", () => {
  const claims = vectors("map/proofs.json").filter((each: { holds: boolean }) => each.holds);
  for (const kind of ["present", "absent"]) {
    const {
      root: of,
      key,
      value,
      proof,
    } = claims.find((each: { name: string }) => each.name.startsWith(kind));
    const bytes = hex(proof);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const judge = () =>
        value === null
          ? verifyAbsence(hex(of), hex(key), changed)
          : verifyPresence(hex(of), hex(key), hex(value), changed);
      assert.equal(proves(judge), false, `bit ${bit}`);
    }
  }
});

test("a proof beyond its bounds is refused by its size or depth", () => {
  const key = utf8("k");
  assert.throws(
    () => verifyPresence(new Uint8Array(32), key, key, new Uint8Array(65_537)),
    /65537 bytes/,
  );
  assert.throws(() => verifyPresence(new Uint8Array(31), key, key, new Uint8Array()), /31 bytes/);
  for (const junk of ["", "0a", "0a80", "1200", "0a00", "0a808000", "0aff7f", "ff".repeat(99)]) {
    assert.equal(
      proves(() => verifyPresence(new Uint8Array(32), key, key, hex(junk))),
      false,
    );
    assert.equal(
      proves(() => verifyAbsence(new Uint8Array(32), key, hex(junk))),
      false,
    );
  }
});

const history = vectors("history/history.json");
for (const claim of [...history.inclusion, ...history.consistency]) {
  test(`a claim about the history is judged as Go judges it: ${claim.name}`, () => {
    const path = claim.path.map(hex);
    const { root: newer, size } = claim.newer;
    const judge = () =>
      claim.older
        ? listContinues(
            hex(claim.older.root),
            BigInt(claim.older.size),
            hex(newer),
            BigInt(size),
            path,
          )
        : verifyInclusion(hex(newer), hex(claim.entry), BigInt(claim.index), BigInt(size), path);
    assert.equal(proves(judge), claim.holds);
  });
}

const H = new Uint8Array(32).fill(7);

test("a list continues only itself, and only in the size that it has", () => {
  const of = history.consistency.find(
    (each: { holds: boolean; older: { size: number }; newer: { size: number } }) =>
      each.holds && each.older.size === 4 && each.newer.size === 8,
  );
  const [older, newer, path] = [hex(of.older.root), hex(of.newer.root), of.path.map(hex)];
  listContinues(older, 4n, newer, 8n, path);
  for (const size of [9n, 16n, 2n ** 60n]) {
    assert.throws(() => listContinues(older, 4n, newer, size, path), BadProof, `${size}`);
  }
  listContinues(older, 4n, older, 4n, []);
  assert.throws(() => listContinues(older, 4n, newer, 4n, []), BadProof);
  assert.throws(() => listContinues(older, 4n, older, 4n, path), BadProof);
  assert.throws(() => listContinues(H, 0n, newer, 8n, []), BadProof);
  listContinues(hex(history.heads[0].root), 0n, newer, 8n, []);
  assert.throws(() => listContinues(older, 4n, newer, 8n, [H.subarray(1)]), BadProof);
});

test("a commit of another chain, or by a set that no chain may have, is refused", () => {
  const of = vectors("commit/commits.json").cases[1];
  const parsed = (member: unknown) => load(utf8(JSON.stringify(member)), 1_000_000);
  const [header, commit] = [readHeader(parsed(of.header), ""), readCommit(parsed(of.commit), "")];
  const validators = of.validators.map((each: unknown) => readValidator(parsed(each), ""));
  const refused = (reason: string) => (error: unknown) =>
    error instanceof CommitRefused && error.reason === reason;
  assert.throws(() => verifyCommit("other", validators, header, commit), refused("wrong-chain"));
  assert.throws(() => verifyCommit(of.chain_id, [], header, commit), refused("empty-set"));
});

test("a value in a volume that is not there is refused, whatever is shown of the volume", () => {
  const of = vectors("map/proofs.json");
  const absent = of.find((each: { name: string }) => each.name === "absent from 100: no/such/0");
  const key = new TextDecoder().decode(hex(absent.key));
  const shown = { volume: null, proof: hex(absent.proof) } as const;
  verifyValue(hex(absent.root), key, null, shown);
  const volume = { volume: "2026-11", volumeProof: hex(absent.proof), inner: null };
  assert.throws(() => verifyValue(hex(absent.root), key, H, volume), /not there/);
});

test("the placeholder as a root is refused by its own rule", () => {
  const { proof } = vectors("map/proofs.json")[0];
  const empty = utf8("SPARSE_MERKLE_PLACEHOLDER_HASH__");
  assert.throws(() => verifyPresence(empty, H, H, hex(proof)), /empty map/);
});

test("two heads of one ledger agree or are rejected", () => {
  const of = history.consistency.find(
    (each: { holds: boolean; path: string[] }) => each.holds && each.path.length > 1,
  );
  const head = (
    { root: hash, size }: { root: string; size: number },
    origin = "a",
  ): Checkpoint => ({
    origin,
    size: BigInt(size),
    root: hex(hash),
    extensions: [],
  });
  const path = of.path.map(hex);
  verifyConsistency(head(of.older), head(of.newer), path);
  const code = (expected: string) => (error: unknown) =>
    error instanceof Rejected && error.code === expected;
  assert.throws(
    () => verifyConsistency(head(of.older), head(of.newer), path.slice(1)),
    code("not-consistent"),
  );
  assert.throws(
    () => verifyConsistency(head(of.newer), head(of.older), path),
    code("not-consistent"),
  );
  assert.throws(
    () => verifyConsistency(head(of.older), head(of.newer, "b"), path),
    code("wrong-chain"),
  );
});
