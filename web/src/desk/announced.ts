/** What became of what was signed: kept beside the pages, since the page it was signed on may change. */
import { useSyncExternalStore } from "react";
import type { Accepted } from "../api/commands.ts";

export type Announced = { at: "done"; answer: Accepted } | { at: "pending" };

let newest: Announced | null = null;
const watching = new Set<() => void>();

export function announce(what: Announced | null): void {
  newest = what;
  for (const each of watching) each();
}

export function useAnnounced(): Announced | null {
  return useSyncExternalStore(
    (changed) => {
      watching.add(changed);
      return () => watching.delete(changed);
    },
    () => newest,
  );
}
