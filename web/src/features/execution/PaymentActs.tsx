import { Button, Input } from "antd";
import { useState } from "react";
import type { Body, Kind } from "../../api/commands.ts";
import type { Row } from "../../api/views.ts";
import { useOwn, useRoles } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import css from "./pay.module.css";
import { useRefusalWords } from "./refusals.ts";
import { type PayKey, usePayTexts } from "./texts.ts";

type Payment = Row<"execution_payments">;
type Act = "answer" | "cancel" | "reinstruct" | "return" | "clear" | "back" | "settle" | "bounce";

/** Who is shown what at which state; whether it succeeds, the ledger says. */
const OFFERED: Record<string, Act[]> = {
  asked: ["answer", "cancel"],
  routed: ["cancel"],
  approved: ["reinstruct", "cancel"],
  instructed: ["settle", "bounce"],
  settled: ["return"],
  advanced: ["clear", "back"],
};
const ROLE: Record<Act, string[]> = {
  answer: ["unit.clerk", "supplier.agent"],
  cancel: ["unit.clerk"],
  reinstruct: ["unit.finance"],
  return: ["unit.finance", "finance.treasury"],
  clear: ["unit.finance"],
  back: ["unit.finance"],
  settle: ["agent_bank.operator"],
  bounce: ["agent_bank.operator"],
};

export function PaymentActs({ payment, what }: { payment: Payment; what: string }) {
  const t = usePayTexts();
  const roles = useRoles();
  const acts = (OFFERED[payment.state ?? ""] ?? []).filter((each) =>
    ROLE[each].some((role) => roles.includes(role)),
  );
  const words = useRefusalWords();
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <>
      {acts.length > 0 && (
        <Panel title={t("acts")}>
          <div className={css.stack}>
            {acts.map((each) => (
              <ActForm key={each} act={each} payment={payment} what={what} sign={setSigning} />
            ))}
          </div>
        </Panel>
      )}
      {signing && (
        <Sign
          kind={signing.kind}
          body={signing.body}
          on={signing.on}
          what={signing.what}
          words={words}
          close={() => setSigning(null)}
          done={() => localStorage.removeItem(signing.kept)}
        />
      )}
    </>
  );
}

interface Ready<K extends Kind = Kind> {
  kind: K;
  body: Body<K>;
  on: string[];
}

interface Signing extends Ready {
  what: string;
  /** Where what was typed is kept until it stands. */
  kept: string;
}

function ready(
  act: Act,
  payment: Payment,
  text: string,
  account: string,
  fen: number | null,
): Ready | null {
  const key = `execution/payment/${payment.id}`;
  const reason = text.trim();
  const own = { payment: payment.id };
  const made = (kind: Kind, body: unknown, on = [key]): Ready => ({
    kind,
    body: body as never,
    on,
  });
  switch (act) {
    case "answer":
      return reason
        ? made("execution.payment.answer/1", { ...own, answer: reason, document_sha256: null })
        : null;
    case "cancel":
      return reason ? made("execution.payment.cancel/1", { ...own, reason }) : null;
    case "reinstruct":
      return account ? made("execution.payment.reinstruct/1", { ...own, account }) : null;
    case "return":
      return reason && fen
        ? made(
            "execution.payment.return/1",
            { ...own, amount_fen: fen, reason, to_quota: true },
            [],
          )
        : null;
    case "clear":
      return reason && account && fen
        ? made("execution.advance.clear/1", {
            ...own,
            vouchers: [{ seller: reason, invoice: account, amount_fen: fen }],
            back_fen: 0,
          })
        : null;
    case "back":
      return fen
        ? made("execution.advance.clear/1", { ...own, vouchers: [], back_fen: fen })
        : null;
    default: {
      const outcome = act === "settle" ? "settled" : "bounced";
      const item = { ...own, outcome, reference: account, reason: act === "bounce" ? reason : "" };
      return account && (act === "settle" || reason)
        ? made("execution.bank.settle/1", { items: [item] }, [])
        : null;
    }
  }
}

const NEEDS: Record<Act, ("text" | "account" | "fen")[]> = {
  answer: ["text"],
  cancel: ["text"],
  reinstruct: ["account"],
  return: ["fen", "text"],
  clear: ["fen", "account", "text"],
  back: ["fen"],
  settle: ["account"],
  bounce: ["account", "text"],
};

function ActForm({
  act,
  payment,
  what,
  sign,
}: {
  act: Act;
  payment: Payment;
  what: string;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const kept = useOwn(`payment.${act}.${payment.id}`);
  const [text, setText] = useState(localStorage.getItem(kept) ?? "");
  const [account, setAccount] = useState(act === "reinstruct" ? (payment.account ?? "") : "");
  const [amount, setAmount] = useState(
    act === "clear" ? amountText(payment.uncleared_fen ?? 0) : "",
  );
  const needs = NEEDS[act];
  const made = ready(act, payment, text, account, readYuan(amount));
  const form = (
    <div className={css.form}>
      {needs.includes("fen") && (
        <Field label={t(`act.${act}.fen` as PayKey)} hint={t("field.amount.hint")}>
          {(id) => (
            <Input id={id} value={amount} onChange={(event) => setAmount(event.target.value)} />
          )}
        </Field>
      )}
      {needs.includes("account") && (
        <Field label={t(`act.${act}.account` as PayKey)}>
          {(id) => (
            <Input
              id={id}
              value={account}
              onChange={(event) => setAccount(event.target.value.trim())}
            />
          )}
        </Field>
      )}
      {needs.includes("text") && (
        <Field label={t(`act.${act}.text` as PayKey)}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={text}
              maxLength={act === "bounce" ? 200 : 1_000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              onChange={(event) => {
                setText(event.target.value);
                localStorage.setItem(kept, event.target.value);
              }}
            />
          )}
        </Field>
      )}
      <div className={css.buttons}>
        <Button
          type={act === "answer" || act === "reinstruct" ? "primary" : "default"}
          aria-disabled={made === null}
          onClick={() =>
            made &&
            sign({
              ...made,
              kept,
              what: t(`act.${act}.what` as PayKey, { what, reason: text, account, amount }),
            })
          }
        >
          {made ? t(`act.${act}` as PayKey) : t(`act.${act}.missing` as PayKey)}
        </Button>
      </div>
    </div>
  );
  if (act !== "cancel" && act !== "return") return form;
  return (
    <details>
      <summary>{t(`act.${act}` as PayKey)}</summary>
      {form}
    </details>
  );
}
