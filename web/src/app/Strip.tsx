import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, need } from "../api/client.ts";
import { useLedger } from "../api/ledger.ts";
import { useInLanguage } from "../i18n/texts.ts";
import css from "./shell.module.css";
import { useAppTexts } from "./texts.ts";

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

/** The strip above every page of a demonstration. */
export function Strip({ wide }: { wide: boolean }) {
  const t = useAppTexts();
  const inLanguage = useInLanguage();
  const sandbox = useSandbox();
  if (!sandbox) return null;
  return (
    <div className={`${css.strip} ${wide ? css.wide : ""}`}>
      <p>
        <strong>{t("strip.name")}</strong>
        {t("strip.text", { title: inLanguage(sandbox.title_zh, sandbox.title_en) })}
      </p>
      <Link to="/enter">{t("strip.switch")}</Link>
    </div>
  );
}
