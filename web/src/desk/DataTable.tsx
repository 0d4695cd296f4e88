import { Table, type TableColumnType } from "antd";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { Link } from "react-router";
import { Money } from "../parts/Money.tsx";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import css from "./table.module.css";
import { useDeskTexts } from "./texts.ts";

export interface DataColumn<R> {
  key: string;
  title: ReactNode;
  /** What is shown; without it the value of the field `key`. */
  show?: (row: R) => ReactNode;
  /** Fen: shown as money, right-aligned, and summed below the table. */
  fen?: (row: R) => number | null | undefined;
  /** Field to order by; a column with `fen` is ordered by it. */
  order?: (row: R) => string | number;
  /** Stands at the right, as amounts that are not summed do. */
  isRight?: boolean;
  width?: number;
  /** Stays in place when the table scrolls sideways. */
  isFixed?: boolean;
}

interface DataTableProps<R> {
  /** Read aloud. */
  name: string;
  /** The name stands above the table too: where the page holds other things. */
  isTitled?: boolean;
  rows: readonly R[] | undefined;
  /** How many there are without the filter that made `rows`. */
  all?: number | undefined;
  height?: number | undefined;
  problem?: unknown;
  columns: DataColumn<R>[];
  rowKey: (row: R) => string;
  /** Address of a row; its first column links there. */
  to?: (row: R) => string;
  /** What stands here when there is nothing: what will, and who puts it there. */
  empty: ReactNode;
  toolbar?: ReactNode;
  selection?: { keys: string[]; change: (keys: string[]) => void };
}

const VIRTUAL_FROM = 200;
const VIRTUAL_HEIGHT = 560;

/** A table of records: count and height above, the sum of all rows double-ruled below. */
export function DataTable<R extends object>(props: DataTableProps<R>) {
  const {
    name,
    isTitled,
    rows,
    all,
    height,
    problem,
    columns,
    rowKey,
    to,
    empty,
    toolbar,
    selection,
  } = props;
  const t = useDeskTexts();
  const shown = useMemo(
    () => columns.map((each, at) => column(each, at === 0 ? to : undefined)),
    [columns, to],
  );
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    // What scrolls sideways must be reachable by keyboard.
    place.current?.querySelector(".ant-table-content")?.setAttribute("tabindex", "0");
  });
  if (problem) return <PlainProblem problem={problem} />;
  const isVirtual = (rows?.length ?? 0) > VIRTUAL_FROM;
  const isFiltered = rows !== undefined && all !== undefined && all !== rows.length;
  const width = columns.reduce((sum, each) => sum + (each.width ?? 140), 0);
  return (
    <section ref={place} className={css.table} aria-label={name}>
      <div className={css.above}>
        {isTitled && <h2>{name}</h2>}
        <p>
          {rows && (
            <>
              {isFiltered
                ? t("table.filtered", { count: rows.length, all })
                : t("table.count", { count: rows.length })}
              {height !== undefined && ` · ${t("table.height", { height })}`}
            </>
          )}
        </p>
        {toolbar}
      </div>
      <Table<R>
        size="small"
        columns={shown}
        dataSource={rows ?? []}
        loading={rows === undefined}
        rowKey={rowKey}
        pagination={false}
        virtual={isVirtual}
        scroll={isVirtual ? { x: width, y: VIRTUAL_HEIGHT } : { x: "max-content" }}
        locale={{
          emptyText: rows === undefined ? " " : <div className={css.empty}>{empty}</div>,
        }}
        {...(selection && {
          rowSelection: {
            selectedRowKeys: selection.keys,
            onChange: (keys) => selection.change(keys.map(String)),
          },
        })}
        {...(rows && rows.length > 0 && !isVirtual && columns.some((each) => each.fen)
          ? {
              summary: () => (
                <Sum
                  columns={columns}
                  rows={rows}
                  isFiltered={isFiltered}
                  selection={selection !== undefined}
                />
              ),
            }
          : {})}
      />
      {isVirtual && columns.some((each) => each.fen) && (
        <p className={css.sumLine}>
          {columns
            .filter((each) => each.fen)
            .map((each) => (
              <span key={each.key}>
                {each.title} <Money fen={total(each, rows ?? [])} />
              </span>
            ))}
        </p>
      )}
    </section>
  );
}

function total<R>(of: DataColumn<R>, rows: readonly R[]): number {
  return rows.reduce((sum, row) => sum + (of.fen?.(row) ?? 0), 0);
}

function Sum<R>({
  columns,
  rows,
  isFiltered,
  selection,
}: {
  columns: DataColumn<R>[];
  rows: readonly R[];
  isFiltered: boolean;
  selection: boolean;
}) {
  const t = useDeskTexts();
  const shift = selection ? 1 : 0;
  return (
    <Table.Summary.Row className={css.sum ?? ""}>
      {selection && <Table.Summary.Cell index={0} />}
      {columns.map((each, at) => (
        <Table.Summary.Cell key={each.key} index={at + shift} align={each.fen ? "right" : "left"}>
          {each.fen ? (
            <Money fen={total(each, rows)} />
          ) : at === 0 ? (
            t(isFiltered ? "table.sum.filtered" : "table.sum")
          ) : null}
        </Table.Summary.Cell>
      ))}
    </Table.Summary.Row>
  );
}

function column<R extends object>(
  of: DataColumn<R>,
  to: ((row: R) => string) | undefined,
): TableColumnType<R> {
  const value = (row: R): ReactNode => {
    if (of.fen) return <Money fen={of.fen(row)} />;
    if (of.show) return of.show(row);
    return String((row as Record<string, unknown>)[of.key] ?? "");
  };
  const order = of.order ?? of.fen;
  return {
    key: of.key,
    title: of.title,
    align: of.fen || of.isRight ? "right" : "left",
    ...(of.width !== undefined && { width: of.width }),
    ...(of.isFixed && { fixed: "left" as const }),
    ...(order && { sorter: (a: R, b: R) => compare(order(a), order(b)) }),
    render: (_: unknown, row: R) => (to ? <Link to={to(row)}>{value(row)}</Link> : value(row)),
  };
}

function compare(
  a: string | number | null | undefined,
  b: string | number | null | undefined,
): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), "zh-CN");
}
