/** Asking the ledger what a request would come to, while it is typed; nothing is recorded. */
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../api/client.ts";
import { type Body, dryRun, type Kind, readRecord, type Seen } from "../../api/commands.ts";

export type Asked =
  | { kind: "preparation.request.submit/1"; body: Body<"preparation.request.submit/1"> }
  | { kind: "preparation.request.correct/1"; body: Body<"preparation.request.correct/1"> };

export type Check =
  | { at: "waiting" }
  | { at: "passes"; events: Record<string, unknown>[] }
  | { at: "refused"; problem: Problem }
  | { at: "away" };

const PAUSE_MS = 500;
const AGAIN_MS = 5_000;

/** Records that the ledger must be told one has seen. */
export function onOf(asked: Asked): string[] {
  return asked.kind === "preparation.request.correct/1"
    ? [`preparation/request/${asked.body.request}`]
    : [];
}

async function ask(asked: Asked): Promise<Check> {
  try {
    const seen: Seen = {};
    for (const key of onOf(asked)) seen[key] = (await readRecord(key)).version;
    return { at: "passes", events: await dryRun<Kind>(asked.kind, asked.body as never, seen) };
  } catch (problem) {
    return problem instanceof Problem ? { at: "refused", problem } : { at: "away" };
  }
}

/** What the ledger says of a request, half a second after the last change; null asks nothing. */
export function useCheck(asked: Asked | null): { check: Check; isStale: boolean } {
  const [check, setCheck] = useState<Check>({ at: "waiting" });
  const [of, setOf] = useState("");
  const [tries, setTries] = useState(0);
  const text = asked ? JSON.stringify(asked) : "";
  const latest = useRef(text);
  latest.current = text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again only when its text changes
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(async () => {
      const found = await ask(asked);
      if (latest.current !== text) return;
      setCheck(found);
      setOf(text);
      if (found.at === "away") setTimeout(() => setTries((each) => each + 1), AGAIN_MS);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, tries]);
  return { check, isStale: of !== text };
}

export interface Remedy {
  key: string;
  label: string;
  asked: Asked | null;
  take: () => void;
}
export type Tried = "trying" | "passes" | "refused";

/** What each remedy would come to; asked one after the other, again when the request changes. */
export function useTried(remedies: readonly Remedy[]): ReadonlyMap<string, Tried> {
  const [tried, setTried] = useState<ReadonlyMap<string, Tried>>(new Map());
  const text = JSON.stringify(remedies.map((each) => [each.key, each.asked]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: remedies are the same while their text is
  useEffect(() => {
    let isOver = false;
    const tryAll = async () => {
      setTried(new Map(remedies.map((each) => [each.key, "trying"])));
      for (const each of remedies) {
        const found = each.asked ? await ask(each.asked) : null;
        if (isOver) return;
        const now = found?.at === "passes" ? "passes" : "refused";
        setTried((before) => new Map([...before, [each.key, now]]));
      }
    };
    void tryAll();
    return () => {
      isOver = true;
    };
  }, [text]);
  return tried;
}
