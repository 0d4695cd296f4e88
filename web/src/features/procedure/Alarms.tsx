import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, need } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { isLevel, LevelBadge } from "../../parts/LevelBadge.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useRefusalWords } from "../execution/refusals.ts";
import { useWorkTexts } from "./texts.ts";
import css from "./work.module.css";

export interface RefusalRow {
  height: number;
  place: number;
  kind: string;
  organisation: string;
  post?: string;
  person?: string;
  code: string;
  clause: string;
  alarm: string;
  time_ms: number;
  /** In words, to who may know the facts. */
  told?: { title: string; title_zh: string };
  facts?: Record<string, unknown>;
}

const READ = 100;
const SHOWN = 8;

export function useRefusals() {
  return useQuery({
    queryKey: ["refusals"],
    queryFn: async () =>
      (await need(api.GET("/api/refusals", { params: { query: { limit: READ } } }))) as unknown as {
        height: number;
        refusals: RefusalRow[];
      },
  });
}

/** What rules have stopped, of units that the reader may read; most urgent news first. */
export function Alarms() {
  const t = useWorkTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const words = useRefusalWords();
  const ledger = useLedger();
  const found = useRefusals();
  const alarms = found.data?.refusals.filter((each) => isLevel(each.alarm) && each.facts);
  return (
    <Panel title={t("alarms")} more={t("alarms.more")}>
      {found.error ? (
        <PlainProblem problem={found.error} />
      ) : alarms?.length === 0 ? (
        <p className={css.empty}>{t("alarms.none")}</p>
      ) : (
        <ul className={`${css.rows} ${css.panelRows}`}>
          {alarms?.slice(0, SHOWN).map((each) => (
            <li key={`${each.height}/${each.place}`} className={`${css.row} ${css.short}`}>
              {isLevel(each.alarm) && <LevelBadge level={each.alarm} />}
              <div>
                {words({ code: each.code, facts: each.facts ?? {} })?.title ??
                  inLanguage(each.told?.title_zh, each.told?.title)}
                <p>
                  {names.organisation(each.organisation)}
                  {each.post && ` ${names.post(each.post)}`}
                  {ledger && ` · ${dateInTable(each.time_ms, ledger.offset_s)}`}
                </p>
              </div>
              <Link
                to={
                  each.kind.startsWith("execution.")
                    ? `/desk/payments/refused/${each.height}/${each.place}`
                    : `/desk/ledger/${each.height}`
                }
              >
                {t("alarms.open")}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
