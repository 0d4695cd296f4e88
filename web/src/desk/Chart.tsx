import type { EChartsCoreOption } from "echarts/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { amountText } from "../parts/amounts.ts";
import { type Shown, save, saveWorkbook } from "../parts/download.ts";
import { Money } from "../parts/Money.tsx";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import css from "./chart.module.css";
import { useDeskTexts } from "./texts.ts";

interface ChartProps {
  /** Asks or answers in words. */
  title: string;
  /** Unit, of what, until when. */
  subtitle: ReactNode;
  option: EChartsCoreOption;
  /** The same figures as a table, in the same order. */
  shown: Shown;
  height?: number;
  /** A part was pressed: its name as ECharts gives it. */
  press?: (name: string) => void;
  /** Above the chart: where one is, and the way back. */
  above?: ReactNode;
}

type Drawn = {
  setOption: (option: EChartsCoreOption, notMerge: boolean) => void;
  resize: () => void;
  dispose: () => void;
  getDataURL: (options: { type: "svg" }) => string;
  on: (event: "click", handler: (pressed: { name: string; data?: unknown }) => void) => void;
  off: (event: "click") => void;
};

/** A chart with its table twin; as a picture and as Excel. */
export function Chart({ title, subtitle, option, shown, height = 320, press, above }: ChartProps) {
  const t = useDeskTexts();
  const name = useId();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const at = place.current;
    if (asTable || !at) return;
    let isOver = false;
    const watching = new ResizeObserver(() => drawn.current?.resize());
    const draw = async () => {
      const { init } = await import("./echarts.ts");
      if (isOver) return;
      drawn.current = init(at) as unknown as Drawn;
      drawn.current.setOption(option, true);
      if (press) drawn.current.on("click", (pressed) => press(pressed.name));
      watching.observe(at);
    };
    void draw();
    return () => {
      isOver = true;
      watching.disconnect();
      drawn.current?.dispose();
      drawn.current = null;
    };
  }, [asTable, option, press]);
  const picture = () => {
    const url = drawn.current?.getDataURL({ type: "svg" }) ?? "";
    const svg = decodeURIComponent(url.slice(url.indexOf(",") + 1));
    save(new Blob([svg], { type: "image/svg+xml" }), `${shown.title}.svg`);
  };
  const excel = async () => {
    setProblem(null);
    try {
      await saveWorkbook(shown);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <figure className={css.chart} aria-labelledby={name}>
      <figcaption>
        <h2 id={name}>{title}</h2>
        <p>{subtitle}</p>
        {above}
      </figcaption>
      {asTable ? (
        <Twin shown={shown} />
      ) : (
        <div
          ref={place}
          role="img"
          aria-label={`${title}. ${t("chart.twin")}`}
          style={{ height }}
          className={css.place}
        />
      )}
      <PlainProblem problem={problem} />
      <p className={css.takeAway}>
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {t(asTable ? "chart.asChart" : "chart.asTable")}
        </button>
        <button type="button" onClick={() => void excel()}>
          {t("chart.excel")}
        </button>
        {!asTable && (
          <button type="button" onClick={picture}>
            {t("chart.picture")}
          </button>
        )}
      </p>
    </figure>
  );
}

function Twin({ shown }: { shown: Shown }) {
  const isTotal = (at: number) => shown.total === true && at === shown.rows.length - 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.twin} tabIndex={0} aria-label={shown.title}>
      <table>
        <thead>
          <tr>
            {shown.columns.map((each) => (
              <th key={each.title} scope="col" className={each.kind === "text" ? "" : css.number}>
                {each.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and none moves
            <tr key={at} className={isTotal(at) ? css.total : ""}>
              {shown.columns.map((column, place) => (
                <td key={column.title} className={column.kind === "text" ? "" : css.number}>
                  <Value kind={column.kind} value={row[place] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Value({ kind, value }: { kind: string; value: string | number | null }) {
  if (kind === "fen") return <Money fen={value as number | null} />;
  return value === null ? "" : String(value);
}

/** A fen amount as charts label it: 万元 with two decimals. */
export function inWan(fen: number): string {
  return amountText(Math.round(fen), "wan");
}
