/** The package's door: what pages may use. */

export type { Claim } from "./bundle.ts";
export type { Checkpoint, SignedBy, VerifierKey } from "./note.ts";
export { type Code, type Language, Rejected, reasonText } from "./reasons.ts";
export {
  both,
  checkpointRoot,
  readCheckpoint,
  readKey,
  type Trusting,
  type TrustRoot,
  validatorsRoot,
} from "./root.ts";
export { type Verified, verify, verifyConsistency } from "./verify.ts";
