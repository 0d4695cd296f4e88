/** What is typed into a form outlives a reload; it stays in this browser. */
import { useCallback, useState } from "react";
import { useOwn } from "../../app/acting.ts";

interface Kept<T> {
  value: T;
  at: number;
}

function found<T>(name: string): Kept<T> | null {
  try {
    const kept = localStorage.getItem(name);
    return kept ? (JSON.parse(kept) as Kept<T>) : null;
  } catch {
    return null;
  }
}

/** The person's own draft. `initial` wins over what was kept, where it is given. */
export function useDraft<T extends object>(
  name: string,
  empty: T,
  initial?: Partial<T>,
): { value: T; set: (change: Partial<T>) => void; keptAt: number | null; drop: () => void } {
  const key = useOwn(name);
  const [kept] = useState(() => (initial ? null : found<T>(key)));
  const [keptAt, setKeptAt] = useState(kept?.at ?? null);
  const [value, setValue] = useState<T>({ ...empty, ...kept?.value, ...initial });
  const set = useCallback(
    (change: Partial<T>) => {
      setValue((before) => {
        const next = { ...before, ...change };
        localStorage.setItem(key, JSON.stringify({ value: next, at: Date.now() }));
        return next;
      });
    },
    [key],
  );
  const drop = useCallback(() => {
    localStorage.removeItem(key);
    setKeptAt(null);
    setValue(empty);
  }, [key, empty]);
  return { value, set, keptAt, drop };
}
