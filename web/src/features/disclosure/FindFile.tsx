import { useEffect, useRef, useState } from "react";
import { api, need } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { readPage } from "../../api/views.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { sha256Of } from "../../parts/sha256.ts";
import { Dropped } from "./Dropped.tsx";
import css from "./portal.module.css";
import { useDisclosureTexts } from "./texts.ts";

const MOST_BYTES = 200 * 1024 * 1024;

interface Registered {
  what: [zh: string, en: string];
  height: number;
  timeMs: number;
}

interface Answer {
  name: string;
  hash: string;
  registered: Registered[];
}

/** All public tables that hold a document's hash. */
async function registered(hash: string): Promise<Registered[]> {
  const [drafts, resolved, voted, quota, rules] = await Promise.all([
    readPage("preparation_drafts", { sha256: hash }),
    readPage("preparation_resolutions", { document_sha256: hash }),
    readPage("preparation_resolutions", { draft_sha256: hash }),
    readPage("execution_quota_documents", { document_sha256: hash }),
    readPage("contracts_documents", { id: hash }),
  ]);
  const found: { what: [string, string]; height: number }[] = [
    ...drafts.rows.map((each) => ({
      what: [each.title_zh ?? "", each.title_en ?? ""] as [string, string],
      height: each.from_height,
    })),
    ...[...resolved.rows, ...voted.rows, ...quota.rows].map((each) => ({
      what: [each.number ?? "", each.number ?? ""] as [string, string],
      height: each.from_height,
    })),
    ...rules.rows.map((each) => ({
      what: [each.title_zh ?? "", each.title_en ?? ""] as [string, string],
      height: each.from_height,
    })),
  ];
  return Promise.all(
    found.map(async (each) => {
      const path = { height: each.height };
      const block = await need(api.GET("/api/blocks/{height}", { params: { path } }));
      return { ...each, timeMs: (block as unknown as { time_ms: number }).time_ms };
    }),
  );
}

/** Whether and when a file was registered, by its hash; it says where it looked. */
export function FindFile() {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const offsetS = useLedger()?.offset_s ?? 0;
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (window.location.hash === "#file") heading.current?.scrollIntoView();
  }, []);
  const look = async (file: File) => {
    setAnswer(null);
    setProblem(null);
    setTooLarge(file.size > MOST_BYTES);
    if (file.size > MOST_BYTES) return;
    setBusy(true);
    try {
      const hash = await sha256Of(file);
      setAnswer({ name: file.name, hash, registered: await registered(hash) });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={css.block}>
      <h2 id="file" ref={heading}>
        {t("file")}
      </h2>
      <p>{t("file.text")}</p>
      <Dropped label={t("file.choose")} onFile={(file) => void look(file)} />
      <p className={css.note}>{t("file.scope")}</p>
      <div aria-live="polite">
        {isBusy && <p>{t("file.busy")}</p>}
        {isTooLarge && <p>{t("file.large")}</p>}
        {answer && (
          <div className={css.answer}>
            <p>
              <strong>{t(answer.registered.length ? "file.found" : "file.none")}</strong>
              <span className={css.note}>{answer.name}</span>
            </p>
            {answer.registered.map((each) => (
              <p key={`${each.height}${each.what[0]}`}>
                {t("file.found.text", {
                  what: inLanguage(...each.what),
                  height: each.height,
                  time: timeInTable(each.timeMs, offsetS),
                })}
              </p>
            ))}
            <p className={css.note}>
              {t(answer.registered.length ? "file.hash" : "file.none.text", { hash: answer.hash })}
            </p>
          </div>
        )}
      </div>
      <PlainProblem problem={problem} />
    </section>
  );
}
