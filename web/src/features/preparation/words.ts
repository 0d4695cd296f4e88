/** Words of the ledger in the reader's language, and the clauses of rules in full. */
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { keyOf, useTexts } from "./texts.ts";

/** Returns a function from a group and a word to its text; unknown words stand as they are. */
export function useWords(): (group: string, word: string | null | undefined) => string {
  const t = useTexts();
  return (group, word) => {
    const key = keyOf(group, word);
    return key ? t(key) : (word ?? "");
  };
}

/** Who sits at a desk: the posts of an organisation that have a role. */
export function useDesks(): (organisation: string, role: string) => string {
  const names = useNames();
  const inLanguage = useInLanguage();
  return (organisation, role) => {
    const posts = names.posts
      .filter((each) => each.organisation === organisation && hasRole(each.roles, role))
      .map((each) => inLanguage(each.title_zh, each.title_en));
    return `${names.organisation(organisation)} ${posts.length > 0 ? posts.join(" / ") : role}`;
  };
}

function hasRole(roles: unknown, role: string): boolean {
  return Array.isArray(roles) && roles.includes(role);
}

export interface ClauseText {
  contract: string;
  clause: string;
  text: string;
  laws: { name: string; quote: string }[];
}

interface RuleRow {
  id: string;
  zh: string;
  en: string;
  basis?: string[];
}

/** Returns a function from a clause of the hook's contracts to its row and the law it cites. */
export function useClauses(hook: string): (clause: string, contract?: string) => ClauseText | null {
  const documents = useRows("contracts_documents", { hook }).data?.rows ?? [];
  const inLanguage = useInLanguage();
  return (clause, contract) => {
    for (const each of documents) {
      if (contract && each.id !== contract) continue;
      const document = each.document as {
        nodes?: { rows?: RuleRow[] }[];
        legal?: { id: string; zh: string; en: string; quote: string }[];
      };
      const row = document.nodes?.flatMap((node) => node.rows ?? []).find((of) => of.id === clause);
      if (!row) continue;
      const laws = (document.legal ?? []).filter((law) => row.basis?.includes(law.id));
      return {
        contract: each.id,
        clause,
        text: inLanguage(row.zh, row.en),
        laws: laws.map((law) => ({ name: inLanguage(law.zh, law.en), quote: law.quote })),
      };
    }
    return null;
  };
}
