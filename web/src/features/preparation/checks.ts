/** What the ledger found wrong with a request, as its refusals and questions list it. */
import type { Tab } from "./form.ts";

/** What may be wrong, by the input of the contracts that shows it, and on which tab it is mended. */
export const FIELDS = {
  amount_fen: "lines",
  year_amount_fen: "lines",
  lines_count: "lines",
  lines_unclassified: "lines",
  lines_forbidden: "lines",
  in_project_library: "basics",
  goal_form_present: "goals",
  goal_weight_bp: "goals",
  goal_kinds_missing: "goals",
  documents_missing: "documents",
} as const satisfies Record<string, Tab>;
export type Field = keyof typeof FIELDS;

export interface Failure {
  clause: string;
  field: Field | null;
  found: string;
  required: string;
}

export function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name);
}

/** Reads `<clause> <field> <found> <required>`, as `failures` of a refusal has it. */
function failure(text: string): Failure {
  const [clause = "", field = "", found = "", required = ""] = text.split(" ");
  return { clause, field: isField(field) ? field : null, found, required };
}

export function failuresOf(facts: Record<string, unknown>): Failure[] {
  return Array.isArray(facts.failures) ? facts.failures.map((each) => failure(String(each))) : [];
}

/** What a request that is accepted would still be asked for: it does not block. */
export function askedFor(events: readonly Record<string, unknown>[]): Failure[] {
  const moved = events.find(
    (each) => each.kind === "preparation.request_moved" && each.state === "asked",
  );
  const listed = /\[([^[\]]*)\]$/.exec(String(moved?.reason ?? ""))?.[1] ?? "";
  return listed ? listed.split("; ").map(failure) : [];
}

export interface Level {
  name: string;
  desks: { organisation: string; role: string }[];
  days: number;
  clause?: string;
}

/** The levels that a request accepted as it is would go through. */
export function roadOf(events: readonly Record<string, unknown>[]): Level[] | null {
  const opened = events.find((each) => each.kind === "procedure.case_opened");
  return opened && Array.isArray(opened.levels) ? (opened.levels as Level[]) : null;
}
