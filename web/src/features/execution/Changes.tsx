import { Button, Input } from "antd";
import { useState } from "react";
import type { Kind } from "../../api/commands.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { Money } from "../../parts/Money.tsx";
import { type Agreement, type Change, type Signing, seenOf } from "./agreement.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import { type PayKey, usePayTexts, worded } from "./texts.ts";

export function Changes({
  agreement,
  rows,
  sign,
}: {
  agreement: Agreement;
  rows: Change[] | undefined;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const roles = useRoles();
  const { organisation } = useActing();
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState({ hash: "", name: "" });
  const fen = readYuan(amount) ?? 0;
  const isReady = fen > 0 && reason.trim() !== "" && document.hash !== "";
  const mayAsk =
    agreement.state === "signed" &&
    (roles.includes("unit.project_manager") || agreement.payee === organisation);
  const step = (row: Change): { kind: Kind; verb: PayKey } | null => {
    if (row.state !== "requested") return null;
    if (agreement.engineer && !row.agreed_by) {
      return agreement.engineer === organisation
        ? { kind: "execution.change.agree/1", verb: "changes.agree" }
        : null;
    }
    return roles.includes("unit.director") || roles.includes("department.finance")
      ? { kind: "execution.change.approve/1", verb: "changes.approve" }
      : null;
  };
  return (
    <Panel title={t("orders")}>
      {rows?.length === 0 && <p className={css.empty}>{t("orders.none")}</p>}
      <ul className={css.stack}>
        {rows?.map((each) => {
          const next = step(each);
          return (
            <li key={each.id}>
              <strong>
                <Money fen={each.increase_fen} />
              </strong>{" "}
              {worded(t, `order.${each.state}`, each.state ?? "")}
              <p className={css.quiet}>{each.reason}</p>
              {next && (
                <Button
                  onClick={() =>
                    sign({
                      kind: next.kind,
                      body: { change: each.id },
                      ...seenOf(`execution/change/${each.id}`, each),
                      what: t("what.change", {
                        verb: t(next.verb),
                        amount: amountText(each.increase_fen ?? 0),
                      }),
                    })
                  }
                >
                  {t(next.verb)}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {mayAsk && (
        <details>
          <summary>{t("orders.ask")}</summary>
          <div className={css.form}>
            <Field label={t("orders.amount")} hint={t("field.amount.hint")}>
              {(id) => (
                <Input id={id} value={amount} onChange={(event) => setAmount(event.target.value)} />
              )}
            </Field>
            <Field label={t("reason")}>
              {(id) => (
                <Input.TextArea
                  id={id}
                  value={reason}
                  maxLength={1_000}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
            <FileHash
              label={t("orders.document")}
              hash={document.hash}
              name={document.name}
              change={(hash, name) => setDocument({ hash, name })}
            />
            <div className={css.buttons}>
              <Button
                aria-disabled={!isReady}
                onClick={() =>
                  isReady &&
                  sign({
                    kind: "execution.change.request/1",
                    body: {
                      agreement: agreement.id,
                      increase_fen: fen,
                      reason,
                      document_sha256: document.hash,
                    },
                    on: [],
                    what: t("what.order", { amount: amountText(fen), reason }),
                  })
                }
              >
                {t(isReady ? "orders.ask" : "orders.missing")}
              </Button>
            </div>
          </div>
        </details>
      )}
    </Panel>
  );
}
