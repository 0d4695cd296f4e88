/** Where money went: from its source to its use to who was paid, each step the sum of its figures. */
import type { Figure } from "../../parts/proof/figure.ts";
import { lineOfPayment, ofKind, paidMs, sumOf } from "./figures.ts";
import { find } from "./finding.ts";

/** The steps down, in order. Each is also the name of what the page's address keeps of it. */
export const STEPS = ["source", "use", "payee"] as const;
export type StepName = (typeof STEPS)[number];

/** A published payment with what it is counted under at each step. */
export interface Payment {
  figure: Figure;
  /** `nature:source` of the money, as the budget line's cells have it; empty where none is named. */
  source: string;
  /** The budget line. */
  use: string;
  /** The payee's credit code, or `~class` where the name is not public, or `~` where no payee is. */
  payee: string;
  text: string;
}

/** What of a step has been chosen; empty for all of it. */
export type Chosen = Record<StepName, string>;

const CELL = "funds/cell/";

const payeeKey = ({ payee }: Figure): string =>
  payee?.title ? payee.credit_code || payee.title : `~${payee?.payee_class ?? ""}`;

function sourceOf(figure: Figure): string {
  const cell = figure.sources.find((each) => each.startsWith(CELL))?.slice(CELL.length) ?? "";
  const [, nature = "", source = ""] = cell.split(":");
  return nature && `${nature}:${source}`;
}

/** Payments in force, and what came back of them, newest first; `textOf` is what a search reads. */
export function paymentsOf(
  figures: readonly Figure[],
  textOf: (figure: Figure) => string = () => "",
): Payment[] {
  return ofKind(figures, "payment")
    .toSorted((one, other) => paidMs(other) - paidMs(one))
    .map((figure) => ({
      figure,
      source: sourceOf(figure),
      use: lineOfPayment(figure) ?? "",
      payee: payeeKey(figure),
      text: textOf(figure),
    }));
}

/** Those of a year (all where none is given) under what was chosen, with every word asked for. */
export function chosenOf(
  payments: readonly Payment[],
  year: number | null,
  chosen: Chosen,
  query: string,
): Payment[] {
  const under = payments.filter(
    (each) =>
      (year === null || each.figure.year === year) &&
      STEPS.every((step) => !chosen[step] || each[step] === chosen[step]),
  );
  return query.trim() ? find(under, query).found : under;
}

/** The first step of which nothing has been chosen; none at the end of the way. */
export const nextStep = (chosen: Chosen): StepName | undefined =>
  STEPS.find((step) => !chosen[step]);

export interface Group {
  id: string;
  /** One of them: it says the names of what all have in common. */
  first: Figure;
  figures: Figure[];
  amount_fen: number;
}

/** The payments parted at a step, the largest sum first. */
export function groupsOf(payments: readonly Payment[], step: StepName): Group[] {
  const groups = new Map<string, Figure[]>();
  for (const each of payments) {
    groups.set(each[step], [...(groups.get(each[step]) ?? []), each.figure]);
  }
  return [...groups]
    .flatMap(([id, figures]) => {
      const [first] = figures;
      return first ? [{ id, first, figures, amount_fen: sumOf(figures) }] : [];
    })
    .toSorted((one, other) => other.amount_fen - one.amount_fen);
}
