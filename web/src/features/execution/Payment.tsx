import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, need } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { added, balancesOf, Ladder } from "../../desk/Ladder.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { amountText } from "../../parts/amounts.ts";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { dayInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { CaseDesk, CaseHolder, CaseRoad } from "../procedure/CaseDesk.tsx";
import work from "../procedure/work.module.css";
import { madeMs } from "../procedure/work.ts";
import { useDealings } from "./dealings.ts";
import { PaymentActs } from "./PaymentActs.tsx";
import css from "./pay.module.css";
import { proofText, useTitles } from "./refusals.ts";
import { useRuledRow } from "./ruled.ts";
import { usePayTexts, worded } from "./texts.ts";

type Payment = Row<"execution_payments">;

/** One payment: where it stands, who has it, by which rows it was decided, and what may be done. */
export function usePayment(id: string): { payment: Payment | null | undefined; problem: unknown } {
  const names = useNames();
  const { organisation } = useActing();
  const kind = names.kind(organisation);
  const isParty = kind === "supplier" || kind === "engineer";
  const read = useRows("execution_payments", { id }, kind !== "");
  const dealings = useDealings(isParty);
  const own = dealings.data?.payments.find((each) => each.id === id);
  return {
    payment:
      own ?? (isParty && !dealings.data ? undefined : read.data && (read.data.rows[0] ?? null)),
    problem: read.error,
  };
}

export function Component() {
  const t = usePayTexts();
  const { id = "" } = useParams();
  const { payment, problem } = usePayment(id);
  const state = payment ? worded(t, `state.${payment.state}`, payment.state ?? "") : "";
  useTitle(`${t("payment")} ${payment ? amountText(payment.amount_fen ?? 0) : ""} ${state}`);
  if (problem) return <PlainProblem problem={problem} />;
  if (payment === undefined) return <DeskPage title={t("payment")}>{null}</DeskPage>;
  if (payment === null) {
    return (
      <DeskPage title={t("payment")}>
        <p className={css.empty}>{t("payment.none")}</p>
      </DeskPage>
    );
  }
  return <Shown payment={payment} state={state} />;
}

function Shown({ payment, state }: { payment: Payment; state: string }) {
  const t = usePayTexts();
  const titles = useTitles();
  const names = useNames();
  const caseId = payment.case_id ?? "";
  const what = `${t("payment")} ${amountText(payment.amount_fen ?? 0)}，${titles.payee(payment.payee)}`;
  return (
    <DeskPage
      title={
        <>
          {t(payment.clear_by ? "advance" : "payment")}{" "}
          <Money fen={payment.amount_fen} unit="yuan" /> {payment.state === "settled" && "✓ "}
          {state}
        </>
      }
      state={
        <>
          <Link to="/desk/payments">{t("payments")}</Link> · {names.organisation(payment.unit)}
        </>
      }
      actions={
        payment.voucher && (
          <Link className={work.button} to={`/desk/payments/${payment.id}/voucher`}>
            {t("voucher.open")}
          </Link>
        )
      }
      aside={
        <>
          {payment.line && <Balances payment={payment} />}
          {caseId ? <CaseHolder id={caseId} /> : <Holder payment={payment} />}
          <Happened payment={payment} />
          {caseId && <CaseRoad id={caseId} />}
        </>
      }
    >
      <PaymentActs payment={payment} what={what} />
      {caseId && <CaseDesk id={caseId} what={what} />}
      <Content payment={payment} />
      <Decision payment={payment} />
    </DeskPage>
  );
}

function Balances({ payment }: { payment: Payment }) {
  const t = usePayTexts();
  const titles = useTitles();
  const filters = { line: payment.line ?? "", year: payment.year ?? 0 };
  const cells = useRows("funds_cells", filters).data?.rows;
  if (!cells?.length) return null;
  return (
    <Panel
      title={<Link to={`/desk/budget/${payment.line}`}>{titles.line(payment.line)}</Link>}
      more={t("line.of", { year: payment.year ?? 0 })}
    >
      <Ladder balances={added(cells.map(balancesOf))} />
    </Panel>
  );
}

function Holder({ payment }: { payment: Payment }) {
  const t = usePayTexts();
  const names = useNames();
  const bank = names.all.find((each) => each.organisation_kind === "agent_bank")?.id ?? "";
  const isWith = {
    instructed: [bank, names.organisation(bank)],
    approved: [payment.unit ?? "", t("holder.reinstruct")],
    asked: [payment.unit ?? "", t("holder.answer")],
    advanced: [payment.unit ?? "", t("holder.clear")],
  }[payment.state ?? ""];
  return (
    <Panel title={t("holder")}>
      {isWith ? (
        <div className={work.now}>
          <OfficeSeal of={names.character(isWith[0])} />
          <strong>{isWith[1]}</strong>
        </div>
      ) : (
        <p className={css.empty}>{t("holder.none")}</p>
      )}
    </Panel>
  );
}

