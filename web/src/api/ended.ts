/** A session that ended while somebody works: what was asked waits, and goes on once he is back. */
import { useSyncExternalStore } from "react";

let waiting: { isBack: Promise<boolean>; settle: (isBack: boolean) => void } | null = null;
const watching = new Set<() => void>();

/** Waits until the person has signed in again; false when he leaves instead. */
export function untilBack(): Promise<boolean> {
  if (!waiting) {
    let settle: (isBack: boolean) => void = () => undefined;
    const isBack = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    waiting = { isBack, settle };
    for (const each of watching) each();
  }
  return waiting.isBack;
}

/** Lets what waits go on, or fail. */
export function goOn(isBack: boolean): void {
  waiting?.settle(isBack);
  waiting = null;
  for (const each of watching) each();
}

export function useHasEnded(): boolean {
  return useSyncExternalStore(
    (changed) => {
      watching.add(changed);
      return () => watching.delete(changed);
    },
    () => waiting !== null,
  );
}
