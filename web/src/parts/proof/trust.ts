/**
 * What a visitor trusts before his browser looks at a figure: heads of the ledger's history, as
 * institutions' own addresses or a pasted checkpoint give them; never this site by itself.
 *
 * A figure counts as checked only under a head that two institutions vouch for (look, section 5),
 * told apart by their keys; the ledger's own signature is not counted.
 */
import {
  checkpointRoot,
  Rejected,
  readCheckpoint,
  readKey,
  type TrustRoot,
  type VerifierKey,
  verifyConsistency,
} from "@mingzhang/verify";

/** One place that heads come from. Keys are those of its first answer; they are not replaced. */
export interface Source {
  kind: "address" | "pasted";
  /** The address, or the reader's own words for where a pasted one is from. */
  from: string;
  takenMs: number;
  /** Verifier keys, `name+id+base64`: the ledger's own and the institution's. */
  keys: string[];
  /** A signed note. */
  note: string;
}

/** Who put his name to a head of how many pages of history; `isLedger` for the ledger's own key. */
export interface Voucher {
  name: string;
  /** The public key, base64: it is the key that makes an institution, not the name. */
  key: string;
  isLedger: boolean;
  size: number;
  timeS: number | null;
  source: Source;
}

export type Trust =
  | { state: "none" }
  /** Fewer than two institutions beside the ledger itself: nothing is called checked. */
  | { state: "single"; vouchers: Voucher[] }
  /** Two heads of which neither continues the other, or another ledger's, or a false signature. */
  | { state: "disagree"; vouchers: Voucher[]; code: string; fact: string; between: Source[] }
  | {
      state: "ready";
      vouchers: Voucher[];
      root: TrustRoot;
      size: number;
      /** The head with the signatures of all who gave that very head, and their keys. */
      note: string;
      keys: string[];
    };

/** Asks for the hashes, base64, that show one size of the history to continue another. */
export type AskConsistency = (older: number, newer: number) => Promise<string[]>;

/** Why a head is no place to begin from, though it is in order; the key of the text that says so. */
export class NotTaken extends Error {
  readonly why: "trust.ledgers" | "trust.place" | "trust.own" | "trust.shown";

  constructor(why: NotTaken["why"]) {
    super(why);
    this.why = why;
  }
}

const REQUIRED = 2;
const LEDGERS_OWN = 0x01;
const utf8 = new TextEncoder();

interface Head {
  source: Source;
  root: TrustRoot;
  size: number;
  vouchers: Voucher[];
}

/** The head that a source gives. Throws `Rejected` for a note that its keys have not signed. */
function headOf(source: Source): Head {
  const root = checkpointRoot(utf8.encode(source.note), source.keys);
  const size = Number(root.head?.checkpoint.size ?? 0n);
  const vouchers = (root.head?.signedBy ?? []).map(({ key, timeS }) => ({
    name: key.name,
    key: publicKeyOf(key),
    isLedger: key.kind === LEDGERS_OWN,
    size,
    timeS: timeS === null ? null : Number(timeS),
    source,
  }));
  return { source, root, size, vouchers };
}

/** Who signed a source's head. Throws `Rejected` for a note that its keys have not signed. */
export const vouchersOf = (source: Source): Voucher[] => headOf(source).vouchers;

/** The institutions on a head, by their keys. The ledger's own key is nobody else's word. */
const keysOn = (head: Head): string[] =>
  head.vouchers.filter((each) => !each.isLedger).map((each) => each.key);

const publicKeyOf = ({ publicKey }: VerifierKey): string => btoa(String.fromCharCode(...publicKey));

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
}

/** A note as it may have been copied. */
const plain = (note: string): string => note.trim();

const SHOWN = "mz.shown";
const SHOWN_MOST = 20;

function shownHere(): string[] {
  const kept: unknown = JSON.parse(localStorage.getItem(SHOWN) ?? "[]");
  return Array.isArray(kept) ? kept.map(String) : [];
}

/** Remembers a head that this site itself has put on this screen. */
export function noteShown(note: string): void {
  const others = shownHere().filter((each) => each !== plain(note));
  localStorage.setItem(SHOWN, JSON.stringify([...others, plain(note)].slice(-SHOWN_MOST)));
}

/**
 * Refuses what can be known to be from this site: a place that is its own address, or a head that
 * it showed on this very screen. Of any other pasted head nobody can tell where it is from: the
 * institutions' signatures count, and the reader's own word for the place stands beside them.
 * Throws `NotTaken`.
 */
export function requireElsewhere(from: string, note: string): void {
  if (!from) throw new NotTaken("trust.place");
  if (from.includes(window.location.host)) throw new NotTaken("trust.own");
  if (shownHere().includes(plain(note))) throw new NotTaken("trust.shown");
}

