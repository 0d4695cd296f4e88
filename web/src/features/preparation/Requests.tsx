import { Button, Select } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { useTitle } from "../../parts/title.ts";
import { draftsOf } from "./drafts.ts";
import { sumFen, yearsOf } from "./form.ts";
import css from "./preparation.module.css";
import type { RequestRow } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

const STATES = ["submitted", "asked", "returned", "withdrawn", "approved", "rejected"] as const;

/** Budget requests by year and state; a unit also sees its drafts, which nobody else does. */
export function Component() {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const ledger = useLedger();
  const inLanguage = useInLanguage();
  const navigate = useNavigate();
  const acting = useActing();
  const [query, setQuery] = useSearchParams();
  const { data, error } = useRows("preparation_requests");
  const projects = useRows("preparation_projects").data?.rows ?? [];
  useTitle(t("requests.title"));
  const year = query.get("year") ?? "";
  const state = query.get("state") ?? "";
  const shown = data?.rows
    .filter((each) => (!year || String(each.year) === year) && (!state || each.state === state))
    .toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0) || (b.since_ms ?? 0) - (a.since_ms ?? 0));
  const years = [...new Set(data?.rows.map((each) => each.year ?? 0))].toSorted((a, b) => b - a);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const titleOf = (row: RequestRow): string => {
    const project = projects.find((each) => each.id === row.project);
    return inLanguage(project?.title_zh, project?.title_en) || row.project || t("project.basic");
  };
  const isUnit = names.kind(acting.organisation) === "unit";
  return (
    <DeskPage
      title={t("requests.title")}
      state={
        <>
          {t("requests.lead")} <Link to="/desk/library">{t("library")}</Link>
        </>
      }
      actions={
        isUnit ? (
          <Button type="primary" onClick={() => navigate("/desk/requests/new")}>
            {t("requests.new")}
          </Button>
        ) : (
          <p>{t("requests.byunits")}</p>
        )
      }
    >
      {isUnit && <Drafts />}
      <DataTable<RequestRow>
        name={t("requests.title")}
        rows={shown}
        all={data?.rows.length}
        height={data?.height}
        problem={error}
        rowKey={(row) => row.id}
        to={(row) => `/desk/requests/${row.id}`}
        empty={
          data && data.rows.length > 0 ? (
            t("requests.filtered")
          ) : (
            <>
              {t("requests.empty")}{" "}
              {isUnit && <Link to="/desk/requests/new">{t("requests.new")}</Link>}
            </>
          )
        }
        toolbar={
          <div className={css.filters}>
            <Select
              aria-label={t("year")}
              value={year}
              onChange={(value) => set("year", value)}
              popupMatchSelectWidth={false}
              options={[
                { value: "", label: t("year.all") },
                ...years.map((each) => ({
                  value: String(each),
                  label: t("choose.year", { year: each }),
                })),
              ]}
            />
            <Select
              aria-label={t("state")}
              value={state}
              onChange={(value) => set("state", value)}
              popupMatchSelectWidth={false}
              options={[
                { value: "", label: t("state.all") },
                ...STATES.map((each) => ({ value: each as string, label: t(`state.${each}`) })),
              ]}
            />
          </div>
        }
        columns={[
          { key: "title", title: t("requests.what"), show: titleOf, width: 240, isFixed: true },
          { key: "year", title: t("year"), order: (row) => row.year ?? 0, width: 72 },
          {
            key: "unit",
            title: t("unit"),
            show: (row) => names.organisation(row.unit),
            order: (row) => names.organisation(row.unit),
          },
          {
            key: "state",
            title: t("state"),
            show: (row) => (
              <>
                {row.state === "approved" ? "✓ " : ""}
                {words("state", row.state)}
                {row.level ? ` · ${words("level", row.level)}` : ""}
              </>
            ),
            order: (row) => row.state ?? "",
          },
          { key: "version", title: t("version"), order: (row) => row.version ?? 0, width: 72 },
          { key: "total", title: t("requests.total"), fen: (row) => row.total_fen },
          { key: "year_fen", title: t("requests.year"), fen: (row) => row.year_fen },
          {
            key: "approved",
            title: t("requests.approved"),
            fen: (row) => (row.approved_version ? row.approved_fen : null),
          },
          {
            key: "since",
            title: t("requests.since"),
            show: (row) => dateInTable(row.since_ms ?? 0, ledger?.offset_s ?? 0),
            order: (row) => row.since_ms ?? 0,
            width: 104,
          },
        ]}
      />
    </DeskPage>
  );
}

function Drafts() {
  const t = useTexts();
  const acting = useActing();
  const ledger = useLedger();
  const drafts = draftsOf(acting.person, acting.organisation);
  if (drafts.length === 0) return null;
  return (
    <Panel title={t("drafts")} more={t("drafts.more")}>
      <ul className={css.choices}>
        {drafts.map((each) => (
          <li key={each.key}>
            <Link
              to={
                each.from
                  ? `/desk/requests/${each.from.split(":")[0]}/edit`
                  : `/desk/requests/new?year=${each.year}&project=${encodeURIComponent(each.project)}`
              }
            >
              {each.form.title || t("project.basic")}
            </Link>{" "}
            <span className={css.quiet}>
              {t("choose.year", { year: each.year })} ·{" "}
              <Money fen={sumFen(each.form.lines, yearsOf(each.year, each.year + 9))} /> ·{" "}
              {t("draft.kept", { time: timeInTable(each.atMs, ledger?.offset_s ?? 0) })}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
