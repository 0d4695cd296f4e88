/** Options of the two charts of public pages: ink only, direct labels, axes from zero. */
import type { EChartsCoreOption } from "echarts/core";
import look from "../../theme/theme.json";
import { amountText } from "../amounts.ts";

const { chart } = look.mz;
const INK = chart.actual;
const TEXT = { color: INK, fontSize: 14, fontFamily: look.light.token.fontFamily };
const HATCH = {
  symbol: "rect",
  color: "#a9a498",
  dashArrayX: [1, 0],
  dashArrayY: [2, 4],
  rotation: -Math.PI / 4,
};

export interface FlowNode {
  id: string;
  title: string;
  amount_fen: number;
  column: number;
  /** Not spent: hatched, not ink. */
  isLeft?: boolean;
}

export interface Flow {
  from: string;
  to: string;
  amount_fen: number;
}

const wan = (fen: number): string => amountText(fen, "wan");

/** From where to where: columns of nodes, flows as wide as their money. */
export function flowOption(nodes: FlowNode[], flows: Flow[], isMoving: boolean): EChartsCoreOption {
  const title = new Map(nodes.map((each) => [each.id, each]));
  const last = Math.max(...nodes.map((each) => each.column));
  return {
    animation: isMoving,
    aria: { enabled: true },
    series: [
      {
        type: "sankey",
        left: 4,
        right: 200,
        top: 8,
        bottom: 8,
        nodeWidth: 8,
        nodeGap: 18,
        draggable: false,
        layoutIterations: 0,
        emphasis: { focus: "none" },
        lineStyle: { color: "source", opacity: 0.38, curveness: 0.5 },
        data: nodes.map((each) => ({
          name: each.id,
          depth: each.column,
          itemStyle: { color: INK, ...(each.isLeft ? { decal: HATCH, color: "#e4e1d9" } : {}) },
          label: {
            ...TEXT,
            position: "right",
            formatter: `{name|${each.title}}${each.column === last ? "\n" : "  "}{amount|${wan(each.amount_fen)}}`,
            rich: {
              name: { ...TEXT, lineHeight: 20 },
              amount: { ...TEXT, fontWeight: 600, lineHeight: 20 },
            },
          },
        })),
        links: flows.map((each) => ({
          source: each.from,
          target: each.to,
          value: each.amount_fen,
          lineStyle: {
            color: title.get(each.to)?.isLeft ? "#a9a498" : chart.series[1],
            opacity: title.get(each.to)?.isLeft ? 0.5 : 0.38,
          },
        })),
      },
    ],
  };
}

export interface Step {
  atMs: number;
  amount_fen: number;
}

/** Money moves on days: what was paid up to each of them, against the budget of the year. */
export function stepOption(
  paid: Step[],
  plan: Step[],
  names: { paid: string; plan: string },
  isMoving: boolean,
): EChartsCoreOption {
  const points = (steps: Step[]) => steps.map((each) => [each.atMs, each.amount_fen / 1_000_000]);
  const line = { type: "line", step: "end", symbol: "none", endLabel: { show: true } };
  return {
    animation: isMoving,
    aria: { enabled: true },
    useUTC: true,
    grid: { left: 56, right: 96, top: 24, bottom: 32 },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: INK } },
      axisLabel: { ...TEXT, fontSize: 13, hideOverlap: true, formatter: "{yyyy}-{MM}" },
      splitNumber: 4,
    },
    yAxis: {
      type: "value",
      min: 0,
      axisLabel: { ...TEXT, fontSize: 13 },
      splitLine: { lineStyle: { color: chart.grid } },
    },
    series: [
      {
        ...line,
        name: names.plan,
        data: points(plan),
        lineStyle: { color: chart.plan, width: 1.5, type: "dashed" },
        endLabel: { ...TEXT, show: true, fontSize: 13, formatter: names.plan },
        labelLayout: { moveOverlap: "shiftY" },
      },
      {
        ...line,
        name: names.paid,
        data: points(paid),
        lineStyle: { color: INK, width: 2 },
        areaStyle: { color: INK, opacity: 0.1 },
        endLabel: { ...TEXT, show: true, fontSize: 13, fontWeight: 600, formatter: names.paid },
        labelLayout: { moveOverlap: "shiftY" },
      },
    ],
  };
}
