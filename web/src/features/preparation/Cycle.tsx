import { Select } from "antd";
import { useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { dateInText, dayInTable, daysLeft } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { type BoardRow, boardOf, nextStage, stepsOf } from "./board.ts";
import { ApprovalForm, CeilingForm, CycleButtons, OpenForm, Reverse } from "./CycleActs.tsx";
import css from "./cycle.module.css";
import { FirstCycle } from "./FirstCycle.tsx";
import { type Cycle, deadlinesOf } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

const DAY_MS = 86_400_000;

/** The year's board: stage and deadlines, ceilings against what is asked and approved, what is late. */
export function Component() {
  const t = useTexts();
  const [query, setQuery] = useSearchParams();
  const cycles = useRows("preparation_cycles");
  useTitle(t("menuCycle"));
  if (cycles.error) return <PlainProblem problem={cycles.error} />;
  if (!cycles.data) return <p>{t("loading")}</p>;
  const all = cycles.data.rows.toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0));
  const cycle = all.find((each) => String(each.year) === query.get("year")) ?? all[0];
  if (!cycle) {
    return (
      <DeskPage title={t("menuCycle")}>
        <p>{t("cycle.empty")}</p>
        <FirstCycle />
      </DeskPage>
    );
  }
  return (
    <Board
      key={cycle.id}
      cycle={cycle}
      years={all.map((each) => each.year ?? 0)}
      newest={all[0] ?? cycle}
      choose={(year) => setQuery({ year: String(year) }, { replace: true })}
    />
  );
}

interface BoardProps {
  cycle: Cycle;
  newest: Cycle;
  years: number[];
  choose: (year: number) => void;
}

function Board({ cycle, newest, years, choose }: BoardProps) {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const inLanguage = useInLanguage();
  const language = useLanguage();
  const ledger = useLedger();
  const acting = useActing();
  const year = cycle.year ?? 0;
  const totals = useRows("preparation_totals", { year });
  const ceilings = useRows("preparation_ceilings", { year });
  const issues = useRows("preparation_issues", { year }).data?.rows ?? [];
  const handed = useRows("preparation_appropriations", { year }).data?.rows ?? [];
  const rows =
    totals.data && ceilings.data
      ? boardOf(totals.data.rows, ceilings.data.rows, cycle.bureau ?? "")
      : undefined;
  const today = Math.floor(((ledger?.time_ms ?? 0) + (ledger?.offset_s ?? 0) * 1_000) / DAY_MS);
  const steps = stepsOf(deadlinesOf(cycle), cycle.stage ?? "", today);
  const now = steps.find((each) => each.state === "now");
  const kind = names.kind(acting.organisation);
  const isBureau = acting.organisation === cycle.bureau;
  const units = names.all.filter(
    (each) => each.parent === acting.organisation && each.organisation_kind === "unit",
  );
  const departments = names.all.filter((each) => each.organisation_kind === "department");
  const below = isBureau ? departments : units;
  const state = (row: BoardRow): string => {
    if (row.department === "") {
      const issue = issues.find((each) => each.department === row.organisation);
      if (issue) return t("board.issued", { number: issue.number ?? "" });
    } else {
      const found = handed.find((each) => each.unit === row.organisation && !each.reversed);
      if (found) return t("board.handed", { number: found.number ?? "" });
    }
    if (row.complete) return t("board.complete");
    return row.required || row.department === "" ? t("board.missing") : t("board.optional");
  };
  return (
    <DeskPage
      title={inLanguage(cycle.title_zh, cycle.title_en)}
      state={
        <>
          {words("stage", cycle.stage)}
          {cycle.closed ? t("stage.closed") : ""}
          {now &&
            now.day > 0 &&
            ` · ${t(now.isLate ? "cycle.late" : "cycle.left", {
              days: Math.abs(daysLeft(today * DAY_MS, now.day * DAY_MS)),
              date: dateInText(now.day * DAY_MS, 0, language),
            })}`}
        </>
      }
      actions={
        <>
          <Select
            aria-label={t("year")}
            value={year}
            onChange={choose}
            popupMatchSelectWidth={false}
            options={years.map((each) => ({
              value: each,
              label: t("choose.year", { year: each }),
            }))}
          />
          {isBureau && <CycleButtons cycle={cycle} next={nextStage(cycle.stage ?? "")} />}
        </>
      }
      aside={
        <>
          <Late year={year} />
          {(isBureau || kind === "department") && below.length > 0 ? (
            <>
              {cycle.stage === "second_down" && (
                <ApprovalForm
                  key={`approval${year}`}
                  cycle={cycle}
                  organisations={below.map((each) => each.id)}
                  isBureau={isBureau}
                />
              )}
              <CeilingForm
                key={`ceiling${year}`}
                cycle={cycle}
                organisations={[
                  ...(isBureau ? [cycle.bureau ?? ""] : []),
                  ...below.map((each) => each.id),
                ]}
              />
            </>
          ) : (
            <Panel title={t("cycle.who")}>
              <p>{t("cycle.who.text", { bureau: names.organisation(cycle.bureau) })}</p>
            </Panel>
          )}
          {isBureau && (
            <OpenForm
              earlier={newest}
              units={names.all
                .filter((each) => each.organisation_kind === "unit")
                .map((each) => each.id)}
            />
          )}
        </>
      }
    >
      <ol className={css.steps} aria-label={t("cycle.steps")}>
        {steps.map((each) => (
          <li
            key={each.stage}
            className={css[each.state]}
            aria-current={each.state === "now" ? "step" : undefined}
          >
            <strong>
              {each.state === "done" ? "✓ " : ""}
              {words("stage", each.stage)}
            </strong>
            <span>{t("cycle.until", { date: dayInTable(each.day) })}</span>
            {each.isLate && <em>{t("cycle.overdue")}</em>}
          </li>
        ))}
      </ol>
      <Figures cycle={cycle} rows={rows ?? []} />
      <DataTable<BoardRow>
        name={t("board")}
        rows={rows}
        height={totals.data?.height}
        problem={totals.error ?? ceilings.error}
        rowKey={(row) => row.key}
        empty={t("board.empty")}
        columns={[
          {
            key: "organisation",
            title: t("board.organisation"),
            show: (row) => (
              <span className={row.department ? css.unit : css.department}>
                {names.organisation(row.organisation)}
              </span>
            ),
            width: 200,
            isFixed: true,
          },
          {
            key: "ceiling",
            title: t("limit.year_amount_fen"),
            isRight: true,
            show: (row) => <Money fen={row.ceilingFen} unknown={t("ceiling.none")} />,
          },
          {
            key: "asked",
            title: t("board.asked"),
            isRight: true,
            show: (row) => <Money fen={row.askedFen} />,
          },
          {
            key: "left",
            title: t("board.left"),
            isRight: true,
            show: (row) => <Money fen={row.leftFen} />,
          },
          {
            key: "approved",
            title: t("requests.approved"),
            isRight: true,
            show: (row) => <Money fen={row.approvedFen} />,
          },
          {
            key: "requests",
            title: t("board.requests"),
            isRight: true,
            show: (row) => row.requests,
          },
          { key: "state", title: t("state"), show: state },
        ]}
      />
      <Proposals year={year} />
      <Reverse
        year={year}
        units={handed.filter((each) => !each.reversed).map((each) => each.unit ?? "")}
      />
    </DeskPage>
  );
}

