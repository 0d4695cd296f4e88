import { Button, Input } from "antd";
import { useState } from "react";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useActing, useOwn, useRoles } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { dateInTable, dayInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import {
  type Agreement,
  dutiesOf,
  type Milestone,
  type Signed,
  type Signing,
  seenOf,
  type useAgreement,
} from "./agreement.ts";
import type { MilestoneTerm } from "./dealings.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import { usePayTexts, worded } from "./texts.ts";

/** What is due when: reported by the contractor, accepted by those whose duty it is, paid. */
export function Milestones({
  agreement,
  found,
  sign,
}: {
  agreement: Agreement;
  found: ReturnType<typeof useAgreement>;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const terms = (agreement.record?.milestones ?? []) as MilestoneTerm[];
  const stands = (id: string): Milestone | undefined =>
    found.milestones?.find((each) => each.milestone === id);
  return (
    <Panel title={t("milestones")} more={t("milestones.more", { count: terms.length })}>
      {terms.length === 0 ? (
        <p className={css.empty}>{t("milestones.none")}</p>
      ) : (
        <ul className={css.flush}>
          {terms.map((term) => (
            <MilestoneRow
              key={term.id}
              agreement={agreement}
              term={term}
              stands={stands(term.id)}
              paid={found.payments?.find((each) => each.milestone === term.id)?.amount_fen}
              sign={sign}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function MilestoneRow({
  agreement,
  term,
  stands,
  paid,
  sign,
}: {
  agreement: Agreement;
  term: MilestoneTerm;
  stands: Milestone | undefined;
  paid: number | undefined;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const names = useNames();
  const ledger = useLedger();
  const roles = useRoles();
  const { organisation } = useActing();
  const state = stands?.state ?? "planned";
  const accepted = (stands?.accepted_by ?? []) as Signed[];
  const needed = agreement.engineer ? ["engineer", "manager"] : ["manager", "quality"];
  const missing = needed.filter((duty) => !accepted.some((each) => each.duty === duty));
  const duty = dutiesOf(roles, agreement, organisation).find((each) => missing.includes(each));
  const byHand = term.trigger === "acceptance";
  const mayReport =
    agreement.state === "signed" &&
    byHand &&
    agreement.payee === organisation &&
    ["planned", "refused"].includes(state);
  return (
    <li className={css.milestone}>
      <header>
        <strong>
          {term.id} {term.title}
        </strong>
        <span>
          {state === "paid" && "✓ "}
          {worded(t, `milestone.${state}`, state)}
          {paid !== undefined && (
            <>
              {" "}
              <Money fen={paid} />
            </>
          )}
        </span>
      </header>
      <p className={css.quiet}>
        {worded(t, `milestone.kind.${term.kind}`, term.kind)} ·{" "}
        {term.trigger === "date" && term.day
          ? t("milestone.day", { day: dayInTable(term.day) })
          : worded(t, `trigger.${term.trigger}`, term.trigger)}
        {(stands?.measured_fen ?? 0) > 0 && (
          <>
            {" "}
            · {t("milestone.measured")} <Money fen={stands?.measured_fen} />
          </>
        )}
        {stands?.invoice && ` · ${t("field.invoice")} ${stands.invoice}`}
      </p>
      {accepted.map((each) => (
        <p key={each.duty} className={css.quiet}>
          ✓ {worded(t, `waits.${each.duty}`, each.duty)} · {names.organisation(each.organisation)}
          {ledger && ` · ${dateInTable(each.time_ms, ledger.offset_s)}`}
        </p>
      ))}
      {state === "reported" && missing.length > 0 && (
        <p>
          {t("milestone.waits", {
            who: missing.map((each) => worded(t, `waits.${each}`, each)).join("、"),
          })}
        </p>
      )}
      {state === "refused" && stands?.reason && (
        <p>{t("milestone.refused.because", { reason: stands.reason })}</p>
      )}
      {((stands?.open_nonconformities ?? []) as string[]).length > 0 && (
        <p className={css.bad}>{t("milestone.open")}</p>
      )}
      {mayReport && <Report agreement={agreement} term={term} sign={sign} />}
      {!mayReport && byHand && state === "planned" && (
        <p className={css.quiet}>{t("milestone.planned.who")}</p>
      )}
      {state === "reported" && duty && (
        <Accept agreement={agreement} term={term} stands={stands} duty={duty} sign={sign} />
      )}
    </li>
  );
}

function Report({
  agreement,
  term,
  sign,
}: {
  agreement: Agreement;
  term: MilestoneTerm;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const kept = useOwn(`report.${agreement.id}:${term.id}`);
  const [invoice, setInvoice] = useState(localStorage.getItem(kept) ?? "");
  const [evidence, setEvidence] = useState({ hash: "", name: "" });
  const isReady = evidence.hash !== "" && invoice !== "";
  return (
    <details open>
      <summary>{t("milestone.report")}</summary>
      <div className={css.form}>
        <FileHash
          label={t("milestone.evidence")}
          hash={evidence.hash}
          name={evidence.name}
          change={(hash, name) => setEvidence({ hash, name })}
        />
        <Field label={t("field.invoice")} hint={t("field.invoice.hint")}>
          {(id, described) => (
            <Input
              id={id}
              aria-describedby={described}
              value={invoice}
              onChange={(event) => {
                setInvoice(event.target.value.trim().toUpperCase());
                localStorage.setItem(kept, event.target.value.trim().toUpperCase());
              }}
            />
          )}
        </Field>
        <div className={css.buttons}>
          <Button
            type="primary"
            aria-disabled={!isReady}
            onClick={() =>
              isReady &&
              sign({
                kind: "execution.milestone.report/1",
                body: {
                  agreement: agreement.id,
                  milestone: term.id,
                  evidence_sha256: evidence.hash,
                  invoice,
                },
                on: [],
                what: t("what.report", { title: agreement.title ?? "", milestone: term.title }),
              })
            }
          >
            {t(isReady ? "milestone.report" : "milestone.report.missing")}
          </Button>
        </div>
      </div>
    </details>
  );
}

function Accept({
  agreement,
  term,
  stands,
  duty,
  sign,
}: {
  agreement: Agreement;
  term: MilestoneTerm;
  stands: Milestone | undefined;
  duty: string;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const isMeasured = !term.base_fen;
  const first = stands?.measured_fen ?? 0;
  const [measured, setMeasured] = useState(first > 0 ? amountText(first) : "");
  const [reason, setReason] = useState("");
  const fen = isMeasured ? readYuan(measured) : 0;
  const isReady = fen !== null && (!isMeasured || fen > 0);
  const key = `execution/milestone/${agreement.id}:${term.id}`;
  const names = { title: agreement.title ?? "", milestone: term.title };
  const base = { agreement: agreement.id, milestone: term.id, duty };
  const version = seenOf(key, stands ?? {});
  return (
    <div className={css.form}>
      {isMeasured && (
        <Field label={t("milestone.measure")} hint={t("milestone.measure.hint")}>
          {(id, described) => (
            <Input
              id={id}
              aria-describedby={described}
              inputMode="decimal"
              value={measured}
              onChange={(event) => setMeasured(event.target.value)}
            />
          )}
        </Field>
      )}
      <div className={css.buttons}>
        <Button
          type="primary"
          aria-disabled={!isReady}
          onClick={() =>
            isReady &&
            sign({
              kind: "execution.milestone.accept/1",
              body: { ...base, measured_fen: fen ?? 0 },
              ...version,
              what: t("what.accept", { ...names, amount: amountText(fen ?? 0) }),
            })
          }
        >
          {t(isReady ? "milestone.accept" : "milestone.measure.missing")}
        </Button>
      </div>
      <details>
        <summary>{t("milestone.refuse")}</summary>
        <div className={css.form}>
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
          <div className={css.buttons}>
            <Button
              aria-disabled={reason.trim() === ""}
              onClick={() =>
                reason.trim() !== "" &&
                sign({
                  kind: "execution.milestone.refuse/1",
                  body: { ...base, reason },
                  ...version,
                  what: t("what.refuse", { ...names, reason }),
                })
              }
            >
              {t(reason.trim() === "" ? "reason.missing" : "milestone.refuse")}
            </Button>
          </div>
        </div>
      </details>
    </div>
  );
}
