import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { type DataColumn, DataTable } from "../../desk/DataTable.tsx";
import { balancesOf, ShortLadder } from "../../desk/Ladder.tsx";
import { DeskPage } from "../../desk/Panel.tsx";
import { timeInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { Propose } from "./AgreementActs.tsx";
import { type MilestoneTerm, type Receipt, useDealings, type Whole } from "./dealings.ts";
import { OwnAccount } from "./PayeeActs.tsx";
import css from "./pay.module.css";
import { useTitles } from "./refusals.ts";
import { usePayTexts, worded } from "./texts.ts";

type Agreement = Row<"execution_agreements">;

export function useIsParty(): boolean | undefined {
  const names = useNames();
  const { organisation } = useActing();
  const kind = names.kind(organisation);
  return kind === "" ? undefined : kind === "supplier" || kind === "engineer";
}

/** The agreements that one may read, or is party to; to a party also its payments and receipts. */
export function Component() {
  const t = usePayTexts();
  const isParty = useIsParty();
  useTitle(t(isParty ? "agreements.mine" : "agreements"));
  return (
    <DeskPage
      title={t(isParty ? "agreements.mine" : "agreements")}
      state={isParty && t("agreements.mine.text")}
    >
      {isParty === true && <Mine />}
      {isParty === false && <All />}
    </DeskPage>
  );
}

function All() {
  const t = usePayTexts();
  const found = useRows("execution_agreements");
  const commitments = useRows("funds_commitments").data?.rows;
  const paid = (row: Agreement): number | undefined =>
    commitments?.find((each) => each.id === row.id)?.paid_fen;
  return (
    <>
      <AgreementTable
        rows={found.data?.rows}
        height={found.data?.height}
        problem={found.error}
        paid={paid}
        empty={t("agreements.none")}
      />
      <Propose />
    </>
  );
}

function Mine() {
  const t = usePayTexts();
  const found = useDealings();
  const data = found.data;
  const paid = (row: Agreement): number =>
    (data?.payments ?? [])
      .filter((each) => each.agreement === row.id && each.state === "settled")
      .reduce((sum, each) => sum + (each.amount_fen ?? 0) - (each.returned_fen ?? 0), 0);
  return (
    <>
      <AgreementTable
        rows={data?.agreements}
        height={data?.height}
        problem={found.error}
        paid={paid}
        empty={t("agreements.mine.none")}
      />
      <OwnAccount agreements={data?.agreements ?? []} told={data?.accounts ?? []} />
      <MyPayments rows={data?.payments} agreements={data?.agreements ?? []} />
      <Receipts rows={data?.receipts} />
    </>
  );
}

function AgreementTable({
  rows,
  height,
  problem,
  paid,
  empty,
}: {
  rows: Agreement[] | undefined;
  height: number | undefined;
  problem: unknown;
  paid: (row: Agreement) => number | undefined;
  empty: string;
}) {
  const t = usePayTexts();
  const titles = useTitles();
  const names = useNames();
  const total = (row: Agreement): number => (row.total_fen ?? 0) + (row.increased_fen ?? 0);
  const columns: DataColumn<Agreement>[] = [
    { key: "title", title: t("column.agreement"), width: 220, isFixed: true },
    {
      key: "state",
      title: t("column.state"),
      width: 90,
      show: (row) => worded(t, `agreement.${row.state}`, row.state ?? ""),
      order: (row) => row.state ?? "",
    },
    {
      key: "payee",
      title: t("column.payee"),
      width: 180,
      show: (row) => titles.payee(row.payee),
      order: (row) => titles.payee(row.payee),
    },
    { key: "total", title: t("column.total"), width: 150, fen: total },
    { key: "paid", title: t("column.paid"), width: 150, fen: paid },
    {
      key: "share",
      title: t("column.progress"),
      width: 120,
      show: (row) => (
        <ShortLadder balances={{ ...balancesOf({}), paid: paid(row) ?? 0, quota: total(row) }} />
      ),
    },
    { key: "retained", title: t("column.retained"), width: 140, fen: (row) => row.retained_fen },
    {
      key: "unit",
      title: t("column.unit"),
      width: 140,
      show: (row) => names.organisation(row.unit),
    },
    { key: "number", title: t("column.number"), width: 190 },
  ];
  return (
    <DataTable
      name={t("agreements")}
      rows={rows}
      height={height}
      problem={problem}
      columns={columns}
      rowKey={(row) => row.id}
      to={(row) => `/desk/agreements/${row.id}`}
      empty={empty}
    />
  );
}

/** The milestone that a payment is for, by number and title. */
function milestoneOf(
  agreements: readonly Whole<Agreement>[],
  of: Row<"execution_payments">,
): string {
  const found = agreements.find((each) => each.id === of.agreement);
  const terms = (found?.record?.milestones ?? []) as MilestoneTerm[];
  const title = terms.find((each) => each.id === of.milestone)?.title;
  return [of.milestone, title].filter(Boolean).join(" ");
}

export function MyPayments({
  rows,
  agreements,
}: {
  rows: Row<"execution_payments">[] | undefined;
  agreements: Whole<Agreement>[];
}) {
  const t = usePayTexts();
  const titles = useTitles();
  return (
    <DataTable
      name={t("payments.mine")}
      isTitled
      rows={rows}
      rowKey={(row) => row.id}
      to={(row) => `/desk/payments/${row.id}`}
      empty={t("payments.mine.none")}
      columns={[
        {
          key: "milestone",
          title: t("payments.mine"),
          width: 220,
          isFixed: true,
          show: (row) =>
            [row.agreement && titles.agreement(row.agreement), milestoneOf(agreements, row)]
              .filter(Boolean)
              .join(" · ") || t("payment"),
        },
        { key: "amount", title: t("column.amount"), width: 150, fen: (row) => row.amount_fen },
        { key: "wage", title: t("field.wage"), width: 150, fen: (row) => row.wage_fen },
        {
          key: "state",
          title: t("column.state"),
          width: 120,
          show: (row) =>
            `${row.state === "settled" ? "✓ " : ""}${worded(t, `state.${row.state}`, "")}`,
        },
        { key: "voucher", title: t("column.voucher"), width: 190 },
      ]}
    />
  );
}

function Receipts({ rows }: { rows: Receipt[] | undefined }) {
  const t = usePayTexts();
  const ledger = useLedger();
  return (
    <DataTable
      name={t("receipts")}
      isTitled
      rows={rows}
      rowKey={(row) => `${row.height}/${row.place}`}
      empty={t("receipts.none")}
      columns={[
        {
          key: "kind",
          title: t("receipts"),
          width: 200,
          isFixed: true,
          show: (row) => worded(t, `kind.${row.kind.split("/")[0]}`, row.kind),
        },
        {
          key: "accepted",
          title: t("column.state"),
          width: 130,
          show: (row) =>
            row.accepted ? (
              t("receipts.accepted")
            ) : (
              <Link className={css.bad} to={`/desk/payments/refused/${row.height}/${row.place}`}>
                {t("refused")}
              </Link>
            ),
        },
        {
          key: "time",
          title: t("column.made"),
          width: 150,
          show: (row) => ledger && timeInTable(row.time_ms, ledger.offset_s),
          order: (row) => row.time_ms,
        },
        {
          key: "proof",
          title: t("receipts.proof"),
          width: 120,
          show: (row) => (
            <a href={`/api/proofs/receipts/${row.height}/${row.place}`} download>
              {t("receipts.take")}
            </a>
          ),
        },
      ]}
    />
  );
}
