import { Button, Input, Select } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useRecordWords } from "../../api/words.ts";
import { useRoles } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { Field } from "../../desk/Field.tsx";
import { added, balancesOf, Ladder } from "../../desk/Ladder.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { dateInTable } from "../../parts/dates.ts";
import type { Choice } from "../../parts/grid/Picker.tsx";
import { yearPassed } from "../../parts/shares.ts";
import { useTitle } from "../../parts/title.ts";
import { useTitles } from "../execution/refusals.ts";
import { useClasses } from "../preparation/classes.ts";
import { useChosenYear, YearChoice } from "./Budget.tsx";
import css from "./funds.module.css";
import { Intentions, LineControl } from "./LineActs.tsx";
import { Pace } from "./Pace.tsx";
import { useFundTexts, worded } from "./texts.ts";

type Cell = Row<"funds_cells">;

/** One line in one year: its ladder, its vintages, plan, documents, virements and payments. */
export function Component() {
  const t = useFundTexts();
  const { line = "" } = useParams();
  const [year, setYear] = useChosenYear();
  const ledger = useLedger();
  const isKnown = year !== undefined;
  const found = useRows("funds_lines", { id: line }).data?.rows;
  const cells = useRows("funds_cells", { line, year: year ?? 0 }, isKnown).data?.rows;
  const row = found?.[0];
  useTitle(row?.title ?? t("line"));
  if (found && !row) {
    return (
      <DeskPage title={t("line")}>
        <p className={css.empty}>{t("line.none")}</p>
      </DeskPage>
    );
  }
  if (!row || !cells || !isKnown || !ledger) return <DeskPage title={t("line")}>{null}</DeskPage>;
  const balances = added(cells.map(balancesOf));
  const passed = yearPassed(year, dateInTable(ledger.time_ms, ledger.offset_s));
  return (
    <DeskPage
      title={row.title}
      state={<Link to={`/desk/budget?year=${year}`}>{t("budget", { year })}</Link>}
      actions={<YearChoice year={year} set={setYear} />}
      aside={
        <>
          <Panel title={t("line.pace")}>
            <Pace balances={balances} passed={passed} inWords />
          </Panel>
          <About of={row} />
          <Later line={line} />
          <LineControl of={row} cells={cells} />
        </>
      }
    >
      <Panel title={t("line.balances", { year })}>
        {cells.length === 0 ? (
          <p className={css.empty}>{t("budget.none", { year })}</p>
        ) : (
          <Ladder balances={balances} />
        )}
      </Panel>
      <Vintages cells={cells} />
      <Plan cells={cells} title={row.title ?? line} year={year} />
      <Intentions of={row} cells={cells} year={year} />
      <Documents line={line} year={year} />
      <Virements line={line} />
      <Payments line={line} year={year} />
    </DeskPage>
  );
}

/** A code with what the classification calls it. */
function called(of: readonly Choice[], code: string | undefined): string {
  return [code, of.find((each) => each.value === code)?.label].filter(Boolean).join(" ");
}

