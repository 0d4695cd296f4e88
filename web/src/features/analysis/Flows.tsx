import { useSyncExternalStore } from "react";
import { Chart, inWan } from "../../desk/Chart.tsx";
import type { Shared } from "./Analysis.tsx";
import { flows } from "./figures.ts";
import { useStable } from "./Parts.tsx";
import { palette } from "./palette.ts";
import { useTexts } from "./texts.ts";

const NARROW = window.matchMedia("(max-width: 900px)");

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      NARROW.addEventListener("change", changed);
      return () => NARROW.removeEventListener("change", changed);
    },
    () => NARROW.matches,
  );
}

/** 钱从哪来、到谁手里: source → unit → project → payee, of what was really paid. */
export function Flows({ choice, lines, payments, word, height }: Shared) {
  const t = useTexts();
  const found = flows(payments, lines);
  const label = (name: string): string => {
    const [column = "", ...key] = name.split(":");
    return word(column, key.join(":"));
  };
  const nodes = [...new Set(found.flatMap((each) => [each.from, each.to]))];
  const through = (name: string): number =>
    Math.max(
      found.filter((each) => each.from === name).reduce((fen, each) => fen + each.fen, 0),
      found.filter((each) => each.to === name).reduce((fen, each) => fen + each.fen, 0),
    );
  const total = found
    .filter((each) => each.from.startsWith("source:"))
    .reduce((fen, each) => fen + each.fen, 0);
  const received = found.filter((each) => each.to.startsWith("payee:"));
  const rows = new Set(received.map((each) => each.to)).size;
  const isNarrow = useNarrow();
  const bars = {
    animation: false,
    grid: { left: 8, right: 72, top: 8, bottom: 8 },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        inside: true,
        margin: 0,
        verticalAlign: "bottom",
        padding: [0, 0, 10, 0],
        fontSize: 13,
        color: palette.ink,
      },
      data: received.map((each) => label(each.to)),
      z: 3,
    },
    series: [
      {
        type: "bar",
        barWidth: 12,
        itemStyle: { color: palette.plan },
        label: {
          show: true,
          position: "right",
          fontSize: 13,
          color: palette.ink,
          formatter: "{b}",
        },
        data: received.map((each) => ({
          value: each.fen / 1_000_000,
          label: { formatter: inWan(each.fen) },
        })),
      },
    ],
  };
  const sankey = {
    animation: false,
    tooltip: {},
    series: [
      {
        type: "sankey",
        left: 8,
        right: 190,
        top: 8,
        bottom: 24,
        nodeWidth: 6,
        nodeGap: 30,
        draggable: false,
        emphasis: { disabled: true },
        itemStyle: { color: palette.ink, borderWidth: 0 },
        lineStyle: { color: palette.plan, opacity: 0.38 },
        label: {
          fontSize: 13,
          color: palette.ink,
          width: 170,
          lineHeight: 18,
          overflow: "truncate",
        },
        data: nodes.map((name) => ({
          name,
          label: { formatter: `${label(name)}\n${inWan(through(name))}` },
        })),
        links: found.map((each) => ({
          source: each.from,
          target: each.to,
          value: each.fen / 1_000_000,
        })),
      },
    ],
  };
  const option = useStable(isNarrow ? bars : sankey);
  if (found.length === 0) return null;
  return (
    <Chart
      title={t("flows.title")}
      subtitle={t("flows.subtitle", { total: inWan(total) })}
      option={option}
      height={Math.max(320, rows * 50)}
      shown={{
        title: `${t("flows.title")} ${choice.year}`,
        notes: [t("note", { height })],
        columns: [
          { title: t("flows.from"), kind: "text" },
          { title: t("flows.to"), kind: "text" },
          { title: t("measure.settled_fen"), kind: "fen" },
        ],
        rows: found.map((each) => [label(each.from), label(each.to), each.fen]),
      }}
    />
  );
}
