import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLedger } from "../../api/ledger.ts";
import { catalogue } from "../../i18n/texts.ts";
import { dateInTable } from "../dates.ts";
import { save, saveWorkbook, type Table } from "../download.ts";
import { Money } from "../Money.tsx";
import { PlainProblem } from "../PlainProblem.tsx";
import css from "./chart.module.css";
import en from "./en.json";
import { pictureOf } from "./picture.ts";
import zh from "./zh-CN.json";

const useTexts = catalogue("charts", zh, en);

interface ChartProps {
  /** What it answers, in words; also the name of saved files. */
  title: string;
  /** Unit and what lines mean. */
  subtitle: string;
  /** Where it is from, for saved pictures. */
  place: string;
  /** Draws it anew at each width, so that its text keeps its size. */
  draw: (width: number) => ReactNode;
  table: Table;
  heightPx: number;
  /** Shown instead of the drawing where the page is narrow. */
  narrow?: ReactNode;
  children?: ReactNode;
}

/** A chart with its table twin, and both to take away. */
export function Chart({
  title,
  subtitle,
  place,
  draw,
  table,
  heightPx,
  narrow,
  children,
}: ChartProps) {
  const t = useTexts();
  const ledger = useLedger();
  const [isTable, setTable] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = drawing.current;
    if (isTable || !element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [isTable]);
  const savePicture = async () => {
    if (!drawing.current) return;
    const date = ledger ? dateInTable(ledger.time_ms, ledger.offset_s) : "";
    const foot = t("foot", { place, height: ledger?.height ?? 0, date });
    save(await pictureOf(drawing.current, title, foot), `${title}.png`);
  };
  return (
    <figure className={css.chart}>
      <figcaption>{subtitle}</figcaption>
      {isTable ? (
        <TableTwin title={title} table={table} />
      ) : (
        <>
          <div
            ref={drawing}
            className={`${css.drawing} ${narrow ? css.onlyWide : ""}`}
            style={{ height: heightPx }}
            role="img"
            aria-label={`${title} ${subtitle}`}
          >
            {width > 0 && draw(width)}
          </div>
          {narrow && <div className={css.onlyNarrow}>{narrow}</div>}
        </>
      )}
      <PlainProblem problem={problem} />
      <p className={css.tools}>
        <button type="button" onClick={() => setTable(!isTable)}>
          {t(isTable ? "picture" : "table")}
        </button>
        <button
          type="button"
          onClick={() =>
            saveWorkbook({ title, notes: [place, subtitle], ...table }).catch(setProblem)
          }
        >
          {t("excel")}
        </button>
        {!isTable && (
          <button
            type="button"
            className={narrow ? css.onlyWide : undefined}
            onClick={() => savePicture().catch(setProblem)}
          >
            {t("png")}
          </button>
        )}
        {children}
      </p>
    </figure>
  );
}

function TableTwin({ title, table }: { title: string; table: Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className={css.scroll} aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.columns.map((each) => (
              <th
                key={each.title}
                scope="col"
                className={each.kind === "fen" ? css.amount : undefined}
              >
                {each.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={JSON.stringify(row)}>
              {row.map((value, at) => (
                <td
                  key={table.columns[at]?.title}
                  className={table.columns[at]?.kind === "fen" ? css.amount : undefined}
                >
                  {typeof value === "number" && table.columns[at]?.kind === "fen" ? (
                    <Money fen={value} unit="yuan" />
                  ) : (
                    value
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
