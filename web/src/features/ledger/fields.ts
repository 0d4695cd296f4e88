/** A record as rows that people read: nested members by their path, and what changed between two. */

export interface Leaf {
  path: string;
  value: string | number | boolean | null;
}

const ROWS_MAX = 500;

/** Returns the members of a record in their order; a list's members by their place from 1. */
export function leavesOf(record: Record<string, unknown> | null): Leaf[] {
  const found: Leaf[] = [];
  const walk = (path: string, value: unknown): void => {
    if (found.length >= ROWS_MAX) return;
    if (Array.isArray(value)) {
      if (value.length === 0) found.push({ path, value: null });
      value.forEach((each, at) => {
        walk(`${path}[${at + 1}]`, each);
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [name, each] of Object.entries(value)) walk(path ? `${path}.${name}` : name, each);
    } else if (isPlain(value)) found.push({ path, value });
  };
  walk("", record ?? {});
  return found;
}

function isPlain(value: unknown): value is Leaf["value"] {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** What a member is, by its name: units stand last in names. */
export function unitOf(path: string): "fen" | "ms" | "day" | "bp" | "sha256" | "" {
  const name =
    path
      .replace(/\[\d+\]/g, "")
      .split(".")
      .at(-1) ?? "";
  if (name.endsWith("_fen")) return "fen";
  if (name.endsWith("_ms")) return "ms";
  if (name === "day" || name.endsWith("_day")) return "day";
  if (name.endsWith("_bp")) return "bp";
  return name.endsWith("sha256") ? "sha256" : "";
}

export interface Changed {
  path: string;
  before: Leaf["value"] | undefined;
  after: Leaf["value"] | undefined;
}

/** Returns the members that differ; `undefined` where there was, or is, none. */
export function changedBetween(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Changed[] {
  const old = new Map(leavesOf(before).map((each) => [each.path, each.value]));
  const now = new Map(leavesOf(after).map((each) => [each.path, each.value]));
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}
