import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Button, Input, Radio, Select } from "antd";
import { useId, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { Problem } from "../../api/client.ts";
import { readRecord } from "../../api/commands.ts";
import { useLedger } from "../../api/ledger.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { added, balancesOf, Ladder } from "../../desk/Ladder.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Refusal } from "../../desk/Refusal.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { useYear } from "../procedure/Money.tsx";
import type { MilestoneTerm } from "./dealings.ts";
import { useDraft } from "./draft.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import { Remedies } from "./Remedies.tsx";
import { useRefusalWords, useTitles } from "./refusals.ts";
import type { PaymentBody } from "./remedies.ts";
import { usePayTexts } from "./texts.ts";
import { type Trial, useTrial, wrongField } from "./trial.ts";

interface Draft {
  /** line:nature:source, as the cells of a year are grouped. */
  cell: string;
  year: number;
  amount: string;
  purpose: string;
  payee: string;
  account: string;
  basis: "invoice" | "document";
  invoice: string;
  document: string;
  fileName: string;
  agreement: string;
  milestone: string;
  art54: string;
}

const EMPTY: Draft = {
  cell: "",
  year: 0,
  amount: "",
  purpose: "",
  payee: "",
  account: "",
  basis: "invoice",
  invoice: "",
  document: "",
  fileName: "",
  agreement: "",
  milestone: "",
  art54: "none",
};

export function draftOf(body: PaymentBody): Draft {
  return {
    cell: [body.line, body.nature, body.source].join(":"),
    year: body.year,
    amount: amountText(body.amount_fen),
    purpose: body.purpose,
    payee: body.payee,
    account: body.account,
    basis: body.document_sha256 && !body.invoice ? "document" : "invoice",
    invoice: body.invoice ?? "",
    document: body.document_sha256 ?? "",
    fileName: "",
    agreement: body.agreement ?? "",
    milestone: body.milestone ?? "",
    art54: body.art54 ?? "none",
  };
}

/** The body of a draft; null while something that every request needs is missing. */
function bodyOf(draft: Draft, year: number): PaymentBody | null {
  const [line = "", nature = "", source = ""] = draft.cell.split(":");
  const fen = readYuan(draft.amount);
  const proof = draft.basis === "invoice" ? draft.invoice : draft.document;
  if (!line || fen === null || fen <= 0 || !draft.payee || !draft.account || !draft.purpose) {
    return null;
  }
  if (!proof) return null;
  return {
    line,
    nature,
    source,
    year: draft.year || year,
    amount_fen: fen,
    purpose: draft.purpose,
    payee: draft.payee,
    account: draft.account.trim(),
    invoice: draft.basis === "invoice" ? draft.invoice.trim() : null,
    document_sha256: draft.basis === "document" ? draft.document : null,
    agreement: draft.agreement || null,
    milestone: draft.milestone || null,
    art54: draft.art54,
  };
}

export function Component() {
  const t = usePayTexts();
  useTitle(t("new"));
  const year = useYear();
  const location = useLocation();
  const given = location.state as { body?: PaymentBody } | null;
  const initial = given?.body ? draftOf(given.body) : undefined;
  const { value, set, keptAt, drop } = useDraft<Draft>("payment.new", EMPTY, initial);
  const body = year === undefined ? null : bodyOf(value, year);
  const trial = useTrial(body);
  const navigate = useNavigate();
  const [signing, setSigning] = useState<PaymentBody | null>(null);
  const titles = useTitles();
  const words = useRefusalWords();
  const ledger = useLedger();
  const missing = missingIn(value);
  const wanted = body && (trial.at === "pass" || trial.at === "route" || trial.at === "ask");
  const label = wanted
    ? t(`submit.${trial.at}`)
    : missing
      ? t(`missing.${missing}`)
      : trial.at === "refused"
        ? t("submit.refused")
        : t("submit.trying");
  return (
    <DeskPage
      title={t("new")}
      state={<Link to="/desk/payments/batch">{t("batch.link")}</Link>}
      aside={
        <>
          <Check trial={trial} body={body} set={set} isMissing={missing !== null} />
          <LineNow cell={value.cell} year={value.year || year} />
        </>
      }
    >
      {keptAt !== null && ledger && (
        <p className={css.kept}>
          {t("draft.found", { time: timeInTable(keptAt, ledger.offset_s) })}
          <Button size="small" onClick={drop}>
            {t("draft.drop")}
          </Button>
        </p>
      )}
      <Form
        value={value}
        set={set}
        year={year}
        wrong={trial.at === "refused" ? trial.problem : null}
      />
      <div className={css.foot}>
        <span>
          {t("sum")} {amountText(readYuan(value.amount) ?? 0)}
        </span>
        <span className={css.spring} />
        <Button type="primary" aria-disabled={!wanted} onClick={() => wanted && setSigning(body)}>
          {label}
        </Button>
      </div>
      {signing && (
        <Sign
          kind="execution.payment.request/1"
          body={signing as never}
          what={t("what.request", {
            amount: amountText(signing.amount_fen),
            payee: titles.payee(signing.payee),
            account: signing.account.slice(-4),
            line: titles.line(signing.line),
          })}
          words={words}
          close={() => setSigning(null)}
          done={(answer) => {
            drop();
            const made = answer.receipt.events?.find(
              (each) => each.kind === "execution.payment_requested",
            );
            navigate(`/desk/payments/${String(made?.payment ?? "")}`);
          }}
        />
      )}
    </DeskPage>
  );
}

