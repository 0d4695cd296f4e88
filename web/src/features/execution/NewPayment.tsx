import { Button } from "antd";
import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { Problem } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useRows } from "../../api/views.ts";
import { added, balancesOf, Ladder } from "../../desk/Ladder.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Refusal } from "../../desk/Refusal.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { useTitle } from "../../parts/title.ts";
import { useYear } from "../procedure/Money.tsx";
import { useDraft } from "./draft.ts";
import { PaymentForm } from "./PaymentForm.tsx";
import css from "./pay.module.css";
import { bodyOf, type Draft, draftOf, EMPTY, missingIn } from "./paymentDraft.ts";
import { Remedies } from "./Remedies.tsx";
import { useRefusalWords, useTitles } from "./refusals.ts";
import type { PaymentBody } from "./remedies.ts";
import { usePayTexts } from "./texts.ts";
import { type Trial, useTrial } from "./trial.ts";

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
      <PaymentForm
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
