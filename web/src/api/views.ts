/** Rows of the ledger's tables: typed, cached, read again when the ledger has moved. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, need } from "./client.ts";
import type { paths } from "./schema";

type Named<P> = P extends `/api/views/${infer N}` ? (N extends `{${string}` ? never : N) : never;
export type ViewName = { [P in keyof paths]: Named<P> }[keyof paths];
type Listing<N extends ViewName> = paths[`/api/views/${N}`] extends {
  get: { responses: { 200: { content: { "application/json": infer A } } } };
}
  ? A
  : never;
export type Row<N extends ViewName> = Listing<N> extends { rows: (infer R)[] } ? R : never;
export type Filters = Record<string, string | number | boolean>;

/** One page of a table, as the API gives it. */
export interface Page<N extends ViewName> {
  height: number;
  rows: Row<N>[];
  after: string | null;
}

const PAGE = 500;

export async function readPage<N extends ViewName>(
  name: N,
  filters: Filters = {},
  after = "",
): Promise<Page<N>> {
  const query = { limit: PAGE, ...filters, ...(after ? { after } : {}) };
  const answer = await need(
    api.GET("/api/views/{name}", { params: { path: { name }, query: query as never } }),
  );
  return answer as unknown as Page<N>;
}

/** All rows that a filter finds, page by page; for tables whose rows a person can look through. */
export async function readAll<N extends ViewName>(
  name: N,
  filters: Filters = {},
): Promise<Page<N>> {
  const first = await readPage(name, filters);
  const rows = [...first.rows];
  let after = first.after;
  while (after !== null) {
    const page = await readPage(name, { ...filters, height: first.height }, after);
    rows.push(...page.rows);
    after = page.after;
  }
  return { height: first.height, rows, after: null };
}

export function rowsOf<N extends ViewName>(name: N, filters: Filters = {}) {
  return queryOptions({
    queryKey: ["views", name, filters] as const,
    queryFn: () => readAll(name, filters),
    placeholderData: keepPreviousData,
  });
}

/** Rows of a table. `undefined` until they are there. */
export function useRows<N extends ViewName>(name: N, filters: Filters = {}, enabled = true) {
  return useQuery({ ...rowsOf(name, filters), enabled });
}
