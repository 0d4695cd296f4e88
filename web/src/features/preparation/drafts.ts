/** Drafts of requests, kept by the browser until they are submitted: reload, network and session may end. */
import type { Form } from "./form.ts";

export interface Draft {
  form: Form;
  atMs: number;
  year: number;
  project: string;
  /** The version it was begun from, `""` for none: a later one is told of. */
  from: string;
}

const PREFIX = "mz.draft.request/";

/** Another person at the same machine has other drafts. */
export function draftKey(person: string, unit: string, year: number, project: string): string {
  return `${PREFIX}${person}/${unit}/${year}/${project}`;
}

export function readDraft(key: string): Draft | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isDraft(found) ? found : null;
  } catch {
    return null;
  }
}

function isDraft(found: unknown): found is Draft {
  const draft = found as Partial<Draft> | null;
  return (
    typeof draft?.atMs === "number" &&
    typeof draft.year === "number" &&
    typeof draft.project === "string" &&
    Array.isArray(draft.form?.lines) &&
    Array.isArray(draft.form?.indicators) &&
    Array.isArray(draft.form?.documents)
  );
}

/** Says whether the browser took it: it may be full, or forbid it. */
export function writeDraft(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key: string): void {
  localStorage.removeItem(key);
}

/** Drafts of a person for a unit, newest first. */
export function draftsOf(person: string, unit: string): (Draft & { key: string })[] {
  const start = `${PREFIX}${person}/${unit}/`;
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(start))
    .flatMap((key) => {
      const draft = readDraft(key);
      return draft ? [{ ...draft, key }] : [];
    })
    .toSorted((a, b) => b.atMs - a.atMs);
}
