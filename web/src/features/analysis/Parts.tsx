import { useCallback, useMemo, useState } from "react";
import { Chart, inWan } from "../../desk/Chart.tsx";
import { percent, share } from "../../parts/shares.ts";
import type { Shared } from "./Analysis.tsx";
import css from "./analysis.module.css";
import { type Choice, type Group, gathered, groupOf, sums } from "./figures.ts";
import { palette } from "./palette.ts";
import { useTexts } from "./texts.ts";

const MOST = 12;
/** What one sees inside a part of a grouping. */
const INSIDE: Record<Group, Group> = {
  function: "economic",
  economic: "function",
  unit: "project",
  project: "line",
  line: "source",
  source: "unit",
  nature: "unit",
};

/** 钱花到哪了: a treemap of one grouping; pressing a part shows what it consists of. */
export function Parts({
  choice,
  cells,
  lines,
  word,
  height,
  change,
}: Shared & { change: (changed: Partial<Choice>) => void }) {
  const t = useTexts();
  const [inside, setInside] = useState<{ group: Group; key: string } | null>(null);
  const at = inside && inside.group === choice.group ? inside : null;
  const group = at ? INSIDE[choice.group] : choice.group;
  const shownCells = useMemo(
    () => (at ? cells.filter((each) => groupOf(each, lines, at.group) === at.key) : cells),
    [at, cells, lines],
  );
  const all = sums(shownCells, lines, group, choice.measure);
  const total = all.reduce((fen, each) => fen + each.fen, 0);
  const parts = gathered(all, MOST);
  const shareOf = (fen: number): string => percent(share(fen, total));
  const option = {
    animation: false,
    tooltip: {},
    series: [
      {
        type: "treemap",
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        itemStyle: { borderColor: palette.sheet, borderWidth: 2, gapWidth: 2 },
        label: {
          fontSize: 13,
          color: palette.sheet,
          formatter: "{b}",
          lineHeight: 20,
          overflow: "break",
        },
        data: parts
          .filter((each) => each.fen > 0)
          .map((each, place) => ({
            name: `${word(group, each.key)}\n${inWan(each.fen)} ${shareOf(each.fen)}`,
            value: each.fen,
            itemStyle: { color: palette.series[Math.min(place, palette.series.length - 1)] },
            label: { color: place > 1 ? palette.ink : palette.sheet },
          })),
      },
    ],
  };
  const press = useCallback(
    (name: string) => {
      if (at) return;
      const found = parts.find((each) => name.startsWith(`${word(group, each.key)}\n`));
      if (found && found.key !== "…") setInside({ group: choice.group, key: found.key });
    },
    [at, parts, word, group, choice.group],
  );
  const title = t("parts.title", { measure: t(`measure.${choice.measure}`) });
  return (
    <Chart
      title={title}
      subtitle={t("parts.subtitle", { group: t(`group.${group}`), total: inWan(total) })}
      option={useStable(option)}
      press={press}
      above={
        at && (
          <p>
            <button type="button" className={css.link} onClick={() => setInside(null)}>
              {t("parts.back", { group: t(`group.${choice.group}`) })}
            </button>{" "}
            {word(at.group, at.key)}{" "}
            <button type="button" className={css.link} onClick={() => change({ group })}>
              {t("parts.switch", { group: t(`group.${group}`) })}
            </button>
          </p>
        )
      }
      shown={{
        title: `${title} ${choice.year}`,
        notes: [t("note", { height })],
        columns: [
          { title: t(`group.${group}`), kind: "text" },
          { title: t(`measure.${choice.measure}`), kind: "fen" },
          { title: t("share"), kind: "text" },
        ],
        rows: [
          ...all.map((each) => [word(group, each.key), each.fen, shareOf(each.fen)]),
          [t("total"), total, ""],
        ],
        total: true,
      }}
    />
  );
}

/** The same option while its content is the same, so that a chart is not drawn anew for nothing. */
export function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says whether it has changed
  return useMemo(() => value, [text]);
}
