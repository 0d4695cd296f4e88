/** Changes to a draft: each returns a new document and leaves the old one as it was. */
import type { Contract, EmbeddedTest, RuleRow, TableNode } from "./document.ts";

function inTable(document: Contract, node: string, change: (of: TableNode) => TableNode): Contract {
  return {
    ...document,
    nodes: document.nodes.map((each) =>
      each.kind === "table" && each.id === node ? change(each) : each,
    ),
  };
}

/** Changes the row of an id; `default` is the last row, for anything else. */
export function withRow(
  document: Contract,
  node: string,
  row: string,
  change: Partial<RuleRow>,
): Contract {
  return inTable(document, node, (table) =>
    row === "default" && table.default
      ? { ...table, default: { ...table.default, ...change } }
      : {
          ...table,
          rows: table.rows.map((each) => (each.id === row ? { ...each, ...change } : each)),
        },
  );
}

export function withCell(
  row: Pick<RuleRow, "when" | "then">,
  part: "when" | "then",
  at: number,
  cell: string,
): Partial<RuleRow> {
  return { [part]: row[part].map((each, place) => (place === at ? cell : each)) };
}

/** Puts a copy of a row below it, under an id of its own. */
export function withCopyBelow(document: Contract, node: string, row: string): Contract {
  return inTable(document, node, (table) => {
    const at = table.rows.findIndex((each) => each.id === row);
    const found = table.rows[at];
    if (!found) return table;
    const taken = table.rows.map((each) => each.id);
    let number = 1;
    while (taken.includes(`${row}.${number}`)) number += 1;
    const copy = { ...found, id: `${row}.${number}` };
    return { ...table, rows: table.rows.toSpliced(at + 1, 0, copy) };
  });
}

export function withoutRow(document: Contract, node: string, row: string): Contract {
  return inTable(document, node, (table) => ({
    ...table,
    rows: table.rows.filter((each) => each.id !== row),
  }));
}

/** Moves a row up by one place: with "first match counts" that changes what is decided. */
export function withRowUp(document: Contract, node: string, row: string): Contract {
  return inTable(document, node, (table) => {
    const at = table.rows.findIndex((each) => each.id === row);
    const found = table.rows[at];
    if (!found || at === 0) return table;
    return { ...table, rows: table.rows.toSpliced(at, 1).toSpliced(at - 1, 0, found) };
  });
}

export function withTest(document: Contract, at: number, test: EmbeddedTest): Contract {
  return { ...document, tests: document.tests.with(at, test) };
}

/** Adds a test like one that is there, under a name of its own. */
export function withTestLike(document: Contract, at: number): Contract {
  const found = document.tests[at];
  if (!found) return document;
  const names = document.tests.map((each) => each.name);
  let number = 2;
  while (names.includes(`${found.name} ${number}`)) number += 1;
  const copy = { ...found, name: `${found.name} ${number}` };
  return { ...document, tests: document.tests.toSpliced(at + 1, 0, copy) };
}

export function withoutTest(document: Contract, at: number): Contract {
  return { ...document, tests: document.tests.toSpliced(at, 1) };
}

/** The document that is proposed: the next version of the one in force. */
export function nextVersion(draft: Contract, of: { id: string; version: number }): Contract {
  return { ...draft, version: of.version + 1, prev: of.id };
}
