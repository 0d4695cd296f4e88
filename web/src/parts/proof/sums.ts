/**
 * Whether a sum is whole. Pure: what was fetched and checked comes in, the verdict goes out.
 *
 * A figure that was left out would lower a sum and one sent twice raise it, each of the others
 * proven. Figures are numbered by publisher and month, so whoever knows a month's last number knows
 * what is missing; what is withheld keeps its number. Nothing of that is taken from this site: the
 * record of each month (or that there is none), each gap and each figure beside the sum is proven
 * like the figures of the sum.
 *
 * Not seen: a publisher of whom this site shows nothing at all.
 */
import type { Row } from "../../api/views.ts";
import type { Proof } from "../Seal.tsx";
import type { Figure } from "./figure.ts";
import type { Verdict } from "./judging.ts";
import { monthsBetween, type Numbers, numbersOf } from "./numbers.ts";

/** A figure as it is shown, or the key of a record that is to be there or not. */
export type Wanted = Figure | string;
export type CheckOf = (wanted: Wanted) => Pick<Verdict, "content" | "verified"> & { proof: Proof };

type Gap = Pick<Row<"disclosure_gaps">, "id" | "gazette" | "number">;

/** All that this site says is public, as of a height. */
export interface Public {
  figures: readonly Figure[];
  gaps: readonly Gap[];
  height: number;
  /** What is wrong with its numbers, seen without any proof. */
  holes: Numbers;
}

export const publicOf = (
  figures: readonly Figure[],
  gaps: readonly Gap[],
  height: number,
): Public => ({ figures, gaps, height, holes: numbersOf([...figures, ...gaps]) });

export interface Sum extends Numbers {
  proof: Proof;
  /** What has to be checked to know; more is asked once the figures of the sum are proven. */
  wanted: Wanted[];
}

const RANK: Proof[] = ["match", "checking", "unchecked", "mismatch"];
/** The ledger's date is that of a zone; the east of the world is ahead of UTC by so much. */
const AHEAD_MS = 14 * 3_600_000;

const gazetteKey = (id: string): string => `disclosure/gazette/${id}`;
const gapKey = (id: string): string => `disclosure/gap/${id}`;
export const worstOf = (proofs: readonly Proof[]): Proof =>
  proofs.reduce((one, other) => (RANK.indexOf(other) > RANK.indexOf(one) ? other : one), "match");

/**
 * The gazettes in which figures like these may stand: of each publisher the months from January of
 * the year before the earliest budget year, when budgets are made, to the newest page proven.
 */
function gazettesOf(members: readonly Figure[], checkOf: CheckOf): Set<string> {
  const sealed = members.map((each) => Date.parse(checkOf(each).verified?.sealedTime ?? ""));
  const last = new Date(Math.max(...sealed) + AHEAD_MS).toISOString().slice(0, 7);
  const months = monthsBetween(`${Math.min(...members.map((each) => each.year)) - 1}-01`, last);
  const publishers = new Set(members.map(({ gazette }) => gazette.split(":")[0] ?? ""));
  return new Set([...publishers].flatMap((each) => months.map((month) => `${each}:${month}`)));
}

const countIn = (content: Uint8Array): number =>
  (JSON.parse(new TextDecoder().decode(content)) as { count: number }).count;

/** What the checks so far say of the sum of `members`. */
export function soundnessOf(members: readonly Figure[], shown: Public, checkOf: CheckOf): Sum {
  const ofMembers = worstOf(members.map((each) => checkOf(each).proof));
  if (ofMembers !== "match") return verdict(ofMembers, shown.holes, [...members]);

  const gazettes = gazettesOf(members, checkOf);
  const beside = shown.figures.filter((each) => gazettes.has(each.gazette));
  const gaps = shown.gaps.filter((each) => gazettes.has(each.gazette ?? ""));
  const counts = new Map<string, number>();
  let isAhead = false;
  for (const each of gazettes) {
    const { content, verified } = checkOf(gazetteKey(each));
    if (!content) continue;
    counts.set(each, countIn(content));
    isAhead ||= Number(verified?.height) > shown.height;
  }
  const wanted: Wanted[] = [
    ...members,
    ...beside,
    ...[...gazettes].map(gazetteKey),
    ...gaps.map((each) => gapKey(each.id)),
  ];
  const proof = worstOf(wanted.map((each) => checkOf(each).proof));
  // The page is older than the proofs: its rows are read again in a moment.
  if (isAhead && proof !== "mismatch") return verdict("checking", shown.holes, wanted);
  const standing = shown.gaps.filter((each) => !isInvented(each, checkOf));
  return verdict(proof, numbersOf([...shown.figures, ...standing], counts), wanted);
}

/** Whether the ledger holds no such gap, or one under another number than the row says. */
function isInvented({ id, gazette, number }: Gap, checkOf: CheckOf): boolean {
  const { proof, content } = checkOf(gapKey(id));
  return (proof === "match" && content === null) || id !== `${gazette}:${number}`;
}

function verdict(proof: Proof, numbers: Numbers, wanted: Wanted[]): Sum {
  const isWhole = numbers.missing.length + numbers.twice.length === 0;
  if (isWhole || proof === "mismatch") return { proof, ...numbers, wanted };
  return { proof: proof === "match" ? "mismatch" : "unchecked", ...numbers, wanted };
}
