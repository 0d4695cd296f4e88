import { useMemo, useState } from "react";
import { useNames } from "../../api/names.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { written } from "../../parts/amounts.ts";
import { Bars } from "../../parts/charts/Bars.tsx";
import { Chart } from "../../parts/charts/Chart.tsx";
import { Flows } from "../../parts/charts/Flows.tsx";
import type { Flow, FlowNode } from "../../parts/charts/layout.ts";
import type { Figure } from "../../parts/proof/figure.ts";
import { FigureFact, WorkedOut } from "./FigureFact.tsx";
import {
  gathered,
  sumOf,
  type Year,
  type YearLine,
  yearOf,
  yearsOf,
  yearToShow,
} from "./figures.ts";
import css from "./portal.module.css";
import { useDepartmentOf } from "./reading.ts";
import { useDisclosureTexts } from "./texts.ts";

const MOST_LINES = 12;
const STEP_FEN = 10_000;

/** The year in one picture: the budget, its lines, and what of each is paid. */
export function YearPicture({ figures }: { figures: readonly Figure[] }) {
  const t = useDisclosureTexts();
  const departmentOf = useDepartmentOf();
  const [chosen, setChosen] = useState<number>();
  const years = yearsOf(figures);
  const year = chosen ?? yearToShow(figures);
  const shown = useMemo(
    () => (year === undefined ? null : yearOf(figures, year, departmentOf)),
    [figures, year, departmentOf],
  );
  if (!shown) {
    return (
      <section className={css.block}>
        <p>{t("year.none")}</p>
      </section>
    );
  }
  const left = Math.max(0, sumOf(shown.budgets) - sumOf(shown.payments));
  return (
    <section className={css.block}>
      <div className={css.titleRow}>
        <h2>{t("year.title", { year: shown.year })}</h2>
        {years.length > 1 && (
          <fieldset className={css.switch}>
            <legend className="only-read-aloud">{t("year.choose")}</legend>
            {years.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === shown.year}
                onClick={() => setChosen(each)}
              >
                {each}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <div className={css.facts}>
        <FigureFact title={t("year.budget")} of={shown.budgets} />
        <FigureFact title={t("year.paid")} of={shown.payments} />
        <WorkedOut title={t("year.left")} fen={left} note={t("year.left.note")} />
      </div>
      <YearChart year={shown} />
    </section>
  );
}

const leftOf = (line: YearLine): number => Math.max(0, line.budget_fen - line.paid_fen);

/** How much the lines' rounded amounts miss their sum by, in hundredths of 万元. */
function roundingOf(lines: readonly YearLine[], total_fen: number): number {
  const shown = (fen: number): number => {
    const { whole, decimals } = written(fen, "wan");
    return Number(whole.replaceAll(",", "")) * 100 + Number(decimals);
  };
  return Math.abs(lines.reduce((sum, each) => sum + shown(each.budget_fen), 0) - shown(total_fen));
}

function YearChart({ year }: { year: Year }) {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const lines = gathered(year.lines, MOST_LINES, t("others"));
  const total_fen = lines.reduce((sum, each) => sum + each.budget_fen, 0);
  const named = (line: YearLine): string => inLanguage(line.title_zh, line.title_en);
  const drawn = useMemo(() => {
    const title = (line: YearLine): string => inLanguage(line.title_zh, line.title_en);
    const paid_fen = lines.reduce((sum, each) => sum + Math.min(each.paid_fen, each.budget_fen), 0);
    const nodes: FlowNode[] = [
      { id: "budget", title: t("year.budget"), amount_fen: total_fen, column: 0 },
      ...lines.map((each) => ({
        id: each.id,
        title: title(each),
        amount_fen: each.budget_fen,
        column: 1,
      })),
      { id: "paid", title: t("year.paid"), amount_fen: paid_fen, column: 2 },
      {
        id: "left",
        title: t("year.left"),
        amount_fen: total_fen - paid_fen,
        column: 2,
        isLeft: true,
      },
    ];
    const flows: Flow[] = lines.flatMap((each) => [
      { from: "budget", to: each.id, amount_fen: each.budget_fen },
      { from: each.id, to: "paid", amount_fen: Math.min(each.paid_fen, each.budget_fen) },
      { from: each.id, to: "left", amount_fen: leftOf(each) },
    ]);
    return {
      nodes: nodes.filter((each) => each.amount_fen > 0),
      flows: flows.filter((each) => each.amount_fen > 0),
    };
  }, [lines, total_fen, inLanguage, t]);
  if (!lines.length) return null;
  const heightPx = Math.min(560, 180 + lines.length * 50);
  const missed = roundingOf(lines, total_fen);
  const government = names.all.find((each) => each.organisation_kind === "government");
  const rows = lines.map((each) => [named(each), each.budget_fen, each.paid_fen, leftOf(each)]);
  const sum = (pick: (line: YearLine) => number) =>
    lines.reduce((all, each) => all + pick(each), 0);
  const table = {
    columns: [
      { title: t("column.line"), kind: "text" as const },
      { title: t("column.budget"), kind: "fen" as const },
      { title: t("column.paid"), kind: "fen" as const },
      { title: t("column.left"), kind: "fen" as const },
    ],
    total: true,
    rows: [...rows, [t("total"), total_fen, sum((each) => each.paid_fen), sum(leftOf)]],
  };
  return (
    <>
      <Chart
        title={t("year.title", { year: year.year })}
        subtitle={t("year.unit")}
        place={t("year.place", { place: names.organisation(government?.id) })}
        draw={(width) => <Flows {...drawn} width={width} height={heightPx} />}
        table={table}
        heightPx={heightPx}
        narrow={
          <Bars
            of={lines.flatMap((each) => [
              { id: each.id, title: named(each), amount_fen: each.budget_fen },
              {
                id: `${each.id}/left`,
                title: `${named(each)} · ${t("year.left")}`,
                amount_fen: leftOf(each),
                isLeft: true,
              },
            ])}
          />
        }
      />
      {missed > 0 && (
        <p className={css.note}>
          {t("year.rounded", {
            fen:
              written(missed * STEP_FEN, "wan").whole +
              "." +
              written(missed * STEP_FEN, "wan").decimals,
          })}
        </p>
      )}
      {lines.some((each) => each.paid_fen > each.budget_fen) && (
        <p className={css.note}>{t("year.over")}</p>
      )}
    </>
  );
}
