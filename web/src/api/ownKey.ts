/**
 * A key that stays with the person: made in the browser, kept by it, never sent anywhere.
 *
 * WebCrypto Ed25519. What is kept cannot be read out again, only used; a backup is made while it
 * is made, encrypted under a passphrase. What it signs is what spec/command.md describes.
 */
import { toHex } from "../parts/hex.ts";

const DATABASE = "mingzhang";
const KEYS = "keys";
const ROUNDS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 12;
export const PASSPHRASE_MIN = 12;

export interface OwnKey {
  /** RFC 7638 thumbprint. */
  kid: string;
  person: string;
  label: string;
  publicKey: Uint8Array<ArrayBuffer>;
  privateKey: CryptoKey;
}

/** What a backup file holds. The private half is encrypted by AES-256-GCM under PBKDF2-SHA-256. */
export interface Backup {
  format: "mingzhang.key/1";
  person: string;
  label: string;
  publicKey: string;
  rounds: number;
  salt: string;
  iv: string;
  sealed: string;
}

/** A passphrase that does not open a backup, or a file that is none. */
export class BackupRefused extends Error {}

function fromHex(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new BackupRefused();
  return Uint8Array.from(text.match(/../g) ?? [], (each) => Number.parseInt(each, 16));
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(text));

/** Returns the RFC 7638 thumbprint of an Ed25519 public key. */
export async function thumbprint(publicKey: Uint8Array): Promise<string> {
  const members = `{"crv":"Ed25519","kty":"OKP","x":"${base64url(publicKey)}"}`;
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(members))));
}

async function sealing(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number) {
  const material = await crypto.subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, [
    "deriveKey",
  ]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function kept(
  person: string,
  label: string,
  publicKey: Uint8Array<ArrayBuffer>,
  pkcs8: BufferSource,
): Promise<OwnKey> {
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return { kid: await thumbprint(publicKey), person, label, publicKey, privateKey };
}

/** Makes a key; with a passphrase also its backup. Nothing is kept yet: `keep` does. */
export async function make(
  person: string,
  label: string,
  passphrase = "",
): Promise<{ key: OwnKey; backup: Backup | null }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  const key = await kept(person, label, publicKey, pkcs8);
  if (!passphrase) return { key, backup: null };
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealer = await sealing(passphrase, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, sealer, pkcs8);
  const backup: Backup = {
    format: "mingzhang.key/1",
    person,
    label,
    publicKey: toHex(publicKey),
    rounds: ROUNDS,
    salt: toHex(salt),
    iv: toHex(iv),
    sealed: toHex(new Uint8Array(sealed)),
  };
  return { key, backup };
}

/** Opens a backup. Throws `BackupRefused` for another file or another passphrase. */
export async function restore(text: string, passphrase: string): Promise<OwnKey> {
  let backup: Partial<Backup>;
  try {
    backup = JSON.parse(text) as Partial<Backup>;
  } catch {
    throw new BackupRefused();
  }
  const { format, person, label, rounds } = backup ?? {};
  const isWhole =
    format === "mingzhang.key/1" && typeof person === "string" && typeof label === "string";
  if (!isWhole || !Number.isSafeInteger(rounds) || Number(rounds) > 10 * ROUNDS) {
    throw new BackupRefused();
  }
  const publicKey = fromHex(backup.publicKey);
  const sealed = fromHex(backup.sealed);
  const sealer = await sealing(passphrase, fromHex(backup.salt), Number(rounds));
  try {
    const algorithm = { name: "AES-GCM", iv: fromHex(backup.iv) };
    return await kept(
      person,
      label,
      publicKey,
      await crypto.subtle.decrypt(algorithm, sealer, sealed),
    );
  } catch {
    throw new BackupRefused();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(KEYS, { keyPath: "kid" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore<R>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<R>,
): Promise<R> {
  const database = await opened();
  try {
    return await new Promise<R>((resolve, reject) => {
      const asked = ask(database.transaction(KEYS, mode).objectStore(KEYS));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

/** The keys that this browser keeps. */
export const ownKeys = (): Promise<OwnKey[]> => inStore<OwnKey[]>("readonly", (s) => s.getAll());
export const keep = (key: OwnKey): Promise<unknown> => inStore("readwrite", (s) => s.put(key));
export const forget = (kid: string): Promise<unknown> => inStore("readwrite", (s) => s.delete(kid));

export async function signed(key: OwnKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key.privateKey, message));
}

/** What is signed to sign in, for the address that the browser shows; no command reads like it. */
export function signInMessage(
  chain: string,
  origin: string,
  challenge: string,
): Uint8Array<ArrayBuffer> {
  return utf8(`mingzhang sign-in\n${chain}\n${origin}\n${challenge}`);
}

/** A command as compact JWS, as spec/command.md describes it. */
export async function commandToken(key: OwnKey, payload: object): Promise<string> {
  const header = { alg: "Ed25519", kid: key.kid, typ: "mz-command+jws" };
  const parts = [header, payload].map((each) => base64url(utf8(JSON.stringify(each)))).join(".");
  return `${parts}.${base64url(await signed(key, utf8(parts)))}`;
}

const RANDOM_BITS_BYTES = 10;

/** A new UUIDv7. */
export function newCommandId(nowMs = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, "0");
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_BITS_BYTES));
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70;
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80;
  const rest = toHex(random);
  return [time.slice(0, 8), time.slice(8), rest.slice(0, 4), rest.slice(4, 8), rest.slice(8)].join(
    "-",
  );
}
