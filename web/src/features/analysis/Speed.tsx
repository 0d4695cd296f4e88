import { useRows } from "../../api/views.ts";
import { Chart, inWan } from "../../desk/Chart.tsx";
import type { Shared } from "./Analysis.tsx";
import { paidOverTime } from "./figures.ts";
import { useStable } from "./Parts.tsx";
import { palette } from "./palette.ts";
import { useTexts } from "./texts.ts";

const MONTHS = 12;

/** 花钱快慢: what was paid by day as steps, against the plan by month and what is allotted. */
export function Speed({ choice, cells, payments, height, today }: Shared & { today: string }) {
  const t = useTexts();
  const plans = useRows("funds_plans", { height }, height > 0).data?.rows ?? [];
  const paid = paidOverTime(payments);
  const quota = cells.reduce((fen, each) => fen + each.quota_fen, 0);
  const planned = planByMonth(plans, new Set(cells.map((each) => each.id)));
  const isOver = today > `${choice.year}-12-31`;
  const until = isOver ? `${choice.year}-12-31` : today;
  const last = paid.at(-1);
  const line = [
    ...(paid.length > 0 ? [[`${choice.year}-01-01`, 0]] : []),
    ...paid.map((each) => [each.date, each.fen / 1_000_000]),
    ...(last && last.date < until ? [[until, last.fen / 1_000_000]] : []),
  ];
  const end = (month: number): string =>
    new Date(Date.UTC(choice.year, month + 1, 0)).toISOString().slice(0, 10);
  const option = useStable({
    animation: false,
    grid: { left: 56, right: 16, top: 56, bottom: 32 },
    tooltip: { trigger: "axis" },
    legend: { top: 0, textStyle: { fontSize: 13, color: palette.label } },
    xAxis: {
      type: "time",
      min: `${choice.year}-01-01`,
      max: `${choice.year}-12-31`,
      axisLabel: { fontSize: 13, color: palette.label },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitLine: { lineStyle: { color: palette.grid } },
      axisLabel: { fontSize: 13, color: palette.label },
    },
    series: [
      {
        name: t("speed.paid"),
        type: "line",
        step: "end",
        symbol: "none",
        lineStyle: { color: palette.actual, width: 2 },
        itemStyle: { color: palette.actual },
        areaStyle: { color: palette.ink, opacity: 0.12 },
        data: line,
      },
      {
        name: t("speed.plan"),
        type: "line",
        symbol: "none",
        lineStyle: { color: palette.plan, width: 1 },
        itemStyle: { color: palette.plan },
        data: planned.map((fen, month) => [end(month), fen / 1_000_000]),
      },
      {
        name: t("speed.quota"),
        type: "line",
        symbol: "none",
        lineStyle: { color: palette.plan, width: 2, type: "dashed" },
        itemStyle: { color: palette.plan },
        data: [
          [`${choice.year}-01-01`, quota / 1_000_000],
          [`${choice.year}-12-31`, quota / 1_000_000],
        ],
      },
    ],
  });
  if (paid.length === 0 && planned.length === 0) return null;
  return (
    <Chart
      title={t("speed.title")}
      subtitle={t("speed.subtitle", { paid: inWan(last?.fen ?? 0), quota: inWan(quota) })}
      option={option}
      shown={{
        title: `${t("speed.title")} ${choice.year}`,
        notes: [t("note", { height }), t("speed.note")],
        columns: [
          { title: t("speed.day"), kind: "text" },
          { title: t("speed.paid"), kind: "fen" },
        ],
        rows: paid.map((each) => [each.date, each.fen]),
      }}
    />
  );
}

/** The plan's running total by month, over the cells that are shown; empty where there is none. */
function planByMonth(
  plans: readonly { id: string; months_fen?: unknown }[],
  shown: ReadonlySet<string>,
): number[] {
  const months = plans
    .filter((each) => shown.has(each.id) && Array.isArray(each.months_fen))
    .map((each) => each.months_fen as number[]);
  if (months.length === 0) return [];
  let fen = 0;
  return Array.from({ length: MONTHS }, (_, month) => {
    fen += months.reduce((sum, each) => sum + (each[month] ?? 0), 0);
    return fen;
  });
}
