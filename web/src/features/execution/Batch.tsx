import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Problem } from "../../api/client.ts";
import { act, isFinal, isUnanswered, type Mark, newMark } from "../../api/commands.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DataTable } from "../../desk/DataTable.tsx";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { useTitle } from "../../parts/title.ts";
import { useYear } from "../procedure/Money.tsx";
import { type BatchRow, COLUMNS, readBatch, requestOf } from "./batch.ts";
import { useDraft } from "./draft.ts";
import css from "./pay.module.css";
import { useRefusalWords } from "./refusals.ts";
import type { PaymentBody } from "./remedies.ts";
import { type PayKey, usePayTexts } from "./texts.ts";
import { type Trial, tryPayment, wrongField } from "./trial.ts";

interface Tried {
  /** Of the command that the row becomes, however often it is sent. */
  mark?: Mark;
  row: BatchRow;
  body: PaymentBody | null;
  trial: Trial | null;
  /** What became of it, once it was given. */
  sent?: { payment: string } | { problem: unknown } | { isPending: true };
}

/** Whether a row is still to be sent, or to be asked for again under its mark. */
function isOpen({ sent }: Tried): boolean {
  return !sent || "isPending" in sent || ("problem" in sent && isUnanswered(sent.problem));
}

/** Many requests at once, pasted from a spreadsheet: each row tried, its faults named by column. */
export function Component() {
  const t = usePayTexts();
  useTitle(t("batch"));
  const { organisation, post } = useActing();
  const names = useNames();
  const year = useYear();
  const { value, set } = useDraft("payment.batch", { text: "", isAll: true });
  const [tried, setTried] = useState<Tried[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isSure, setSure] = useState(false);
  const lines = useRows("funds_lines", { unit: organisation }).data?.rows;
  const payees = useRows("execution_payees").data?.rows;
  const isReady = value.text.trim() !== "" && lines !== undefined && payees !== undefined;
  const books = {
    lines: (lines ?? []).map((each) => ({
      id: each.id,
      title: each.title ?? "",
      economic: each.economic ?? "",
    })),
    payees: (payees ?? []).map((each) => ({
      id: each.id,
      title: each.title ?? "",
      account: each.account ?? "",
    })),
  };
  const attempt = async () => {
    if (year === undefined) return;
    setBusy(true);
    setSure(false);
    const rows: Tried[] = [];
    const taken = new Set<string>();
    for (const row of readBatch(value.text)) {
      const read = requestOf(row, books, year);
      const isTwice = row.cells.invoice !== "" && taken.has(row.cells.invoice);
      taken.add(row.cells.invoice);
      if (isTwice) {
        rows.push({
          row: { ...read.row, wrong: [...read.row.wrong, "invoice"] },
          body: null,
          trial: null,
        });
      } else rows.push({ ...read, trial: read.body ? await tryPayment(read.body) : null });
    }
    setTried(rows);
    setBusy(false);
  };
  const isGood = (each: Tried): boolean => each.trial !== null && each.trial.at !== "refused";
  const good = tried?.filter((each) => isGood(each) && isOpen(each)) ?? [];
  const bad = tried?.filter((each) => !isGood(each)).length ?? 0;
  const maySend = good.length > 0 && (!value.isAll || bad === 0);
  const sum = good.reduce((fen, each) => fen + (each.body?.amount_fen ?? 0), 0);
  const send = async () => {
    setBusy(true);
    const next = [...(tried ?? [])];
    for (const [at, each] of next.entries()) {
      if (!isGood(each) || !isOpen(each) || !each.body) continue;
      let mark = each.mark;
      try {
        mark ??= await newMark();
        const answer = await act("execution.payment.request/1", each.body as never, {}, mark);
        if (!isFinal(answer)) {
          next[at] = { ...each, mark, sent: { isPending: true } };
          continue;
        }
        const made = answer.receipt.events?.find(
          (one) => one.kind === "execution.payment_requested",
        );
        next[at] = { ...each, sent: { payment: String(made?.payment ?? "") } };
      } catch (problem) {
        next[at] = { ...each, ...(mark && { mark }), sent: { problem } };
        if (value.isAll || isUnanswered(problem)) break;
      }
    }
    setTried(next);
    setSure(false);
    setBusy(false);
  };
  return (
    <DeskPage title={t("batch")} state={t("batch.text")}>
      <Panel title={t("batch.paste")}>
        <div className={css.stack}>
          <Field
            label={t("batch.rows")}
            hint={t("batch.hint", {
              columns: COLUMNS.map((each) => t(`batch.column.${each}`)).join("、"),
            })}
          >
            {(id, described) => (
              <Input.TextArea
                id={id}
                aria-describedby={described}
                value={value.text}
                autoSize={{ minRows: 5, maxRows: 16 }}
                onChange={(event) => {
                  set({ text: event.target.value });
                  setTried(null);
                }}
              />
            )}
          </Field>
          <Field label={t("batch.file")} hint={t("batch.file.hint")}>
            {(id, described) => (
              <input
                id={id}
                aria-describedby={described}
                type="file"
                accept=".csv,.txt,.tsv"
                onChange={async (event) => {
                  const file = event.target.files?.[0];
                  if (!file) return;
                  set({ text: await file.text() });
                  setTried(null);
                }}
              />
            )}
          </Field>
          <Checkbox
            checked={value.isAll}
            onChange={(event) => set({ isAll: event.target.checked })}
          >
            {t("batch.all")}
          </Checkbox>
          <div className={css.buttons}>
            <Button
              type={maySend ? "default" : "primary"}
              loading={isBusy}
              aria-disabled={!isReady}
              onClick={() => isReady && void attempt()}
            >
              {t(value.text.trim() === "" ? "batch.missing" : "batch.try")}
            </Button>
          </div>
        </div>
      </Panel>
      {tried && <Rows tried={tried} />}
      {tried && (
        <div className={css.foot}>
          <span aria-live="polite">
            {t("batch.outcome", { good: good.length, bad, sum: amountText(sum) })}
          </span>
          <span className={css.spring} />
          {isSure ? (
            <>
              <span>
                {t("batch.sure", {
                  who: `${names.organisation(organisation)} ${names.post(post)}`,
                  count: good.length,
                  sum: amountText(sum),
                })}
              </span>
              <Button type="primary" loading={isBusy} onClick={() => void send()}>
                {t("batch.sign")}
              </Button>
              <Button onClick={() => setSure(false)}>{t("batch.not")}</Button>
            </>
          ) : (
            <Button
              type="primary"
              aria-disabled={!maySend}
              onClick={() => maySend && setSure(true)}
            >
              {maySend ? t("batch.send", { count: good.length }) : t("batch.blocked", { bad })}
            </Button>
          )}
        </div>
      )}
    </DeskPage>
  );
}