function missingIn(value: Draft): "cell" | "payee" | "amount" | "purpose" | "proof" | null {
  if (!value.cell) return "cell";
  if (!value.payee || !value.account) return "payee";
  if ((readYuan(value.amount) ?? 0) <= 0) return "amount";
  if (!value.purpose) return "purpose";
  if (!(value.basis === "invoice" ? value.invoice : value.document)) return "proof";
  return null;
}

/** What the contracts would decide of what is typed; the failing rule first and open. */
function Check({
  trial,
  body,
  set,
  isMissing,
}: {
  trial: Trial;
  body: PaymentBody | null;
  set: (change: Partial<Draft>) => void;
  isMissing: boolean;
}) {
  const t = usePayTexts();
  const words = useRefusalWords();
  const known = useKnown(body);
  return (
    <Panel title={t("check")} more={t("check.more")}>
      <div aria-live="polite" className={css.pass}>
        {trial.at === "idle" && (
          <p className={css.quiet}>{t(isMissing ? "check.idle" : "check.trying")}</p>
        )}
        {trial.at === "trying" && <p className={css.quiet}>{t("check.trying")}</p>}
        {(trial.at === "pass" || trial.at === "route" || trial.at === "ask") && (
          <>
            <strong>✓ {t(`check.${trial.at}`)}</strong>
            {trial.reason && <p>{trial.reason}</p>}
            <p className={css.quiet}>{trial.rows.join("、")}</p>
          </>
        )}
      </div>
      {trial.at === "refused" && (
        <Refusal
          problem={trial.problem}
          small
          words={trial.problem instanceof Problem ? words(trial.problem) : null}
        >
          {trial.problem instanceof Problem && body && (
            <Remedies
              problem={trial.problem}
              body={body}
              known={known}
              take={(mended) => set(draftOf(mended))}
            />
          )}
        </Refusal>
      )}
    </Panel>
  );
}

/** The account that a payee is known by, and the purpose that a line is for. */
export function useKnown(body: PaymentBody | null): { account: string; economic: string } {
  const agreements = useRows("execution_agreements").data?.rows;
  const payees = useRows("execution_payees").data?.rows;
  const lines = useRows("funds_lines").data?.rows;
  const agreement = agreements?.find((each) => each.id === body?.agreement);
  const payee = payees?.find((each) => each.id === body?.payee);
  return {
    account: agreement?.account ?? payee?.account ?? "",
    economic: lines?.find((each) => each.id === body?.line)?.economic ?? "",
  };
}

function LineNow({ cell, year }: { cell: string; year: number | undefined }) {
  const t = usePayTexts();
  const titles = useTitles();
  const [line = "", nature = "", source = ""] = cell.split(":");
  const filters = { line, nature, source, year: year ?? 0 };
  const cells = useRows("funds_cells", filters, line !== "" && year !== undefined).data?.rows;
  if (!line || !cells) return null;
  return (
    <Panel title={t("line.now", { line: titles.line(line) })} more={String(year)}>
      <Ladder balances={added(cells.map(balancesOf))} />
    </Panel>
  );
}

