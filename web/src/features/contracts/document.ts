/** The shape of a contract's document and of what is told of it; nothing here asks the ledger. */
export type Unit = "" | "fen" | "bp" | "count" | "days" | "day";

export interface Field {
  name: string;
  type: "int" | "bool" | "code" | "ints" | "codes";
  unit: Unit;
  values: string[];
}

export interface RuleRow {
  id: string;
  when: string[];
  then: string[];
  zh: string;
  en: string;
  remedy_zh: string;
  remedy_en: string;
  basis: string[];
}

export interface TableNode {
  kind: "table";
  id: string;
  hit: "first" | "collect";
  when: string[];
  outputs: { name: string; unit: Unit }[];
  rows: RuleRow[];
  default: Omit<RuleRow, "id" | "when"> | null;
}

export interface FormulaNode {
  kind: "expressions";
  id: string;
  formulas: { name: string; unit: Unit; expression: string }[];
}

export type Fact = number | boolean | string | (number | string)[];

export interface EmbeddedTest {
  name: string;
  inputs: Record<string, Fact>;
  outputs: Record<string, Fact>;
  fires: { node: string; row: string }[];
}

/** A document, all of whose members are always there (`domain/contracts/document.py`). */
export interface Contract {
  id: string;
  version: number;
  prev: string | null;
  title_zh: string;
  title_en: string;
  hook: string;
  mode: "gate" | "effect";
  priority: number;
  scope: { organisations: string[]; projects: string[]; lines: string[] };
  legal: { id: string; zh: string; en: string; quote: string }[];
  responsible: { organisation: string; post: string; duty_zh: string; duty_en: string }[];
  effective_from: string;
  effective_to: string | null;
  inputs: Field[];
  outputs: Field[];
  nodes: (TableNode | FormulaNode)[];
  tests: EmbeddedTest[];
  invariants: { id: string; zh: string; en: string; claim: string }[];
  waivers: { node: string; row: string; zh: string; en: string }[];
}

export const DEFAULT_ROW = "default";

export interface Labelled {
  field: Field;
  zh: string;
  en: string;
}

export interface Hook {
  name: string;
  mode: "gate" | "effect";
  zh: string;
  en: string;
  inputs: Labelled[];
  outputs: (Labelled & { effect: string })[];
}

export type State = "bound" | "proposed" | "replaced" | "withdrawn" | "refused" | "suspended";

export interface Listed {
  /** The document's hash. */
  id: string;
  name: string;
  version: number;
  state: State;
  document: Contract;
}

export interface Told {
  title: string;
  title_zh: string;
  detail: string;
  detail_zh: string;
  code: string;
}

export interface Decision {
  height: number;
  place: number;
  time_ms: number | null;
  event: string;
  kind: string;
  organisation: string;
  accepted: boolean;
  /** null where the reader may not see the command. */
  verdict: string | null;
  rows: string[] | null;
  binding: number;
  input_sha256: string;
  told: Told | null;
}

/** Whether a decision's row is this one of this contract; refusals name a row by its id alone. */
export function firedIn(decision: Decision, contract: string, row: string): boolean {
  return (decision.rows ?? []).some(
    (each) => each === row || (each.startsWith(`${contract}/`) && each.endsWith(`/${row}`)),
  );
}

export function rowOf(decision: Decision, contract: string): string {
  const own = (decision.rows ?? []).find(
    (each) => !each.includes("/") || each.startsWith(`${contract}/`),
  );
  return own?.split("/").at(-1) ?? "";
}

export interface Finding {
  code: string;
  node: string;
  row: string;
  cell: string;
  at: number;
  what: string;
  zh: string;
  en: string;
}

export function tablesOf(document: Contract): TableNode[] {
  return document.nodes.filter((each) => each.kind === "table");
}
