/** One figure held against what was signed. Pure: what was fetched comes in, the verdict goes out. */
import { Rejected, type TrustRoot, type Verified, verify } from "@mingzhang/verify";
import { differences, type Figure, figureKey, type Statement, signedStatement } from "./figure.ts";

/** A bundle that a root finds good, or why not. */
export interface Verdict {
  proof: "match" | "mismatch" | "unchecked";
  /** The verifier's code, or `stale`, `another-figure`, `not-signed`, …; empty for a match. */
  code: string;
  fact: string;
  /** The record that was signed, where the proof holds; null too where there is none. */
  content: Uint8Array | null;
  /** What was signed, where it is a figure. */
  signed: Statement | null;
  /** In which members the page shows something else. */
  differs: (keyof Statement)[];
  verified: Verified | null;
}

/** The proof is of a newer page than the institutions have signed: nothing is wrong, it is early. */
const EARLY = ["checkpoint-not-countersigned", "checkpoint-unsigned-root"];

/**
 * Whether a proof is of an older page than the last one of the head that it was found under: a
 * figure corrected since would still look in force.
 *
 * What is asked for is a record or an absence of today. The ledger proves it by its newest seal, the
 * last page of its newest head. That head is the trusted one or continues it, so an old head from paper
 * and a figure of this very moment have a last page, too: one later than what the trusted head
 * covers. Only an older page is not what was asked for.
 */
function isStale({ historyIndex, historySize }: Verified): boolean {
  return historyIndex !== null && historyIndex < historySize - 1n;
}

/** What a bundle proves of a key from a root: a record, or that there is none. */
export function judgeRecord(key: string, bundle: Uint8Array, root: TrustRoot): Verdict {
  const none = { fact: "", content: null, signed: null, differs: [], verified: null };
  let verified: Verified;
  try {
    verified = verify(bundle, root);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const proof = EARLY.includes(error.code) ? "unchecked" : "mismatch";
    return { ...none, proof, code: error.code, fact: error.fact };
  }
  const { claim } = verified;
  if (isStale(verified)) return { ...none, proof: "mismatch", code: "stale", verified };
  if ((claim.kind !== "record" && claim.kind !== "absence") || claim.key !== key) {
    const fact = "key" in claim ? claim.key : claim.kind;
    return { ...none, proof: "mismatch", code: "another-figure", fact, verified };
  }
  const content = claim.kind === "record" ? claim.content : null;
  return { ...none, proof: "match", code: "", content, verified };
}

/** Whether the figure that a page shows is the one that a bundle proves from a root. */
export function judge(figure: Figure, bundle: Uint8Array, root: TrustRoot): Verdict {
  const proven = judgeRecord(figureKey(figure.id), bundle, root);
  if (proven.proof !== "match") return proven;
  if (!proven.content) return { ...proven, proof: "mismatch", code: "not-signed" };
  const signed = signedStatement(proven.content);
  const differs = differences(figure, signed);
  if (!differs.length) return { ...proven, signed };
  const fact = differs.join(", ");
  return { ...proven, proof: "mismatch", code: "another-value", fact, signed, differs };
}

export { Rejected, reasonText, verify } from "@mingzhang/verify";
export {
  keysIn,
  NotTaken,
  notedAndKeys,
  noteShown,
  requireElsewhere,
  sourceOf,
  trustIn,
  vouchersOf,
} from "./trust.ts";