function About({ of }: { of: Row<"funds_lines"> }) {
  const t = useFundTexts();
  const words = useRecordWords();
  const classes = useClasses();
  const inLanguage = useInLanguage();
  const project = useRows("preparation_projects", { id: of.project ?? "" }).data?.rows[0];
  const said = useRows("execution_line_uses", { id: of.id }).data?.rows[0];
  const names = useNames();
  return (
    <Panel title={t("line.about")}>
      <Facts>
        <Fact name={t("column.unit")}>{names.organisation(of.unit)}</Fact>
        <Fact name={t("line.project")}>
          {project ? inLanguage(project.title_zh, project.title_en) : of.project}
        </Fact>
        <Fact name={t("line.function")}>{called(classes.function, of.function)}</Fact>
        <Fact name={t("line.economic")}>{called(classes.economic, of.economic)}</Fact>
        <Fact name={t("line.use")}>
          {said && (
            <>
              {words.code("use", said.use ?? "")}
              <p className={css.quiet}>{said.number}</p>
            </>
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}

/** What agreements bind in later years: in words, never in this year's bar. */
function Later({ line }: { line: string }) {
  const t = useFundTexts();
  const rows = useRows("funds_commitments", { line }).data?.rows;
  const fen = (rows ?? []).reduce((sum, each) => sum + (each.committed_fen ?? 0), 0);
  if (fen === 0) return null;
  return <p className={css.quiet}>{t("line.commitment", { amount: amountText(fen) })}</p>;
}

function Vintages({ cells }: { cells: Cell[] }) {
  const t = useFundTexts();
  if (cells.length < 2) return null;
  const of = cells.map((each) => ({
    id: each.id,
    vintage: each.vintage ?? 0,
    ...balancesOf(each),
  }));
  return (
    <DataTable
      name={t("line.by.vintage")}
      isTitled
      rows={of}
      rowKey={(row) => row.id}
      empty=""
      columns={[
        {
          key: "vintage",
          title: t("line.by.vintage"),
          width: 140,
          isFixed: true,
          show: (row) => t("line.vintage", { year: row.vintage }),
          order: (row) => row.vintage,
        },
        ...(["quota", "committed", "paid", "available"] as const).map((name) => ({
          key: name,
          title: t(`column.${name}`),
          width: 140,
          fen: (row: (typeof of)[number]) => row[name],
        })),
      ]}
    />
  );
}

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

function Plan({ cells, title, year }: { cells: Cell[]; title: string; year: number }) {
  const t = useFundTexts();
  const roles = useRoles();
  const plans = useRows("funds_plans", { unit: cells[0]?.unit ?? "" }, cells.length > 0).data?.rows;
  const [chosen, setChosen] = useState("");
  const cell = cells.find((each) => each.id === chosen) ?? cells.at(-1);
  const plan = plans?.find((each) => each.id === cell?.id);
  const stands = (plan?.months_fen ?? []) as number[];
  const [typed, setTyped] = useState<Record<number, string>>({});
  const [isSigning, setSigning] = useState(false);
  if (!cell) return null;
  const months = MONTHS.map((month) =>
    typed[month] === undefined ? (stands[month - 1] ?? 0) : (readYuan(typed[month]) ?? -1),
  );
  const sum = months.reduce((fen, each) => fen + Math.max(0, each), 0);
  const isReady = sum > 0 && months.every((each) => each >= 0);
  const mayPlan = roles.includes("unit.finance");
  return (
    <Panel title={t("line.plan")}>
      <div className={css.stack}>
        {!plan && <p className={css.empty}>{t("line.plan.none")}</p>}
        {(plan || mayPlan) && (
          <>
            {cells.length > 1 && (
              <Field label={t("line.plan.vintage")}>
                {(id) => (
                  <Select
                    id={id}
                    value={cell.id}
                    onChange={setChosen}
                    options={cells.map((each) => ({
                      value: each.id,
                      label: t("line.vintage", { year: each.vintage ?? 0 }),
                    }))}
                  />
                )}
              </Field>
            )}
            <div className={css.months}>
              {MONTHS.map((month) => (
                <Field key={month} label={t("line.plan.month", { month })}>
                  {(id) =>
                    mayPlan ? (
                      <Input
                        id={id}
                        inputMode="decimal"
                        value={typed[month] ?? amountText(stands[month - 1] ?? 0)}
                        status={(months[month - 1] ?? 0) < 0 ? "error" : ""}
                        onChange={(event) => setTyped({ ...typed, [month]: event.target.value })}
                      />
                    ) : (
                      <output id={id}>{amountText(stands[month - 1] ?? 0)}</output>
                    )
                  }
                </Field>
              ))}
            </div>
            <p className={css.quiet}>
              {t("line.plan.sum", {
                sum: amountText(sum),
                quota: amountText(cell.quota_fen ?? 0),
              })}
            </p>
          </>
        )}
        {mayPlan && (
          <div className={css.buttons}>
            <Button aria-disabled={!isReady} onClick={() => isReady && setSigning(true)}>
              {t(isReady ? "line.plan.set" : "line.plan.missing")}
            </Button>
          </div>
        )}
      </div>
      {isSigning && (
        <Sign
          kind="execution.plan.set/1"
          body={
            {
              line: cell.line,
              nature: cell.nature,
              source: cell.source,
              year,
              vintage: cell.vintage,
              months_fen: months,
            } as never
          }
          what={t("line.plan.what", { line: title, year, sum: amountText(sum) })}
          close={() => setSigning(false)}
          done={() => setTyped({})}
        />
      )}
    </Panel>
  );
}

function Documents({ line, year }: { line: string; year: number }) {
  const t = useFundTexts();
  const rows = useRows("execution_quota_documents", { year }).data?.rows;
  const part = (row: Row<"execution_quota_documents">): number =>
    ((row.parts ?? []) as { line: string; amount_fen: number }[])
      .filter((each) => each.line === line)
      .reduce((sum, each) => sum + each.amount_fen, 0);
  return (
    <DataTable
      name={t("quota")}
      isTitled
      rows={rows?.filter((each) => part(each) > 0)}
      rowKey={(row) => row.id}
      empty={t("quota.none")}
      columns={[
        { key: "number", title: t("quota"), width: 240, isFixed: true },
        { key: "amount", title: t("column.amount"), width: 150, fen: part },
        {
          key: "state",
          title: t("column.state"),
          width: 100,
          show: (row) => worded(t, `quota.${row.state}`, row.state ?? ""),
        },
      ]}
    />
  );
}

function Virements({ line }: { line: string }) {
  const t = useFundTexts();
  const titles = useTitles();
  const rows = useRows("execution_virements").data?.rows.filter(
    (each) => each.from_cell?.startsWith(`${line}:`) || each.to_cell?.startsWith(`${line}:`),
  );
  const isIn = (row: Row<"execution_virements">): boolean =>
    row.to_cell?.startsWith(`${line}:`) ?? false;
  return (
    <DataTable
      name={t("virements")}
      isTitled
      rows={rows}
      rowKey={(row) => row.id}
      to={(row) => `/desk/virements/${row.id}`}
      empty={t("virements.none")}
      toolbar={<Link to="/desk/virements/new">{t("virement.new")}</Link>}
      columns={[
        {
          key: "other",
          title: t("virements"),
          width: 220,
          isFixed: true,
          show: (row) =>
            `${t(isIn(row) ? "virement.in" : "virement.out")} · ${titles.line(
              (isIn(row) ? row.from_cell : row.to_cell)?.split(":")[0],
            )}`,
        },
        { key: "amount", title: t("column.amount"), width: 150, fen: (row) => row.amount_fen },
        {
          key: "state",
          title: t("column.state"),
          width: 100,
          show: (row) => worded(t, `virement.${row.state}`, row.state ?? ""),
        },
        { key: "reason", title: t("virement.reason"), width: 260 },
      ]}
    />
  );
}

function Payments({ line, year }: { line: string; year: number }) {
  const t = useFundTexts();
  const titles = useTitles();
  const found = useRows("execution_payments", { line, year });
  return (
    <DataTable
      name={t("payments")}
      isTitled
      rows={found.data?.rows}
      height={found.data?.height}
      problem={found.error}
      rowKey={(row) => row.id}
      to={(row) => `/desk/payments/${row.id}`}
      empty={t("payments.none")}
      columns={[
        {
          key: "payee",
          title: t("column.payee"),
          width: 220,
          isFixed: true,
          show: (row) => titles.payee(row.payee),
        },
        { key: "amount", title: t("column.amount"), width: 150, fen: (row) => row.amount_fen },
        {
          key: "state",
          title: t("column.state"),
          width: 110,
          show: (row) => <Stands state={row.state} />,
        },
        { key: "voucher", title: t("column.voucher"), width: 190 },
      ]}
    />
  );
}

function Stands({ state }: { state: string | undefined }) {
  const t = useFundTexts();
  return (
    <>
      {state === "settled" && "✓ "}
      {worded(t, `state.${state}`, state ?? "")}
    </>
  );
}
