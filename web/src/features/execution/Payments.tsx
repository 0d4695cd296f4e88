import { Button, Select } from "antd";
import { Link, useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { type DataColumn, DataTable } from "../../desk/DataTable.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { type RefusalRow, useRefusals } from "../procedure/Alarms.tsx";
import { madeMs } from "../procedure/work.ts";
import { AdvanceAct } from "./AdvanceAct.tsx";
import { useDealings } from "./dealings.ts";
import css from "./pay.module.css";
import { useRefusalWords, useTitles } from "./refusals.ts";
import { type PayKey, usePayTexts, worded } from "./texts.ts";

type Payment = Row<"execution_payments">;
const STATES = [
  "asked",
  "routed",
  "instructed",
  "settled",
  "approved",
  "advanced",
  "returned",
  "rejected",
  "cancelled",
] as const;
const FILTERS = ["year", "state", "line", "payee"] as const;

/** All payments that one may read, and beside them the requests that rules refused. */
export function Component() {
  const t = usePayTexts();
  useTitle(t("payments"));
  const roles = useRoles();
  const [query] = useSearchParams();
  const isRefused = query.get("show") === "refused";
  return (
    <DeskPage
      title={t("payments")}
      state={
        <span className={css.tabs}>
          <Link to="/desk/payments" aria-current={isRefused ? undefined : "page"}>
            {t("payments.all")}
          </Link>
          <Link to="/desk/payments?show=refused" aria-current={isRefused ? "page" : undefined}>
            {t("payments.refused")}
          </Link>
          <Link to="/desk/payees">{t("payees")}</Link>
        </span>
      }
      actions={
        roles.includes("unit.clerk") && (
          <>
            <Link to="/desk/payments/batch">
              <Button>{t("batch")}</Button>
            </Link>
            <Link to="/desk/payments/new">
              <Button type="primary">{t("new")}</Button>
            </Link>
          </>
        )
      }
    >
      {isRefused ? <RefusedList /> : <List />}
      <AdvanceAct />
    </DeskPage>
  );
}

/** Payments that the post may read: by right, or as the one who is paid. */
function usePayments(): { rows?: Payment[]; height?: number; problem?: unknown } {
  const names = useNames();
  const { organisation } = useActing();
  const kind = names.kind(organisation);
  const isParty = kind === "supplier" || kind === "engineer";
  const dealings = useDealings(isParty);
  const read = useRows("execution_payments", {}, kind !== "" && !isParty);
  const found = isParty ? dealings : read;
  return {
    ...(isParty
      ? dealings.data && { rows: dealings.data.payments }
      : read.data && { rows: read.data.rows }),
    ...(found.data && { height: found.data.height }),
    problem: found.error,
  };
}

function List() {
  const t = usePayTexts();
  const titles = useTitles();
  const ledger = useLedger();
  const [query, setQuery] = useSearchParams();
  const { rows, height, problem } = usePayments();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ""]));
  const isFiltered = FILTERS.some((name) => filters[name]);
  const shown = rows?.filter((row) =>
    FILTERS.every((name) => !filters[name] || String(row[name] ?? "") === filters[name]),
  );
  const made = (row: Payment): number => madeMs(row.id) ?? 0;
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const options = (name: (typeof FILTERS)[number], label: (value: string) => string) =>
    [...new Set((rows ?? []).map((row) => String(row[name] ?? "")))]
      .filter((each) => each !== "")
      .sort()
      .map((value) => ({ value, label: label(value) }));
  const choices = {
    year: options("year", (value) => value),
    state: STATES.map((value) => ({ value, label: t(`state.${value}`) })),
    line: options("line", titles.line),
    payee: options("payee", titles.payee),
  };
  const columns: DataColumn<Payment>[] = [
    {
      key: "payee",
      title: t("column.payee"),
      width: 200,
      isFixed: true,
      show: (row) => titles.payee(row.payee) || t("payment"),
      order: (row) => titles.payee(row.payee),
    },
    { key: "amount", title: t("column.amount"), width: 150, fen: (row) => row.amount_fen },
    {
      key: "state",
      title: t("column.state"),
      width: 110,
      show: (row) => (
        <span className={css.state}>
          {row.state === "settled" && "✓ "}
          {worded(t, `state.${row.state}`, row.state ?? "")}
        </span>
      ),
      order: (row) => row.state ?? "",
    },
    { key: "line", title: t("column.line"), width: 150, show: (row) => titles.line(row.line) },
    {
      key: "made",
      title: t("column.made"),
      width: 110,
      show: (row) => ledger && made(row) > 0 && dateInTable(made(row), ledger.offset_s),
      order: made,
    },
    { key: "voucher", title: t("column.voucher"), width: 190 },
  ];
  return (
    <DataTable
      name={t("payments")}
      rows={shown?.toSorted((a, b) => made(b) - made(a))}
      all={rows?.length}
      height={height}
      problem={problem}
      columns={columns}
      rowKey={(row) => row.id}
      to={(row) => `/desk/payments/${row.id}`}
      empty={isFiltered ? t("payments.none.filtered") : t("payments.none")}
      toolbar={
        <div className={css.chips}>
          {FILTERS.map((name) => (
            <Select
              key={name}
              size="small"
              allowClear
              popupMatchSelectWidth={false}
              aria-label={t(`filter.${name}` as PayKey)}
              placeholder={t(`filter.${name}` as PayKey)}
              value={filters[name] || null}
              onChange={(value?: string | null) => set(name, value ?? undefined)}
              options={choices[name]}
            />
          ))}
          {isFiltered && (
            <Button size="small" onClick={() => setQuery({}, { replace: true })}>
              {t("filter.clear")}
            </Button>
          )}
        </div>
      }
    />
  );
}

function RefusedList() {
  const t = usePayTexts();
  const inLanguage = useInLanguage();
  const words = useRefusalWords();
  const names = useNames();
  const ledger = useLedger();
  const found = useRefusals();
  const rows = found.data?.refusals.filter(
    (each) => each.facts && /^execution\.(payment|advance)\./.test(each.kind),
  );
  const columns: DataColumn<RefusalRow>[] = [
    {
      key: "why",
      title: t("column.why"),
      width: 420,
      show: (row) =>
        words({ code: row.code, facts: row.facts ?? {} })?.title ??
        inLanguage(row.told?.title_zh, row.told?.title),
    },
    {
      key: "clause",
      title: t("column.clause"),
      width: 90,
      show: (row) => row.clause,
      order: (row) => row.clause,
    },
    {
      key: "by",
      title: t("column.by"),
      width: 200,
      show: (row) => `${names.organisation(row.organisation)} ${names.post(row.post)}`,
    },
    {
      key: "time",
      title: t("column.made"),
      width: 110,
      show: (row) => ledger && dateInTable(row.time_ms, ledger.offset_s),
      order: (row) => row.time_ms,
    },
  ];
  return (
    <DataTable
      name={t("payments.refused")}
      rows={rows}
      height={found.data?.height}
      problem={found.error}
      columns={columns}
      rowKey={(row) => `${row.height}/${row.place}`}
      to={(row) => `/desk/payments/refused/${row.height}/${row.place}`}
      empty={t("payments.refused.none")}
    />
  );
}
