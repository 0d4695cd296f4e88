import { Select } from "antd";
import { Link, useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { type DataColumn, DataTable } from "../../desk/DataTable.tsx";
import { added, type Balances, balancesOf } from "../../desk/Ladder.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { dateInTable } from "../../parts/dates.ts";
import { yearPassed } from "../../parts/shares.ts";
import { useTitle } from "../../parts/title.ts";
import { useYear } from "../procedure/Money.tsx";
import css from "./funds.module.css";
import { Pace } from "./Pace.tsx";
import { useFundTexts } from "./texts.ts";
import { YearEnd } from "./YearEnd.tsx";

interface LineYear {
  line: string;
  title: string;
  unit: string;
  balances: Balances;
  movedFen: number;
}

/** The year chosen, else the ledger's own. */
export function useChosenYear(): [number | undefined, (year: number) => void] {
  const now = useYear();
  const [query, setQuery] = useSearchParams();
  const asked = Number(query.get("year"));
  const set = (year: number) => {
    const next = new URLSearchParams(query);
    next.set("year", String(year));
    setQuery(next, { replace: true });
  };
  return [asked > 2_000 ? asked : now, set];
}

export function YearChoice({ year, set }: { year: number; set: (year: number) => void }) {
  const t = useFundTexts();
  const now = useYear() ?? year;
  const years = [...new Set([now + 1, now, now - 1, now - 2, year])].sort((a, b) => b - a);
  return (
    <Select<number>
      aria-label={t("year")}
      value={year}
      onChange={set}
      options={years.map((each) => ({ value: each, label: String(each) }))}
    />
  );
}

/** Every line with its balances, and where its spending stands against the time of the year. */
export function Component() {
  const t = useFundTexts();
  const names = useNames();
  const ledger = useLedger();
  const [year, setYear] = useChosenYear();
  const isKnown = year !== undefined;
  const cells = useRows("funds_cells", { year: year ?? 0 }, isKnown);
  const lines = useRows("funds_lines").data?.rows;
  useTitle(isKnown ? t("budget", { year }) : t("budget.title"));
  if (!isKnown || !ledger) return <DeskPage title={t("budget.title")}>{null}</DeskPage>;
  const grouped = new Map<string, LineYear>();
  for (const cell of cells.data?.rows ?? []) {
    const id = cell.line ?? "";
    const before = grouped.get(id);
    grouped.set(id, {
      line: id,
      title: lines?.find((each) => each.id === id)?.title ?? id,
      unit: cell.unit ?? "",
      balances: added([before?.balances ?? balancesOf({}), balancesOf(cell)]),
      movedFen: (before?.movedFen ?? 0) + (cell.carried_fen ?? 0) + (cell.moved_fen ?? 0),
    });
  }
  const passed = yearPassed(year, dateInTable(ledger.time_ms, ledger.offset_s));
  const units = new Set([...grouped.values()].map((each) => each.unit));
  const money = (name: keyof Balances): DataColumn<LineYear> => ({
    key: name,
    title: t(`column.${name}`),
    width: 140,
    fen: (row) => row.balances[name],
  });
  const columns: DataColumn<LineYear>[] = [
    { key: "title", title: t("column.line"), width: 170, isFixed: true, order: (row) => row.title },
    ...(units.size > 1
      ? [
          {
            key: "unit",
            title: t("column.unit"),
            width: 150,
            show: (row: LineYear) => names.organisation(row.unit),
            order: (row: LineYear) => row.unit,
          },
        ]
      : []),
    money("available"),
    {
      key: "pace",
      title: t("column.pace"),
      width: 170,
      show: (row) => <Pace balances={row.balances} passed={passed} />,
    },
    money("voted"),
    { key: "moved", title: t("column.carried"), width: 140, fen: (row) => row.movedFen },
    money("quota"),
    money("held"),
    money("committed"),
    money("paid"),
  ];
  return (
    <DeskPage
      title={t("budget", { year })}
      state={
        <>
          {t("budget.text")} <Link to="/desk/quota">{t("quota")}</Link> ·{" "}
          <Link to="/desk/virements/new">{t("virement.new")}</Link>
        </>
      }
      actions={<YearChoice year={year} set={setYear} />}
    >
      <DataTable
        name={t("budget", { year })}
        rows={cells.data && [...grouped.values()]}
        height={cells.data?.height}
        problem={cells.error}
        columns={columns}
        rowKey={(row) => row.line}
        to={(row) => `/desk/budget/${row.line}?year=${year}`}
        empty={<span className={css.empty}>{t("budget.none", { year })}</span>}
      />
      <YearEnd year={year} />
    </DeskPage>
  );
}
