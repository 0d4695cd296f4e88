/** For tests: heads that institutions of ours have signed, as C2SP notes. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";

export const LEDGERS_OWN = 1;
export const WITNESS = 4;

/** Who may sign. Two with the same `pair` are one institution under two names. */
export interface Signer {
  name: string;
  kind: number;
  pair: ReturnType<typeof newPair>;
}

export const newPair = () => generateKeyPairSync("ed25519");

export const signer = (name: string, kind: number, pair = newPair()): Signer => ({
  name,
  kind,
  pair,
});

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const each of parts) hash.update(each);
  return hash.digest();
};

const material = ({ kind, pair }: Signer): Buffer =>
  Buffer.concat([
    Buffer.of(kind),
    Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url"),
  ]);

const keyId = (of: Signer): Buffer =>
  sha256(Buffer.from(`${of.name}\n`), material(of)).subarray(0, 4);

/** The verifier key, `name+id+base64`. */
export const keyOf = (of: Signer): string =>
  `${of.name}+${keyId(of).toString("hex")}+${material(of).toString("base64")}`;

/** A head of the history that all of them have signed. */
export function noteOf(origin: string, size: number, root: Uint8Array, signers: Signer[]): string {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
  const lines = signers.map((each) => {
    const isWitness = each.kind === WITNESS;
    const said = isWitness ? `cosignature/v1\ntime 1\n${text}` : text;
    const time = isWitness ? Buffer.of(0, 0, 0, 0, 0, 0, 0, 1) : Buffer.of();
    const signature = sign(null, Buffer.from(said), each.pair.privateKey);
    const bytes = Buffer.concat([keyId(each), time, signature]);
    return `— ${each.name} ${bytes.toString("base64")}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

export const leafHash = (leaf: Uint8Array): Buffer => sha256(Buffer.of(0), leaf);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  sha256(Buffer.of(1), left, right);
