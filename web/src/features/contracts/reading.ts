/** Contracts as the pages read them: documents with their state, hooks, decisions, admission. */
import { queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, need } from "../../api/client.ts";
import { ofRelease } from "../../api/ledger.ts";
import { useRows } from "../../api/views.ts";
import type { Contract, Decision, Fact, Finding, Hook, Listed, State } from "./document.ts";

const hooksNow = queryOptions({
  queryKey: ["hooks"],
  queryFn: async () => (await need(api.GET("/api/hooks"))) as unknown as { hooks: Hook[] },
  ...ofRelease,
});

export function useHooks(): Hook[] | undefined {
  return useQuery(hooksNow).data?.hooks;
}

/** All documents with where they stand, by hook, priority and version. */
export function useContracts() {
  const documents = useRows("contracts_documents");
  const standings = useRows("contracts_standings").data?.rows;
  const suspended = useRows("contracts_suspended").data?.rows;
  const rows = documents.data?.rows;
  const listed = useMemo(() => {
    if (!rows || !standings || !suspended) return undefined;
    const stopped = suspended.flatMap((each) => each.contracts as string[]);
    const found = rows.map((row): Listed => {
      const standing = standings.find((each) => each.id === row.id)?.state as State | undefined;
      return {
        id: row.id,
        name: row.name ?? "",
        version: row.version ?? 1,
        state: stopped.includes(row.id) ? "suspended" : (standing ?? "proposed"),
        document: row.document as Contract,
      };
    });
    return found.toSorted(
      (a, b) => a.document.priority - b.document.priority || b.version - a.version,
    );
  }, [rows, standings, suspended]);
  return { listed, height: documents.data?.height, problem: documents.error };
}

interface Decisions {
  height: number;
  known_from: number;
  decisions: Decision[];
  before: number | null;
}

/** What a contract has decided, newest first; older ones by `fetchNextPage`. */
export function useDecisions(contract: string) {
  return useInfiniteQuery({
    queryKey: ["decisions", contract],
    queryFn: async ({ pageParam }) => {
      const query = { contract, ...(pageParam === null ? {} : { before: pageParam }) };
      const answer = await need(api.GET("/api/decisions", { params: { query } }));
      return answer as unknown as Decisions;
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.before,
  });
}

/** Judges a document as every validator does. Nothing is recorded. */
export async function judge(document: Contract): Promise<{ step: number; findings: Finding[] }> {
  const answer = await need(api.POST("/api/admission", { body: document as never } as never));
  return answer as unknown as { step: number; findings: Finding[] };
}

/** What a contract says to facts: its outputs and the rows that fired, or why it cannot decide. */
export interface Judged {
  height: number;
  outputs: Record<string, Fact> | null;
  rows: {
    node: string;
    row: string;
    zh: string;
    en: string;
    remedy_zh: string;
    remedy_en: string;
  }[];
  aborted: { zh: string; en: string } | null;
}

/** Lets a contract judge invented facts, by the ledger's own evaluator. Nothing is recorded. */
export async function tryFacts(contract: string, inputs: Record<string, Fact>): Promise<Judged> {
  const body = { contract, inputs };
  return (await need(api.POST("/api/trial", { body } as never))) as unknown as Judged;
}
