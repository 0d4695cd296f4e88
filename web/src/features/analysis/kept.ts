/** Views that a person has set and saved: the choice and the height, so that figures stay the same. */
import type { Choice } from "./figures.ts";
import { GROUPS, MEASURES } from "./figures.ts";

export interface KeptView {
  name: string;
  choice: Choice;
  height: number;
}

const KEPT = "mz.analysis.views";
const MOST = 50;

export function keptViews(): KeptView[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? found.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptView {
  const view = value as KeptView;
  return typeof view?.name === "string" && Number.isSafeInteger(view.height) && !!view.choice;
}

export function keep(view: KeptView): KeptView[] {
  const others = keptViews().filter((each) => each.name !== view.name);
  const all = [view, ...others].slice(0, MOST);
  localStorage.setItem(KEPT, JSON.stringify(all));
  return all;
}

export function drop(name: string): KeptView[] {
  const left = keptViews().filter((each) => each.name !== name);
  localStorage.setItem(KEPT, JSON.stringify(left));
  return left;
}

/** The address of a view, which can be passed on. */
export function written(choice: Choice, height: number | null): URLSearchParams {
  const query = new URLSearchParams({
    year: String(choice.year),
    measure: choice.measure,
    group: choice.group,
  });
  if (choice.unit) query.set("unit", choice.unit);
  if (choice.nature) query.set("nature", choice.nature);
  if (height !== null) query.set("height", String(height));
  return query;
}

/** Reads an address; what it does not say, or says wrongly, is the usual. */
export function read(
  query: URLSearchParams,
  year: number,
): { choice: Choice; height: number | null } {
  const number = (name: string): number | null => {
    const text = query.get(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  };
  return {
    choice: {
      year: number("year") ?? year,
      unit: query.get("unit") ?? "",
      nature: query.get("nature") ?? "",
      measure: MEASURES.find((each) => each === query.get("measure")) ?? "quota_fen",
      group: GROUPS.find((each) => each === query.get("group")) ?? "function",
    },
    height: number("height"),
  };
}
