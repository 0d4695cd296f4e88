import { Segmented } from "antd";
import { useState } from "react";
import { ShortLadder } from "../../desk/Ladder.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { useDeskTexts } from "../../desk/texts.ts";
import { Money } from "../../parts/Money.tsx";
import { percent, share, yearPassed } from "../../parts/shares.ts";
import type { Shared } from "./Analysis.tsx";
import css from "./analysis.module.css";
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
      <Table by={by} rows={[...found.values()]} word={word} height={height} />
    </Panel>
  );
}

const ORDERS = {
  quota: (each: Standing) => each.quota,
  paid: (each: Standing) => each.paid,
  available: (each: Standing) => each.available,
  ratio: (each: Standing) => share(each.paid, each.quota) ?? -1,
};
const AMOUNTS = ["quota", "paid", "available"] as const;

/** Plain, so that the page, which has its charts to load, loads no library of tables too. */
function Table({
  by,
  rows,
  word,
  height,
}: {
  by: (typeof BY)[number];
  rows: Standing[];
} & Pick<Shared, "word" | "height">) {
  const t = useTexts();
  const desk = useDeskTexts();
  const [order, setOrder] = useState<{ of: keyof typeof ORDERS; isUp: boolean }>({
    of: "quota",
    isUp: false,
  });
  const value = ORDERS[order.of];
  const shown = rows.toSorted((a, b) => (value(a) - value(b)) * (order.isUp ? 1 : -1));
  const titles = {
    quota: t("measure.quota_fen"),
    paid: t("measure.settled_fen"),
    available: t("measure.available_fen"),
    ratio: t("ratios.ratio"),
  };
  const direction = order.isUp ? ("ascending" as const) : ("descending" as const);
  return (
    <>
      <p className={css.count}>
        {desk("table.count", { count: rows.length })} · {desk("table.height", { height })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard */}
      <section className={css.ratios} tabIndex={0} aria-label={t("ratios.title")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(`group.${by}`)}</th>
              {([...AMOUNTS, "ratio"] as const).map((each) => (
                <th
                  key={each}
                  scope="col"
                  aria-sort={order.of === each ? direction : "none"}
                  className={css.number}
                >
                  <button
                    type="button"
                    onClick={() => setOrder({ of: each, isUp: order.of === each && !order.isUp })}
                  >
                    {titles[each]}
                    <span aria-hidden="true">
                      {order.of !== each ? "" : order.isUp ? " ▲" : " ▼"}
                    </span>
                  </button>
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.key}>
                <th scope="row">{word(by, each.key)}</th>
                {AMOUNTS.map((name) => (
                  <td key={name} className={css.number}>
                    <Money fen={each[name]} />
                  </td>
                ))}
                <td className={css.number}>{percent(share(each.paid, each.quota))}</td>
                <td className={css.bar}>
                  <ShortLadder balances={{ ...each, voted: 0, held: 0, committed: 0 }} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{desk("table.sum")}</th>
              {AMOUNTS.map((name) => (
                <td key={name} className={css.number}>
                  <Money fen={rows.reduce((fen, each) => fen + each[name], 0)} />
                </td>
              ))}
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </section>
    </>
  );
}
