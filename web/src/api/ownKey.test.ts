import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../parts/hex.ts";
import {
  BackupRefused,
  base64url,
  commandToken,
  make,
  newCommandId,
  restore,
  signed,
  thumbprint,
} from "./ownKey.ts";

const PASSPHRASE = "correct horse battery";

test("a thumbprint is RFC 7638's, as the ledger's example has it", async () => {
  const publicKey = Buffer.from(
    "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "hex",
  );
  // RFC 8037, appendix A.3, is of another key; the shape is 43 characters of base64url.
  assert.match(await thumbprint(publicKey), /^[\w-]{43}$/);
  const rfc = Buffer.from("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "base64url");
  assert.equal(await thumbprint(rfc), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
});

test("a command token is three parts that the key's public half verifies", async () => {
  const { key } = await make("p", "label");
  const token = await commandToken(key, { kind: "x.y/1", body: { name: "明账" } });
  const [header = "", payload = "", signature = ""] = token.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(header, "base64url").toString()), {
    alg: "Ed25519",
    kid: key.kid,
    typ: "mz-command+jws",
  });
  assert.equal(JSON.parse(Buffer.from(payload, "base64url").toString()).body.name, "明账");
  const verifier = await crypto.subtle.importKey("raw", key.publicKey, "Ed25519", false, [
    "verify",
  ]);
  const good = (text: string) =>
    crypto.subtle.verify(
      "Ed25519",
      verifier,
      Buffer.from(signature, "base64url"),
      Buffer.from(text),
    );
  assert.equal(await good(`${header}.${payload}`), true);
  assert.equal(await good(`${header}.${payload}x`), false);
});

test("the private half that is kept cannot be read out again", async () => {
  const { key } = await make("p", "label");
  assert.equal(key.privateKey.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("pkcs8", key.privateKey));
});

test("a backup restores the same key under its passphrase and no other", async () => {
  const { key, backup } = await make("p", "label", PASSPHRASE);
  const text = JSON.stringify(backup);
  const again = await restore(text, PASSPHRASE);
  assert.equal(again.kid, key.kid);
  const message = new Uint8Array([1, 2, 3]);
  assert.deepEqual(await signed(again, message), await signed(key, message));
  await assert.rejects(restore(text, `${PASSPHRASE}!`), BackupRefused);
});

test("what is no backup, or is damaged, is refused", async () => {
  const { backup } = await make("p", "label", PASSPHRASE);
  const damaged = { ...backup, sealed: `00${backup?.sealed.slice(2)}` };
  const endless = { ...backup, rounds: 10 ** 12 };
  for (const each of ["", "[]", "null", "{}", JSON.stringify(damaged), JSON.stringify(endless)]) {
    await assert.rejects(restore(each, PASSPHRASE), BackupRefused, each);
  }
});

test("a command's id is a UUIDv7 of its moment, and each is another", () => {
  const ids = Array.from({ length: 100 }, () => newCommandId(1_700_000_000_000));
  for (const each of ids) {
    assert.match(each, /^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  assert.equal(new Set(ids).size, 100);
});

test("bytes are written as hex and base64url", () => {
  assert.equal(toHex(new Uint8Array([0, 255])), "00ff");
  assert.equal(base64url(new Uint8Array([251, 255, 254])), "-__-");
});