/** The year in four figures; units stand within their departments and are not counted twice. */
function Figures({ cycle, rows }: { cycle: Cycle; rows: BoardRow[] }) {
  const t = useTexts();
  const year = cycle.year ?? 0;
  const whole = useRows("preparation_totals", { id: String(year) }).data?.rows[0];
  const ceiling = useRows("preparation_ceilings", { id: `${year}:${cycle.bureau}` }).data?.rows[0];
  const departments = rows.filter((each) => each.department === "");
  const asked = whole?.asked_fen ?? departments.reduce((sum, each) => sum + each.askedFen, 0);
  const approved =
    whole?.approved_fen ?? departments.reduce((sum, each) => sum + each.approvedFen, 0);
  const limit = ceiling?.ceiling_fen ?? null;
  return (
    <dl className={css.figures}>
      <div>
        <dt>{t("figures.ceiling")}</dt>
        <dd>
          <Money fen={limit} size="large" unknown={t("amounts.unknown")} />
        </dd>
      </div>
      <div>
        <dt>{t("figures.asked")}</dt>
        <dd>
          <Money fen={asked} size="large" />
        </dd>
      </div>
      <div>
        <dt>{t("figures.balance")}</dt>
        <dd>
          <Money
            fen={limit === null ? null : limit - asked}
            size="large"
            unknown={t("amounts.unknown")}
          />
        </dd>
      </div>
      <div>
        <dt>{t("figures.approved")}</dt>
        <dd>
          <Money fen={approved} size="large" />
        </dd>
      </div>
    </dl>
  );
}

/** Deadlines of the law that were missed, and whose each was. */
function Late({ year }: { year: number }) {
  const t = useTexts();
  const names = useNames();
  const { data } = useRows("preparation_overdue", { year });
  const rows = data?.rows ?? [];
  return (
    <Panel title={t("late")} more={rows.length > 0 ? String(rows.length) : ""}>
      {rows.length === 0 ? (
        <p>{t("late.none")}</p>
      ) : (
        <ul>
          {rows.map((each) => (
            <li key={each.id}>
              {t(each.step === "department" ? "late.department" : "late.unit", {
                organisation: names.organisation(each.organisation),
                responsible: names.organisation(each.responsible),
                date: dayInTable(each.due_day ?? 0),
              })}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What the ledger proposes where more is asked than the ceiling gives. */
function Proposals({ year }: { year: number }) {
  const t = useTexts();
  const names = useNames();
  const rows = useRows("preparation_balances", { year }).data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel title={t("proposals")} more={t("proposals.more")}>
      <div className={css.proposals}>
        {rows.map((each) => (
          <div key={each.id}>
            <h3>
              {each.department ? names.organisation(each.department) : t("ceiling.whole")}：
              {t("board.asked")} <Money fen={each.asked_fen} />，{t("limit.year_amount_fen")}{" "}
              <Money fen={each.ceiling_fen} />
            </h3>
            <ul>
              {(each.shares as [string, number][]).map(([organisation, fen]) => (
                <li key={organisation}>
                  {names.organisation(organisation)} → <Money fen={fen} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Panel>
  );
}
