import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { dateInText } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import type { Figure } from "../../parts/proof/figure.ts";
import { projectsOf } from "./figures.ts";
import css from "./portal.module.css";
import { type DisclosureKey, isKey, useDisclosureTexts } from "./texts.ts";

const DAY_MS = 86_400_000;
const OPEN = ["submitted", "asked", "returned"];
const MOST = 8;

type Process = Row<"disclosure_processes">;
interface Rule {
  name?: string;
  nodes?: { rows?: { id: string; zh: string; en: string }[] }[];
}

/** Whose table a request lies on, since when and by which rule; and what becomes public next. */
export function Processes({ figures }: { figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const { data, error } = useRows("disclosure_processes");
  const queue = useRows("disclosure_queue").data?.rows ?? [];
  const open = (data?.rows ?? []).filter((each) => OPEN.includes(each.state ?? ""));
  const done = (data?.rows ?? []).filter((each) => !OPEN.includes(each.state ?? ""));
  const byNewest = (one: Process, other: Process) => (other.since_ms ?? 0) - (one.since_ms ?? 0);
  const shown = [...open.toSorted(byNewest), ...done.toSorted(byNewest)].slice(0, MOST);
  return (
    <section className={css.block}>
      <h2>{t("process.title")}</h2>
      <p className={css.note}>{t("process.text")}</p>
      <PlainProblem problem={error} />
      {open.length === 0 && data && <p>{t("process.none")}</p>}
      <ul className={css.processes}>
        {shown.map((each) => (
          <ProcessLine key={each.id} process={each} figures={figures} />
        ))}
        {queue.map((each) => (
          <QueueLine key={each.id} queue={each} />
        ))}
      </ul>
    </section>
  );
}

function ProcessLine({ process, figures }: { process: Process; figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const language = useLanguage();
  const names = useNames();
  const ledger = useLedger();
  const offsetS = ledger?.offset_s ?? 0;
  const sinceMs = process.since_ms ?? 0;
  const date = dateInText(sinceMs, offsetS, language);
  const days = Math.floor(((ledger?.time_ms ?? sinceMs) - sinceMs) / DAY_MS) + 1;
  const turn = Array.isArray(process.turn) ? (process.turn as string[]) : [];
  const isOpen = OPEN.includes(process.state ?? "");
  const project = projectsOf(figures).find((each) =>
    each.requests.some((figure) => figure.sources.includes(`preparation/request/${process.id}`)),
  );
  const level = `level.${process.level}`;
  const state = `state.${process.state}` as DisclosureKey;
  const of = t("process.of", {
    unit: names.organisation(process.unit),
    year: process.year ?? 0,
  });
  return (
    <li>
      <span className={css.hitType}>{t("process.request")}</span>
      <div>
        {project ? (
          <>
            <Link to={`/project/${project.id}`}>
              {inLanguage(project.title_zh, project.title_en)}
            </Link>
            <span className={css.note}>{of}</span>
          </>
        ) : (
          <>
            {of}
            <span className={css.note}>{t("process.content")}</span>
          </>
        )}
        <RuleLine contract={process.contract ?? ""} clause={process.clause ?? ""} />
      </div>
      <div>
        {isOpen && turn[0] ? (
          <>
            <OfficeSeal of={names.character(turn[0])} />{" "}
            {t("process.held", { who: turn.map(names.organisation).join("、") })}
            <span className={css.note}>
              {t(state, { level: isKey(level) ? t(level) : "" })} ·{" "}
              {t("process.since", { date, days })}
            </span>
          </>
        ) : (
          <>
            {t(state, { level: "" })}
            <span className={css.note}>{t("process.done", { date })}</span>
          </>
        )}
      </div>
    </li>
  );
}

/** The rule by which it stands there, in the contract's own words. */
function RuleLine({ contract, clause }: { contract: string; clause: string }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const { data } = useRows("contracts_documents", { id: contract }, contract !== "");
  const row = data?.rows[0];
  if (!row) return null;
  const title = inLanguage(row.title_zh, row.title_en);
  const rows = ((row.document ?? {}) as Rule).nodes?.flatMap((each) => each.rows ?? []) ?? [];
  const found = rows.find((each) => each.id === clause);
  return (
    <span className={css.note}>
      {found
        ? t("process.rule.text", { title, clause, text: inLanguage(found.zh, found.en) })
        : t("process.rule", { title, clause })}
    </span>
  );
}

interface Entry {
  figure: string;
  figure_kind: string;
  organisation: string;
}

function QueueLine({ queue }: { queue: Row<"disclosure_queue"> }) {
  const t = useDisclosureTexts();
  const language = useLanguage();
  const names = useNames();
  const entries = Array.isArray(queue.entries) ? (queue.entries as Entry[]) : [];
  return entries.map((each) => {
    const kind = `kind.${each.figure_kind}`;
    return (
      <li key={each.figure}>
        <span className={css.hitType}>{t("process.publish")}</span>
        <div>
          {t("process.kind", {
            who: names.organisation(each.organisation),
            kind: isKey(kind) ? t(kind) : each.figure_kind,
          })}
        </div>
        <div>{t("process.due", { date: dateInText((queue.day ?? 0) * DAY_MS, 0, language) })}</div>
      </li>
    );
  });
}
