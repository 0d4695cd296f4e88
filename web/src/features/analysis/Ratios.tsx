import { Segmented } from "antd";
import { useState } from "react";
import { DataTable } from "../../desk/DataTable.tsx";
import { ShortLadder } from "../../desk/Ladder.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { percent, share, yearPassed } from "../../parts/shares.ts";
import type { Shared } from "./Analysis.tsx";
import { groupOf } from "./figures.ts";
import { useTexts } from "./texts.ts";

const BY = ["unit", "project", "line"] as const;

interface Standing {
  key: string;
  quota: number;
  paid: number;
  available: number;
}

/** 执行率: paid of allotted by unit, project or line, beside the part of the year that has passed. */
export function Ratios({ choice, cells, lines, word, height, today }: Shared & { today: string }) {
  const t = useTexts();
  const [by, setBy] = useState<(typeof BY)[number]>("unit");
  const found = new Map<string, Standing>();
  for (const each of cells) {
    const key = groupOf(each, lines, by);
    const before = found.get(key) ?? { key, quota: 0, paid: 0, available: 0 };
    found.set(key, {
      key,
      quota: before.quota + each.quota_fen,
      paid: before.paid + each.settled_fen,
      available: before.available + each.available_fen,
    });
  }
  const rows = [...found.values()].toSorted((a, b) => b.quota - a.quota);
  return (
    <Panel
      title={t("ratios.title")}
      more={today && t("ratios.time", { passed: percent(yearPassed(choice.year, today)) })}
      aside={
        <Segmented
          aria-label={t("group")}
          value={by}
          onChange={setBy}
          options={BY.map((each) => ({ value: each, label: t(`group.${each}`) }))}
        />
      }
    >
      <DataTable<Standing>
        name={t("ratios.title")}
        rows={rows}
        height={height}
        rowKey={(each) => each.key}
        empty={t("empty.text")}
        columns={[
          { key: "name", title: t(`group.${by}`), show: (each) => word(by, each.key) },
          { key: "quota", title: t("measure.quota_fen"), fen: (each) => each.quota },
          { key: "paid", title: t("measure.settled_fen"), fen: (each) => each.paid },
          { key: "available", title: t("measure.available_fen"), fen: (each) => each.available },
          {
            key: "ratio",
            title: t("ratios.ratio"),
            show: (each) => percent(share(each.paid, each.quota)),
            order: (each) => share(each.paid, each.quota) ?? -1,
          },
          {
            key: "bar",
            title: "",
            width: 120,
            show: (each) => (
              <ShortLadder
                balances={{
                  voted: 0,
                  quota: each.quota,
                  held: 0,
                  committed: 0,
                  paid: each.paid,
                  available: each.available,
                }}
              />
            ),
          },
        ]}
      />
    </Panel>
  );
}
