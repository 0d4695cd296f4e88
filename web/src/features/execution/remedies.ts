/** What might mend a refused payment request. Each is tried by dry run before it is offered. */

export interface PaymentBody {
  line: string;
  nature: string;
  source: string;
  year: number;
  amount_fen: number;
  purpose: string;
  payee: string;
  account: string;
  invoice?: string | null;
  document_sha256?: string | null;
  agreement?: string | null;
  milestone?: string | null;
  intention?: string | null;
  art54?: string;
}

export type Remedy = {
  /** Names the text; also a key for lists. */
  key: string;
  values: Record<string, string | number>;
} & (
  | { body: PaymentBody }
  | { virement: { from_cell: string; to_cell: string; amount_fen: number } }
  | { to: string }
);

type Facts = Record<string, unknown>;

/** `<cell>=<fen>` as refusals list them; a cell is line:nature:source:year:vintage. */
export function readCell(text: string): { cell: string; fen: number; parts: string[] } | null {
  const at = text.lastIndexOf("=");
  const cell = at < 0 ? text : text.slice(0, at);
  const fen = at < 0 ? 0 : Number(text.slice(at + 1));
  const parts = cell.split(":");
  return parts.length === 5 && Number.isSafeInteger(fen) ? { cell, fen, parts } : null;
}

function cellsIn(facts: Facts, name: string): NonNullable<ReturnType<typeof readCell>>[] {
  const listed = facts[name];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each) => readCell(String(each)) ?? []);
}

/** The last account that the payee is known by: of the agreement, else of the register. */
export interface Known {
  account: string;
  economic: string;
}

export function remediesOf(code: string, facts: Facts, body: PaymentBody, known: Known): Remedy[] {
  switch (code) {
    case "EXE-27":
      return overBudget(facts, body);
    case "EXE-26":
      return wrongPurpose(facts, body, known);
    case "EXE-24":
      return [
        ...(known.account && known.account !== body.account
          ? [
              {
                key: "account",
                values: { account: known.account.slice(-4) },
                body: { ...body, account: known.account },
              },
            ]
          : []),
        { key: "confirm", values: {}, to: `/desk/payees?payee=${body.payee}` },
      ];
    case "EXE-23":
      return [{ key: "earlier", values: {}, to: `/desk/payments/${String(facts.payment)}` }];
    case "EXE-25":
    case "EXE-28":
      return [{ key: "accept", values: {}, to: `/desk/agreements/${String(facts.agreement)}` }];
    case "EXE-22":
      return facts.lawful === "carry_over" && body.art54 !== "carry_over"
        ? [{ key: "carry", values: {}, body: { ...body, art54: "carry_over" } }]
        : [];
    case "EXE-13":
      return typeof facts.now === "number" && facts.now !== body.year
        ? [{ key: "year", values: { year: facts.now }, body: { ...body, year: facts.now } }]
        : [];
    default:
      return [];
  }
}

function overBudget(facts: Facts, body: PaymentBody): Remedy[] {
  const left = Number(facts.left_fen ?? 0);
  const short = Number(facts.short_fen ?? 0);
  const less: Remedy[] =
    left > 0
      ? [{ key: "less", values: { amount_fen: left }, body: { ...body, amount_fen: left } }]
      : [];
  const givers = cellsIn(facts, "virement_from").filter((each) => each.fen >= short && short > 0);
  const virements = givers.slice(0, 2).map((each): Remedy => {
    const vintage = each.parts[4] ?? "";
    const to = [body.line, body.nature, body.source, body.year, vintage].join(":");
    return {
      key: "virement",
      values: { line: each.parts[0] ?? "", amount_fen: short },
      virement: { from_cell: each.cell, to_cell: to, amount_fen: short },
    };
  });
  return [...less, ...virements];
}

function wrongPurpose(facts: Facts, body: PaymentBody, known: Known): Remedy[] {
  const economic = String(facts.economic ?? known.economic);
  const others = cellsIn(facts, "lines").map((each): Remedy => {
    const [line = "", nature = "", source = "", year = ""] = each.parts;
    return {
      key: "line",
      values: { line },
      body: { ...body, line, nature, source, year: Number(year) },
    };
  });
  return [
    ...others,
    ...(economic && economic !== body.purpose
      ? [{ key: "purpose", values: { economic }, body: { ...body, purpose: economic } }]
      : []),
  ];
}
