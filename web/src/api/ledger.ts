/** The ledger the page is of, and its pulse: an event stream of heights, never of content. */
import {
  type Query,
  type QueryClient,
  queryOptions,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { api, need, shown } from "./client.ts";

export interface LedgerFacts {
  chain: string;
  offset_s: number;
  currency: string;
  validators: string[];
  height: number;
  time_ms: number;
  block_time_ms: number;
  sandbox: boolean;
}

export const ledgerFacts = queryOptions({
  queryKey: ["ledger"],
  queryFn: async () => (await need(api.GET("/api/ledger"))) as unknown as LedgerFacts,
});

export function useLedger(): LedgerFacts | undefined {
  return useQuery(ledgerFacts).data;
}

interface Pulse {
  height: number;
  /** When the stream last said something, by this browser's clock. */
  heardMs: number;
  connected: boolean;
}

let pulse: Pulse = { height: 0, heardMs: 0, connected: false };
const watching = new Set<() => void>();
let source: EventSource | null = null;

function tell(next: Pulse): void {
  pulse = next;
  for (const each of watching) each();
}

/** Options of what a release says and no block changes: it is read once. */
export const ofRelease = {
  staleTime: Number.POSITIVE_INFINITY,
  meta: { isOfRelease: true },
};

/** What moves with the ledger. Who is signed in does not; that reading may wait for a sign-in. */
const moving = {
  predicate: ({ queryKey, meta }: Query) => queryKey[0] !== "session" && !meta?.isOfRelease,
};

let isStale = false;
let isReading = false;

/**
 * Reads again what is on screen, pass after pass: a ledger that moves fast keeps no page from its
 * answer, and an answer that was already on its way when the ledger moved is asked for once more.
 */
async function readAgain(queries: QueryClient): Promise<void> {
  isStale = true;
  if (isReading) return;
  isReading = true;
  while (isStale) {
    isStale = queries.isFetching(moving) > 0;
    await queries.invalidateQueries(moving, { cancelRefetch: false });
  }
  isReading = false;
}

function open(queries: QueryClient): void {
  source = new EventSource("/api/live");
  source.addEventListener("height", (event) => {
    const { height } = JSON.parse(event.data) as { height: number };
    const hasMoved = pulse.height !== 0 && height !== pulse.height;
    tell({ height, heardMs: Date.now(), connected: true });
    shown(height);
    // Heights alone come: each page reads again under its own rights (design section 9).
    if (hasMoved) void readAgain(queries);
  });
  source.addEventListener("error", () => {
    tell({ ...pulse, connected: false });
    shown(Number.POSITIVE_INFINITY);
  });
}

/** Keeps what is on screen current. Call once, at the root. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => {
    open(queries);
    return () => {
      source?.close();
      source = null;
    };
  }, [queries]);
}

export function usePulse(): Pulse {
  return useSyncExternalStore(
    (changed) => {
      watching.add(changed);
      return () => watching.delete(changed);
    },
    () => pulse,
  );
}
