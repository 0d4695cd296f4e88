import type { Kind } from "../../api/commands.ts";
import { type Row, useRows } from "../../api/views.ts";
import { type Act, Acts, actOf } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { useBetween } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { useFundChoices } from "../execution/choosing.ts";
import { useRefusalWords } from "../execution/refusals.ts";
import css from "./funds.module.css";
import { useFundTexts } from "./texts.ts";

type Cell = Row<"funds_cells">;
type Line = Row<"funds_lines">;

interface Props {
  of: Line;
  cells: Cell[];
  year: number;
}

/** Money of the line that is set aside before there is an agreement, and can be given back. */
export function Intentions({ of, cells, year }: Props) {
  const t = useFundTexts();
  const words = useRefusalWords();
  const fundChoices = useFundChoices();
  const found = useRows("funds_intentions", { unit: of.unit ?? "" });
  const rows = found.data?.rows.filter(
    (each) => cells.some((cell) => cell.id === each.cell) && (each.left_fen ?? 0) > 0,
  );
  const by = [of.unit ?? ""];
  const fund = fundOf(cells);
  return (
    <>
      <DataTable
        name={t("intentions")}
        isTitled
        rows={rows}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => row.id}
        empty={t("intentions.none")}
        columns={[
          {
            key: "cell",
            title: t("intentions"),
            width: 180,
            isFixed: true,
            show: (row) => t("line.vintage", { year: row.cell?.split(":").at(-1) ?? "" }),
          },
          { key: "total", title: t("intentions.total"), width: 140, fen: (row) => row.total_fen },
          { key: "left", title: t("intentions.left"), width: 140, fen: (row) => row.left_fen },
          {
            key: "act",
            title: t("column.act"),
            width: 110,
            show: (row) => (
              <Acts
                isInRow
                acts={[
                  actOf<"execution.intention.cancel/1">({
                    kind: "execution.intention.cancel/1",
                    verb: t("intention.cancel"),
                    subject: `${of.title} ${amountText(row.left_fen ?? 0)}`,
                    fixed: { intention: row.id },
                    intro: t("intention.cancel.intro"),
                    words,
                  }),
                ]}
              />
            ),
          },
        ]}
      />
      {cells.length > 0 && (
        <Acts
          acts={[
            actOf<"execution.intention.open/1">({
              kind: "execution.intention.open/1",
              subject: of.title ?? of.id,
              by,
              fixed: { line: of.id, year, ...fund },
              choices: fundChoices(cells),
              intro: t("intention.open.intro"),
              words,
            }),
          ]}
        />
      )}
    </>
  );
}

/** Nature and source, where all cells of a line have the same. */
function fundOf(cells: readonly Cell[]): object {
  const [first] = cells;
  const isOne = cells.every(
    (each) => each.nature === first?.nature && each.source === first?.source,
  );
  return first && isOne ? { nature: first.nature, source: first.source } : {};
}

/** What finance may do with a line: say what it is for, freeze it or part of it. */
export function LineControl({ of, cells }: Omit<Props, "year">) {
  const t = useFundTexts();
  const between = useBetween();
  const words = useRefusalWords();
  const subject = of.title ?? of.id;
  /** An act on one of some cells, where there are any: each is told by what it holds. */
  const onCell = (
    kind: Kind & `funds.${string}`,
    some: Cell[],
    fen: (cell: Cell) => number,
    intro: string,
  ): Act[] => {
    if (some.length === 0) return [];
    const cell = some.map((each) => ({
      value: each.id,
      title: t("cell.choice", { year: each.vintage ?? 0, amount: amountText(fen(each)) }),
    }));
    return [actOf({ kind, subject, choices: { cell }, intro })];
  };
  const available = (cell: Cell): number => cell.available_fen ?? 0;
  const held = (cell: Cell): number => cell.frozen_fen ?? 0;
  const withFrozen = cells.filter((each) => held(each) > 0);
  const flagged = cells.filter((each) => each.frozen);
  const acts = [
    actOf<"execution.line.designate/1">({
      kind: "execution.line.designate/1",
      subject,
      fixed: { line: of.id },
      intro: t("designate.intro"),
      words,
    }),
    ...onCell(
      "funds.amount.freeze/1",
      cells.filter((each) => available(each) > 0),
      available,
      t("freeze.amount.intro"),
    ),
    ...onCell("funds.amount.lift/1", withFrozen, held, t("lift.amount.intro")),
    ...onCell(
      "funds.cell.flag/1",
      cells.filter((each) => !each.frozen),
      available,
      t("freeze.cell.intro"),
    ),
    ...onCell("funds.cell.unflag/1", flagged, available, t("lift.cell.intro")),
  ];
  const frozenFen = withFrozen.reduce((sum, each) => sum + held(each), 0);
  return (
    <Panel title={t("control")}>
      {flagged.length > 0 && (
        <p>
          {t("control.flagged", {
            years: flagged
              .map((each) => t("line.vintage", { year: each.vintage ?? 0 }))
              .join(between),
          })}
        </p>
      )}
      {frozenFen > 0 && (
        <p className={css.quiet}>{t("control.frozen", { amount: amountText(frozenFen) })}</p>
      )}
      <Acts acts={acts} />
    </Panel>
  );
}
