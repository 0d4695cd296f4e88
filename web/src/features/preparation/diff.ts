/** What differs between two versions of a request. Pure functions; amounts in fen. */
import type { Content, Document, Indicator, LineItem } from "./form.ts";

export interface AmountChange {
  line: string;
  title: string;
  year: number;
  before: number;
  after: number;
}

export interface Difference {
  amounts: AmountChange[];
  /** Lines whose name or classification changed. */
  reclassified: { line: string; title: string; before: string; after: string }[];
  goals: { name: string; before: string; after: string }[];
  documents: { title: string; change: "added" | "dropped" | "replaced" }[];
  titles: { before: string; after: string } | null;
}

const classes = (each: LineItem): string =>
  [each.titles.zh, each.function, each.economic, each.government_economic, each.nature, each.source]
    .filter(Boolean)
    .join(" · ");

export function difference(before: Content, after: Content): Difference {
  const key = (each: LineItem) => `${each.line}|${each.nature}|${each.source}`;
  const was = new Map(before.lines.map((each) => [key(each), each]));
  const is = new Map(after.lines.map((each) => [key(each), each]));
  const amounts: AmountChange[] = [];
  const reclassified: Difference["reclassified"] = [];
  for (const at of new Set([...was.keys(), ...is.keys()])) {
    const [a, b] = [was.get(at), is.get(at)];
    const either = b ?? a;
    if (!either) continue;
    const years = new Set([...(a?.amounts ?? []), ...(b?.amounts ?? [])].map((each) => each.year));
    for (const year of [...years].toSorted()) {
      const [old, now] = [fenOf(a, year), fenOf(b, year)];
      if (old !== now)
        amounts.push({ line: either.line, title: either.titles.zh, year, before: old, after: now });
    }
    if (a && b && classes(a) !== classes(b)) {
      const texts = { before: classes(a), after: classes(b) };
      reclassified.push({ line: b.line, title: b.titles.zh, ...texts });
    }
  }
  return {
    amounts,
    reclassified,
    goals: goalChanges(before, after),
    documents: documentChanges(before.documents, after.documents),
    titles:
      before.titles.zh === after.titles.zh
        ? null
        : { before: before.titles.zh, after: after.titles.zh },
  };
}

function fenOf(line: LineItem | undefined, year: number): number {
  return line?.amounts.find((each) => each.year === year)?.amount_fen ?? 0;
}

const SIGNS = { ge: "≥", gt: ">", eq: "=", le: "≤", lt: "<", qualitative: "" } as const;

/** A target as it is read: `≥ 5338.5 平方米`. */
export function targetText(each: Indicator): string {
  return `${SIGNS[each.operator]} ${each.target ?? each.target_text} ${each.unit}`.trim();
}

function goalText(each: Indicator): string {
  return `${targetText(each)}, ${each.weight_bp / 100}, ${each.evidence}`;
}

function goalChanges(before: Content, after: Content): Difference["goals"] {
  const texts = (of: Content) => [
    ["", of.goals ? `${of.goals.overall_goal} ${of.goals.year_goal}` : ""] as const,
    ...(of.goals?.indicators ?? []).map((each) => [each.name, goalText(each)] as const),
  ];
  const [was, is] = [new Map(texts(before)), new Map(texts(after))];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((name) => ({ name, before: was.get(name) ?? "", after: is.get(name) ?? "" }))
    .filter((each) => each.before !== each.after);
}

function documentChanges(before: readonly Document[], after: readonly Document[]) {
  const found: Difference["documents"] = [];
  for (const each of after) {
    if (before.some((was) => was.sha256 === each.sha256)) continue;
    const isReplaced = before.some((was) => was.title === each.title);
    found.push({ title: each.title, change: isReplaced ? "replaced" : "added" });
  }
  for (const each of before) {
    const isThere = after.some((is) => is.sha256 === each.sha256 || is.title === each.title);
    if (!isThere) found.push({ title: each.title, change: "dropped" });
  }
  return found;
}