/** An agreement's own terms, which stand in its record. */
export function useTerms(id: string) {
  const found = useQuery({
    queryKey: ["records", "execution/agreement", id],
    queryFn: () => readRecord(`execution/agreement/${id}`),
    enabled: id !== "",
  }).data?.record;
  return found as
    | {
        milestones?: MilestoneTerm[];
        nature: string;
        source: string;
        line: string;
        payee: string;
        account: string;
      }
    | undefined;
}

function Form({
  value,
  set,
  year,
  wrong,
}: {
  value: Draft;
  set: (change: Partial<Draft>) => void;
  year: number | undefined;
  wrong: unknown;
}) {
  const t = usePayTexts();
  const { organisation } = useActing();
  const cells = useRows(
    "funds_cells",
    { unit: organisation, year: value.year || (year ?? 0) },
    year !== undefined,
  ).data?.rows;
  const agreements = useRows("execution_agreements", { unit: organisation }).data?.rows;
  const terms = useTerms(value.agreement);
  const field = wrongField(wrong);
  const isAmountWrong = value.amount !== "" && (readYuan(value.amount) ?? 0) <= 0;
  const lines = useLineOptions(cells);
  const choose = (id: string) => {
    const chosen = agreements?.find((each) => each.id === id);
    set({
      agreement: id,
      milestone: "",
      ...(chosen && {
        payee: chosen.payee ?? "",
        account: chosen.account ?? "",
        cell: lines.find((each) => each.value.startsWith(`${chosen.line}:`))?.value ?? "",
        purpose: lines.find((each) => each.value.startsWith(`${chosen.line}:`))?.economic ?? "",
      }),
    });
  };
  return (
    <Panel title={t("content")}>
      <div className={css.grid}>
        <Field label={t("field.agreement")} hint={t("field.agreement.hint")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              value={value.agreement || null}
              placeholder={t("field.agreement.none")}
              onChange={(next?: string) => choose(next ?? "")}
              options={(agreements ?? [])
                .filter((each) => each.state === "signed")
                .map((each) => ({ value: each.id, label: each.title ?? each.id }))}
            />
          )}
        </Field>
        <Field label={t("field.milestone")} hint={t("field.milestone.hint")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              disabled={!terms?.milestones?.length}
              value={value.milestone || null}
              onChange={(next?: string) => set({ milestone: next ?? "" })}
              options={(terms?.milestones ?? []).map((each) => ({
                value: each.id,
                label: `${each.id} ${each.title}`,
              }))}
            />
          )}
        </Field>
        <Field label={t("field.line")} hint={t("field.line.hint")}>
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: "label" }}
              value={value.cell || null}
              onChange={(next: string) => {
                const economic = lines.find((each) => each.value === next)?.economic ?? "";
                set({ cell: next, purpose: value.purpose || economic });
              }}
              options={lines}
            />
          )}
        </Field>
        <Field
          label={t("field.amount")}
          hint={t("field.amount.hint")}
          wrong={isAmountWrong ? t("field.amount.wrong") : undefined}
        >
          {(id, described) => (
            <Input
              id={id}
              aria-describedby={described}
              aria-invalid={isAmountWrong}
              status={isAmountWrong ? "error" : ""}
              inputMode="decimal"
              value={value.amount}
              onChange={(event) => set({ amount: event.target.value })}
              onBlur={() => {
                const fen = readYuan(value.amount);
                if (fen !== null && fen > 0) set({ amount: amountText(fen) });
              }}
            />
          )}
        </Field>
        <Payee value={value} set={set} field={field} terms={terms} />
        <Field
          label={t("field.purpose")}
          hint={t("field.purpose.hint")}
          wrong={field === "purpose" ? t("field.purpose.wrong") : undefined}
        >
          {(id, described) => (
            <AutoComplete
              id={id}
              aria-describedby={described}
              value={value.purpose}
              onChange={(next: string) => set({ purpose: next.trim() })}
              options={[...new Set(lines.map((each) => each.economic))].map((each) => ({
                value: each,
              }))}
            />
          )}
        </Field>
        <Field label={t("field.art54")} hint={t("field.art54.hint")}>
          {(id) => (
            <Select
              id={id}
              value={value.art54}
              onChange={(next: string) => set({ art54: next })}
              options={(
                ["none", "carry_over", "same_period", "legal_duty", "disaster"] as const
              ).map((each) => ({ value: each, label: t(`art54.${each}`) }))}
            />
          )}
        </Field>
        <Basis value={value} set={set} field={field} />
      </div>
    </Panel>
  );
}

