/** Pages of the ledger, records with their versions and trail, and what finds them. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { acting, api, asked, need, Problem } from "../../api/client.ts";

export interface Block {
  height: number;
  time_ms: number;
  block_hash: string;
  app_hash: string;
  commands: number;
  automatic: number;
}

export interface Told {
  title: string;
  title_zh: string;
  detail: string;
  detail_zh: string;
  code: string;
  status: number;
  facts: Record<string, unknown>;
}

/** A command as the reader may see it; the last fields only by right. */
export interface Command {
  height: number;
  place: number;
  kind: string;
  organisation: string;
  accepted: boolean;
  code: string;
  clause: string;
  alarm: string;
  post?: string;
  person?: string;
  id?: string;
  receipt_sha256?: string;
  told?: Told;
}

const PAGES = 200;

export function useBlocks() {
  return useInfiniteQuery({
    queryKey: ["blocks"],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGES, ...(pageParam === null ? {} : { before: pageParam }) };
      const answer = await need(api.GET("/api/blocks", { params: { query } }));
      return answer as unknown as { height: number; known_from: number; blocks: Block[] };
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => {
      const oldest = last.blocks.at(-1)?.height ?? 0;
      return last.blocks.length < PAGES || oldest <= last.known_from ? null : oldest;
    },
  });
}

export function useBlock(height: number) {
  return useQuery({
    queryKey: ["block", height],
    queryFn: async () => {
      const path = { height };
      const answer = await need(api.GET("/api/blocks/{height}", { params: { path } }));
      return answer as unknown as Block & { listed: Command[] };
    },
    enabled: Number.isSafeInteger(height) && height >= 0,
  });
}

export function useRefusals(alarm: string) {
  return useInfiniteQuery({
    queryKey: ["refusals", alarm],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGES, alarm, ...(pageParam === null ? {} : { before: pageParam }) };
      const answer = await need(api.GET("/api/refusals", { params: { query } }));
      return answer as unknown as { height: number; known_from: number; refusals: Command[] };
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) =>
      last.refusals.length < PAGES ? null : (last.refusals.at(-1)?.height ?? null),
  });
}

export interface Health {
  well: boolean;
  now_ms: number;
  faults: string[];
}

export function useHealth() {
  return useQuery({
    queryKey: ["health"],
    queryFn: async () => (await (await fetch("/healthz")).json()) as Health,
  });
}

export function useKeys() {
  return useQuery({
    queryKey: ["keys"],
    queryFn: async () =>
      (await need(api.GET("/api/keys"))) as unknown as { node: string; countersigners: string[] },
  });
}

export type Fields = Record<string, unknown>;

export interface Version {
  from_height: number;
  to_height: number | null;
  record: Fields | null;
}

/** Where a record is read: now, as of a page, or as of a date. */
export interface AsOf {
  height?: string | undefined;
  date?: string | undefined;
}

export function useRecord(key: string, asOf: AsOf) {
  return useQuery({
    queryKey: ["record", key, asOf],
    queryFn: async () => {
      const wanted = Object.entries(asOf).filter(([, value]) => value);
      const params = { path: { key }, query: Object.fromEntries(wanted) };
      const answer = await need(api.GET("/api/records/{key}", { params } as never));
      return answer as unknown as Version & { height: number };
    },
  });
}

export function useVersions(key: string) {
  return useQuery({
    queryKey: ["versions", key],
    queryFn: async () => {
      const answer = await need(api.GET("/api/versions/{key}", { params: { path: { key } } }));
      return answer as unknown as { known_from: number; versions: Version[] };
    },
  });
}

export interface Change {
  from_height: number;
  to_height: number | null;
  time_ms: number | null;
  sure: boolean;
  automatic: boolean;
  commands: Command[];
}

export function useTrail(key: string) {
  return useQuery({
    queryKey: ["trail", key],
    queryFn: async () => {
      const answer = await need(api.GET("/api/trail/{key}", { params: { path: { key } } }));
      return (answer as unknown as { changes: Change[] }).changes;
    },
  });
}

export interface Registered {
  height: number;
  found: {
    table: string;
    key: string;
    column: string;
    from_height: number;
    still: boolean;
    time_ms: number | null;
  }[];
}

export async function askRegistered(sha256: string): Promise<Registered> {
  const path = { sha256 };
  return (await need(
    api.GET("/api/registered/{sha256}", { params: { path } }),
  )) as unknown as Registered;
}

export interface FoundRow {
  table: string;
  key: string;
  column: string;
  row: Record<string, string | null>;
}

export function useFound(words: string) {
  return useQuery({
    queryKey: ["search", words],
    queryFn: async () => {
      const query = { q: words };
      const answer = await need(api.GET("/api/search", { params: { query } }));
      return answer as unknown as { height: number; found: FoundRow[] };
    },
    enabled: words.length > 1,
  });
}

/** Downloads a bundle for whom one acts: a link would not say for which post. */
export async function saveBundle(path: string, name: string): Promise<void> {
  const { organisation, post } = acting();
  const headers = organisation ? { "X-Acting": `${organisation}/${post}` } : undefined;
  const address = new URL(path, window.location.origin);
  const answer = await asked(new Request(address, headers ? { headers } : {}));
  if (!answer.ok) throw new Problem(answer.status, await answer.json());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