function Rows({ tried }: { tried: Tried[] }) {
  const t = usePayTexts();
  const words = useRefusalWords();
  const inWords = (problem: unknown): string =>
    problem instanceof Problem
      ? (words(problem)?.title ?? problem.title_zh)
      : t("batch.unreachable");
  return (
    <DataTable
      name={t("batch.table")}
      rows={tried}
      rowKey={(each) => String(each.row.number)}
      empty={t("batch.none")}
      columns={[
        {
          key: "number",
          title: t("batch.number"),
          width: 70,
          isFixed: true,
          show: (each) => t("batch.row", { number: each.row.number }),
        },
        {
          key: "outcome",
          title: t("batch.result"),
          width: 320,
          show: (each) => (
            <span className={css.cell}>
              {each.sent && "payment" in each.sent && (
                <Link to={`/desk/payments/${each.sent.payment}`}>✓ {t("batch.sent")}</Link>
              )}
              {each.sent && "isPending" in each.sent && <span>{t("batch.pending")}</span>}
              {each.sent && "problem" in each.sent && (
                <span className={css.wrong}>{inWords(each.sent.problem)}</span>
              )}
              {!each.sent &&
                each.row.wrong.map((column) => (
                  <span key={column} className={css.wrong}>
                    {t(`batch.wrong.${column}` as PayKey, {
                      value: each.row.cells[column] || t("batch.nothing"),
                    })}
                  </span>
                ))}
              {!each.sent && each.trial?.at === "refused" && (
                <span className={css.wrong}>
                  {wrongField(each.trial.problem)
                    ? t("batch.field", {
                        column: t(
                          `batch.column.${columnOf(wrongField(each.trial.problem))}` as PayKey,
                        ),
                      })
                    : inWords(each.trial.problem)}
                </span>
              )}
              {!each.sent && each.trial && each.trial.at !== "refused" && (
                <span>
                  ✓{" "}
                  {t(
                    each.trial.at === "route"
                      ? "check.route"
                      : each.trial.at === "ask"
                        ? "check.ask"
                        : "check.pass",
                  )}
                </span>
              )}
            </span>
          ),
        },
        ...COLUMNS.filter((column) => column !== "amount").map((column) => ({
          key: column,
          title: t(`batch.column.${column}`),
          width: 140,
          show: (each: Tried) => each.row.cells[column],
        })),
        {
          key: "amount",
          title: t("batch.column.amount"),
          width: 140,
          fen: (each: Tried) => each.body?.amount_fen ?? readYuan(each.row.cells.amount),
        },
      ]}
    />
  );
}

function columnOf(field: string): string {
  return { amount_fen: "amount" }[field] ?? field;
}