/** What the sources come to. Throws what `ask` throws when there is no answer. */
export async function trustIn(sources: Source[], ask: AskConsistency): Promise<Trust> {
  const heads: Head[] = [];
  for (const source of sources) {
    try {
      heads.push(headOf(source));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return refused(heads, error, [source]);
    }
  }
  heads.sort((one, other) => one.size - other.size);
  const vouchers = heads.flatMap((each) => each.vouchers);
  for (const [at, newer] of heads.entries()) {
    const older = heads[at - 1];
    if (!older) continue;
    const refusal = await disagreement(older, newer, ask);
    if (refusal) return refused(heads, refusal, [older.source, newer.source]);
  }
  const contested = nameOfTwoKeys(vouchers);
  if (contested) return refused(heads, ...contested);
  const institutions = new Set<string>();
  for (const head of heads.toReversed()) {
    for (const key of keysOn(head)) institutions.add(key);
    if (institutions.size < REQUIRED) continue;
    const same = heads.filter((each) => saidIn(each.source) === saidIn(head.source));
    const lines = same.flatMap((each) => each.source.note.trimEnd().split("\n\n").slice(1));
    const signatures = [...new Set(lines.flatMap((each) => each.split("\n")))];
    return {
      state: "ready",
      vouchers,
      root: head.root,
      size: head.size,
      note: `${saidIn(head.source)}\n${signatures.join("\n")}\n`,
      keys: [...new Set(same.flatMap((each) => each.source.keys))],
    };
  }
  return vouchers.length ? { state: "single", vouchers } : { state: "none" };
}

/** One name under two keys: somebody calls himself what another is. A paper's keys prove no name. */
function nameOfTwoKeys(vouchers: Voucher[]): [Rejected, Source[]] | null {
  const known = new Map<string, Voucher>();
  for (const each of vouchers) {
    const first = known.get(each.name) ?? each;
    known.set(each.name, first);
    if (first.key === each.key) continue;
    const fact = `${each.name}: ${first.key} ≠ ${each.key}`;
    return [new Rejected("root-bad-key", fact), [first.source, each.source]];
  }
  return null;
}

/** The text of a source's note, without the signatures below it. */
const saidIn = ({ note }: Source): string => note.slice(0, note.lastIndexOf("\n\n") + 1);

function refused(heads: Head[], error: Rejected, between: Source[]): Trust {
  const vouchers = heads.flatMap((each) => each.vouchers);
  return { state: "disagree", vouchers, code: error.code, fact: error.fact, between };
}

async function disagreement(
  older: Head,
  newer: Head,
  ask: AskConsistency,
): Promise<Rejected | null> {
  const [one, other] = [older.root.head?.checkpoint, newer.root.head?.checkpoint];
  if (!one || !other) return new Rejected("root-malformed");
  const [mine, theirs] = [ledgersKey(older.source), ledgersKey(newer.source)];
  if (mine && theirs && mine !== theirs) return new Rejected("root-bad-key", `${mine} ≠ ${theirs}`);
  try {
    const isSame = older.size === newer.size;
    const hashes = isSame ? [] : await ask(older.size, newer.size);
    verifyConsistency(one, other, hashes.map(fromBase64));
    return null;
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

const ledgersKey = (source: Source): string | undefined =>
  source.keys.find((each) => readKey(each).kind === LEDGERS_OWN);

/** The verifier keys in a text, one a line; what is not one is refused. Throws `Rejected`. */
export function keysIn(text: string): string[] {
  const lines = text.split(/\s+/).filter((each) => each !== "");
  for (const each of lines) readKey(each);
  return lines;
}

/** A pasted text parted into the signed note and the verifier keys that stand below or beside it. */
export function notedAndKeys(text: string): { note: string; keys: string } {
  const lines = text.replace(/\r/g, "").split("\n");
  const isKey = (line: string): boolean => /^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(line.trim());
  const note = lines.filter((line) => !isKey(line)).join("\n");
  return { note: `${note.trim()}\n`, keys: lines.filter(isKey).join("\n") };
}

/** A source checked to be in order by itself. Throws `Rejected`; `NotTaken` where no institution signed. */
export function sourceOf(
  kind: Source["kind"],
  from: string,
  texts: { keys: string; note: string },
  takenMs: number,
): Source {
  const source = { kind, from, takenMs, keys: keysIn(texts.keys), note: texts.note };
  readCheckpoint(utf8.encode(source.note));
  if (!source.keys.length) throw new Rejected("checkpoint-unsigned-root");
  if (headOf(source).vouchers.every((each) => each.isLedger)) throw new NotTaken("trust.ledgers");
  return source;
}