interface Version {
  from_height: number;
  record: { state: string; reason?: string };
}

/** Its versions, newest first, with the time of their pages. */
function Happened({ payment }: { payment: Payment }) {
  const t = usePayTexts();
  const ledger = useLedger();
  const found = useQuery({
    queryKey: ["versions", payment.id, payment.from_height],
    queryFn: async () => {
      const { versions } = (await need(
        api.GET("/api/versions/{key}", {
          params: { path: { key: `execution/payment/${payment.id}` } },
        }),
      )) as unknown as { versions: Version[] };
      const times = await Promise.all(
        versions.map(async (each) => {
          const path = { height: each.from_height };
          const block = await need(api.GET("/api/blocks/{height}", { params: { path } }));
          return (block as unknown as { time_ms: number }).time_ms;
        }),
      );
      return versions.map((each, at) => ({ ...each, time_ms: times[at] ?? 0 }));
    },
  });
  if (!ledger) return null;
  const made = madeMs(payment.id);
  const moments: Moment[] = found.data
    ? found.data
        .map(
          (each): Moment => ({
            key: String(each.from_height),
            state: "done",
            what: `${worded(t, `state.${each.record.state}`, each.record.state)}${
              each.record.reason ? `：${each.record.reason}` : ""
            }`,
            more: `${timeInTable(each.time_ms, ledger.offset_s)} · ${t("page", {
              height: each.from_height,
            })}`,
          }),
        )
        .reverse()
    : made !== null
      ? [
          {
            key: "made",
            state: "done",
            what: worded(t, `state.${payment.state}`, ""),
            more: timeInTable(made, ledger.offset_s),
          },
        ]
      : [];
  return (
    <Panel title={t("happened")}>
      <Timeline moments={moments} />
      <p>
        <a href={`/api/proofs/records/execution/payment/${payment.id}`} download>
          {t("record.proof")}
        </a>
      </p>
    </Panel>
  );
}

function Content({ payment }: { payment: Payment }) {
  const t = usePayTexts();
  const titles = useTitles();
  const agreement = payment.agreement && (
    <>
      <Link to={`/desk/agreements/${payment.agreement}`}>
        {titles.agreement(payment.agreement)}
      </Link>
      {payment.milestone && ` · ${payment.milestone}`}
    </>
  );
  const yuan = (fen: number | undefined) => (fen ? <Money fen={fen} unit="yuan" /> : null);
  return (
    <Panel title={t("content")}>
      <Facts>
        <Fact name={t("field.payee")}>{titles.payee(payment.payee)}</Fact>
        <Fact name={t("field.account")}>{payment.account}</Fact>
        <Fact name={t("field.line")}>{payment.line && titles.line(payment.line)}</Fact>
        <Fact name={t("field.purpose")}>{payment.purpose}</Fact>
        <Fact name={t("field.agreement")}>{agreement}</Fact>
        <Fact name={t("field.proof")}>{payment.proof && proofText(payment.proof)}</Fact>
        <Fact name={t("field.wage")}>{yuan(payment.wage_fen)}</Fact>
        <Fact name={t("field.returned")}>{yuan(payment.returned_fen)}</Fact>
        <Fact name={t("field.uncleared")}>{yuan(payment.uncleared_fen)}</Fact>
        <Fact name={t("field.clear_by")}>
          {payment.clear_by ? dayInTable(payment.clear_by) : null}
        </Fact>
        <Fact name={t("field.voucher")}>{payment.voucher}</Fact>
        <Fact name={t("field.bank")}>{payment.bank_reference}</Fact>
        <Fact name={t("field.answer")}>{payment.answer}</Fact>
        <Fact name={t("field.reason")}>{payment.reason}</Fact>
      </Facts>
    </Panel>
  );
}

function Decision({ payment }: { payment: Payment }) {
  const t = usePayTexts();
  const ruled = useRuledRow();
  const rows = (payment.clauses ?? []) as string[];
  const contracts = (payment.contracts ?? []) as string[];
  return (
    <Panel title={t("decision")} more={worded(t, `verdict.${payment.verdict}`, "")}>
      <p className={css.quiet}>
        {payment.submitted_by ? t("decision.asked") : t("decision.itself")}
      </p>
      <ul className={css.stack}>
        {rows.map((each) => (
          <li key={each}>{ruled(each)}</li>
        ))}
      </ul>
      <details>
        <summary>{t("technical")}</summary>
        <ul>
          {contracts.map((each) => (
            <li key={each}>
              <Link to={`/desk/rules/${each}`} className="code">
                {each}
              </Link>
            </li>
          ))}
          <li>
            {t("technical.input")} <code>{payment.input_sha256}</code>
          </li>
          <li>
            <code>{payment.id}</code>
          </li>
        </ul>
      </details>
    </Panel>
  );
}
