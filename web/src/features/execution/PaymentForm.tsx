import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input, Radio, Select } from "antd";
import { useId } from "react";
import { Link } from "react-router";
import { readRecord } from "../../api/commands.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import type { MilestoneTerm } from "./dealings.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import type { Draft } from "./paymentDraft.ts";
import { usePayTexts } from "./texts.ts";
import { wrongField } from "./trial.ts";

/** An agreement's own terms, which stand in its record. */
function useTerms(id: string) {
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

/** The fields of a request: line, payee, amount, purpose, and what it rests on. */
export function PaymentForm({
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

function useLineOptions(cells: Row<"funds_cells">[] | undefined): LineOption[] {
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
