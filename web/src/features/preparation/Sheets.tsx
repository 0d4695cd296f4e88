import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { useInLanguage } from "../../i18n/texts.ts";
import type { GridRow, TypedUnit } from "../../parts/grid/block.ts";
import { Grid, type GridColumn } from "../../parts/grid/Grid.tsx";
import { Money } from "../../parts/Money.tsx";
import { useClasses } from "./classes.ts";
import {
  type Fault,
  type Form,
  lineFen,
  NATURES,
  newIndicator,
  newLine,
  OPERATORS,
  sumFen,
  weightSum,
  yearKey,
} from "./form.ts";
import css from "./preparation.module.css";
import type { CycleRules, EstimateLine } from "./source.ts";
import { useTexts } from "./texts.ts";

const SOURCES = ["local", "superior"] as const;

interface SheetProps {
  form: Form;
  change: (form: Form) => void;
  faults: readonly Fault[];
}

function useWrong(faults: readonly Fault[]): ReadonlyMap<string, string> {
  const t = useTexts();
  return useMemo(
    () => new Map(faults.flatMap((each) => (each.cell ? [[each.cell, t(each.what)]] : []))),
    [faults, t],
  );
}

/** The line items: classes by code or words, an amount a year, sums by themselves. */
export function LinesSheet({
  form,
  change,
  faults,
  years,
  estimate,
  owner,
  unitKind,
  year,
  overFen,
}: SheetProps & {
  years: readonly number[];
  estimate: readonly EstimateLine[];
  owner: string;
  unitKind: string;
  year: number;
  /** By how much the ledger found the whole to be over. */
  overFen: number;
}) {
  const t = useTexts();
  const classes = useClasses();
  const wrong = useWrong(faults);
  const [unit, setUnit] = useState<TypedUnit>("yuan");
  const estimated = new Map(estimate.map((each) => [each.line, each.amount_fen]));
  const choice = (key: "function" | "economic" | "government_economic"): GridColumn => ({
    key,
    title: t(`line.${key}`),
    name: t(`line.${key}`),
    kind: "choice",
    choices: classes[key],
    bothLines: true,
    width: 84,
  });
  const columns: GridColumn[] = [
    { key: "title", title: t("line.title"), name: t("line.title"), kind: "text", width: 140 },
    choice("function"),
    choice("economic"),
    choice("government_economic"),
    ...years.map(
      (each): GridColumn => ({
        key: yearKey(each),
        title: t("line.year", { year: each }),
        name: t("line.year", { year: each }),
        kind: "amount",
        width: 104,
      }),
    ),
    {
      key: "total",
      title: t("line.total"),
      name: t("line.total"),
      kind: "computed",
      show: (row) => <Money fen={lineFen(row, years)} unit="yuan" />,
      width: 108,
    },
    ...(estimate.length > 0
      ? [
          {
            key: "estimate",
            title: t("line.estimate"),
            name: t("line.estimate"),
            kind: "computed" as const,
            show: (row: GridRow) => (
              <Money fen={estimated.get(row.cells.line ?? "") ?? null} unit="yuan" />
            ),
            width: 108,
          },
        ]
      : []),
    {
      key: "nature",
      title: t("line.nature"),
      name: t("line.nature"),
      kind: "choice",
      choices: NATURES.map((each) => ({ value: each, label: t(`nature.${each}`) })),
      width: 104,
    },
    {
      key: "source",
      title: t("line.source"),
      name: t("line.source"),
      kind: "choice",
      choices: SOURCES.map((each) => ({ value: each, label: t(`source.${each}`) })),
      width: 80,
    },
  ];
  const put = (rows: GridRow[]) => {
    const lines = rows.map((row) => {
      const { economic = "", government_economic: known = "" } = row.cells;
      const derived = known ? "" : classes.government(economic, unitKind);
      return derived ? { ...row, cells: { ...row.cells, government_economic: derived } } : row;
    });
    change({ ...form, lines });
  };
  const sums = {
    title: t("line.sum"),
    ...Object.fromEntries(
      years.map((each) => [
        yearKey(each),
        <Money key={each} fen={sumFen(form.lines, [each])} unit="yuan" />,
      ]),
    ),
    total: (
      <span className={overFen > 0 ? css.over : ""}>
        <Money fen={sumFen(form.lines, years)} unit="yuan" />
      </span>
    ),
  };
  return (
    <>
      <p className={css.sheetHead}>
        <span>{t("lines.unit")}</span>
        <Segmented<TypedUnit>
          size="small"
          aria-label={t("lines.unit")}
          value={unit}
          onChange={setUnit}
          options={[
            { value: "yuan", label: t("yuan") },
            { value: "wan", label: t("wan") },
          ]}
        />
        <span className={css.quiet}>{t("lines.unit.hint")}</span>
      </p>
      <Grid
        name={t("tab.lines")}
        columns={columns}
        rows={form.lines}
        change={put}
        added={() => newLine(form, owner, year)}
        wrong={wrong}
        sums={sums}
        unit={unit}
        empty={t("lines.empty")}
      />
    </>
  );
}

/** The goals: two sentences, and indicators whose weights make ninety. */
export function GoalsSheet({ form, change, faults, rules }: SheetProps & { rules: CycleRules }) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const wrong = useWrong(faults);
  const kinds = rules.goal_kinds.map((each) => ({
    value: each.code,
    label: inLanguage(each.titles.zh, each.titles.en),
  }));
  const text = (key: "name" | "target" | "unit" | "evidence", width: number): GridColumn => ({
    key,
    title: t(`goal.${key}`),
    name: t(`goal.${key}`),
    kind: key === "target" ? "number" : "text",
    width,
  });
  const columns: GridColumn[] = [
    {
      key: "kind",
      title: t("goal.kind"),
      name: t("goal.kind"),
      kind: "choice",
      choices: kinds,
      width: 132,
    },
    text("name", 168),
    {
      key: "operator",
      title: t("goal.operator"),
      name: t("goal.operator"),
      kind: "choice",
      choices: OPERATORS.map((each) => ({ value: each, label: t(`operator.${each}`) })),
      width: 64,
    },
    text("target", 112),
    text("unit", 72),
    { key: "weight", title: t("goal.weight"), name: t("goal.weight"), kind: "number", width: 64 },
    text("evidence", 140),
  ];
  const sum = weightSum(form.indicators);
  return (
    <div className={css.fields}>
      <label>
        {t("goal.overall")}
        <textarea
          rows={2}
          maxLength={1000}
          value={form.overall_goal}
          onChange={(event) => change({ ...form, overall_goal: event.target.value })}
        />
      </label>
      <label>
        {t("goal.year")}
        <textarea
          rows={2}
          maxLength={1000}
          value={form.year_goal}
          onChange={(event) => change({ ...form, year_goal: event.target.value })}
        />
      </label>
      <label>
        {t("goal.funds")}
        <input
          inputMode="decimal"
          placeholder={t("goal.funds.hint")}
          value={form.other_funds}
          onChange={(event) => change({ ...form, other_funds: event.target.value })}
        />
      </label>
      <p className={sum === rules.goal_weight_bp ? css.quiet : css.wrong}>
        {t("goal.sum", {
          count: form.indicators.length,
          sum: sum / 100,
          required: rules.goal_weight_bp / 100,
        })}
      </p>
      <Grid
        name={t("tab.goals")}
        columns={columns}
        rows={form.indicators}
        change={(indicators) => change({ ...form, indicators })}
        added={() => newIndicator(form)}
        wrong={wrong}
        sums={{ kind: t("line.sum"), weight: String(sum / 100) }}
        empty={t("goals.empty")}
      />
    </div>
  );
}
