/** Names of institutions as they were signed. What this site calls them counts for nothing here. */
import { useEffect, useMemo } from "react";
import { useInLanguage } from "../../i18n/texts.ts";
import { type Check, useChecks, useTrust, want } from "./store.ts";

const keyOf = (id: string): string => `identity/organisation/${id}`;

export interface ProvenName {
  proof: Check["proof"];
  /** The signed name; empty where there is no proof of one. */
  name: string;
}

/** Asks for the proofs of institutions' names and tells what came of each so far. */
export function useProvenNames(ids: readonly string[]): (id: string) => ProvenName {
  const inLanguage = useInLanguage();
  const { trust } = useTrust();
  const checkOf = useChecks();
  const asked = ids.join(" ");
  useEffect(() => {
    if (trust?.state === "ready") for (const id of asked.split(" ")) if (id) want(keyOf(id));
  }, [trust, asked]);
  return useMemo(
    () => (id) => {
      const { proof, content } = checkOf(keyOf(id));
      if (proof !== "match") return { proof, name: "" };
      if (content === null) return { proof: "mismatch", name: "" };
      const { names } = JSON.parse(new TextDecoder().decode(content)) as {
        names: { zh: string; en: string };
      };
      return { proof, name: inLanguage(names.zh, names.en) };
    },
    [checkOf, inLanguage],
  );
}
