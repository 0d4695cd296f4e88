/** What a demonstration offers; nothing where the ledger is a real one. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, need } from "./client.ts";
import { useLedger } from "./ledger.ts";

export interface SandboxFacts {
  title_zh: string;
  title_en: string;
  accounts: { user: string; organisation: string; post: string; zh: string; en: string }[];
  altered: string[];
  witnesses: string[];
}

export const sandboxFacts = queryOptions({
  queryKey: ["sandbox"],
  queryFn: async () => (await need(api.GET("/api/sandbox"))) as unknown as SandboxFacts,
});

/** What the demonstration is of, or `undefined` where the ledger is a real one. */
export function useSandbox(): SandboxFacts | undefined {
  const ledger = useLedger();
  return useQuery({ ...sandboxFacts, enabled: ledger?.sandbox === true }).data;
}