interface LineOption {
  value: string;
  label: string;
  economic: string;
}

export function useLineOptions(cells: Row<"funds_cells">[] | undefined): LineOption[] {
  const lines = useRows("funds_lines").data?.rows;
  const free = new Map<string, number>();
  for (const each of cells ?? []) {
    const key = [each.line, each.nature, each.source].join(":");
    free.set(key, (free.get(key) ?? 0) + (each.available_fen ?? 0));
  }
  return [...free].map(([value, fen]) => {
    const line = lines?.find((each) => each.id === value.split(":")[0]);
    return {
      value,
      label: `${line?.title ?? value} · ${amountText(fen)}`,
      economic: line?.economic ?? "",
    };
  });
}

function Payee({
  value,
  set,
  field,
  terms,
}: {
  value: Draft;
  set: (change: Partial<Draft>) => void;
  field: string;
  terms: { account: string } | undefined;
}) {
  const t = usePayTexts();
  const payees = useRows("execution_payees").data?.rows;
  const changes = useRows("execution_accounts", { payee: value.payee }, value.payee !== "").data
    ?.rows;
  const chosen = payees?.find((each) => each.id === value.payee);
  const accounts = new Map<string, string>();
  if (chosen?.account) accounts.set(chosen.account, t("account.registered"));
  if (terms?.account) accounts.set(terms.account, t("account.agreement"));
  for (const each of changes ?? []) {
    if (each.account && !accounts.has(each.account)) {
      accounts.set(
        each.account,
        t(each.counts === each.account ? "account.confirmed" : "account.unconfirmed"),
      );
    }
  }
  return (
    <>
      <Field label={t("field.payee")} hint={<Link to="/desk/payees">{t("field.payee.hint")}</Link>}>
        {(id) => (
          <Select
            id={id}
            showSearch={{ optionFilterProp: "label" }}
            value={value.payee || null}
            onChange={(next: string) =>
              set({
                payee: next,
                account: payees?.find((each) => each.id === next)?.account ?? "",
              })
            }
            options={(payees ?? []).map((each) => ({
              value: each.id,
              label: each.title ?? each.id,
            }))}
          />
        )}
      </Field>
      <Field
        label={t("field.account")}
        hint={accounts.get(value.account) ?? t("field.account.hint")}
        wrong={field === "account" ? t("field.account.wrong") : undefined}
      >
        {(id, described) => (
          <AutoComplete
            id={id}
            aria-describedby={described}
            value={value.account}
            onChange={(next: string) => set({ account: next.trim() })}
            options={[...accounts].map(([account, label]) => ({
              value: account,
              label: `${account} ${label}`,
            }))}
          />
        )}
      </Field>
    </>
  );
}

function Basis({
  value,
  set,
  field,
}: {
  value: Draft;
  set: (change: Partial<Draft>) => void;
  field: string;
}) {
  const t = usePayTexts();
  const label = useId();
  return (
    <>
      <div className={css.wide}>
        <span id={label} className={css.quiet}>
          {t("field.basis")}
        </span>
        <div>
          <Radio.Group
            aria-labelledby={label}
            value={value.basis}
            onChange={(event) => set({ basis: event.target.value as Draft["basis"] })}
            options={[
              { value: "invoice", label: t("basis.invoice") },
              { value: "document", label: t("basis.document") },
            ]}
          />
        </div>
      </div>
      {value.basis === "invoice" && (
        <Field
          label={t("field.invoice")}
          hint={t("field.invoice.hint")}
          wrong={field === "invoice" ? t("field.invoice.wrong") : undefined}
        >
          {(id, described) => (
            <Input
              id={id}
              aria-describedby={described}
              value={value.invoice}
              onChange={(event) => set({ invoice: event.target.value.toUpperCase() })}
            />
          )}
        </Field>
      )}
      {value.basis === "document" && (
        <FileHash
          label={t("field.document")}
          hash={value.document}
          name={value.fileName}
          change={(document, fileName) => set({ document, fileName })}
        />
      )}
    </>
  );
}
