import { Button } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import type { Body, Kind } from "../../api/commands.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText } from "../../parts/amounts.ts";
import { dayInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { CaseDesk, CaseHolder, CaseRoad } from "../procedure/CaseDesk.tsx";
import { Follow } from "../procedure/Follow.tsx";
import { AfterSigning } from "./AgreementActs.tsx";
import { MyPayments } from "./Agreements.tsx";
import { type Agreement, type Signed, type Signing, seenOf, useAgreement } from "./agreement.ts";
import { Changes } from "./Changes.tsx";
import type { Dealings } from "./dealings.ts";
import { Milestones } from "./Milestones.tsx";
import { NonConformities } from "./NonConformities.tsx";
import css from "./pay.module.css";
import { useRefusalWords, useTitles } from "./refusals.ts";
import { usePayTexts, worded } from "./texts.ts";

export function Component() {
  const t = usePayTexts();
  const { id = "" } = useParams();
  const found = useAgreement(id);
  const words = useRefusalWords();
  const [signing, setSigning] = useState<Signing | null>(null);
  const { agreement } = found;
  useTitle(agreement?.title ?? t("agreement"));
  if (found.problem) return <PlainProblem problem={found.problem} />;
  if (!agreement) {
    return (
      <DeskPage title={t("agreement")}>
        {agreement === null && <p className={css.empty}>{t("agreement.none")}</p>}
      </DeskPage>
    );
  }
  const caseId = agreement.case_id ?? "";
  const what = agreement.title ?? agreement.id;
  return (
    <DeskPage
      title={
        <>
          {agreement.title} <Money fen={totalOf(agreement)} unit="yuan" />{" "}
          {worded(t, `agreement.${agreement.state}`, agreement.state ?? "")}
        </>
      }
      state={agreement.number}
      actions={<Follow about={`execution/agreement/${agreement.id}`} record={agreement} />}
      aside={
        <>
          <Sums agreement={agreement} payments={found.payments} />
          {caseId && <CaseHolder id={caseId} />}
          <Signatures agreement={agreement} sign={setSigning} />
          {caseId && <CaseRoad id={caseId} />}
        </>
      }
    >
      {caseId && <CaseDesk id={caseId} what={what} />}
      <Milestones agreement={agreement} found={found} sign={setSigning} />
      <NonConformities agreement={agreement} rows={found.nonconformities} sign={setSigning} />
      <Changes agreement={agreement} rows={found.changes} sign={setSigning} />
      <AfterSigning agreement={agreement} paidFen={paidOf(found.payments)} />
      <MyPayments rows={found.payments} agreements={[agreement]} />
      <Terms agreement={agreement} />
      {signing && (
        <Sign
          kind={signing.kind}
          body={signing.body as Body<Kind>}
          on={signing.on}
          {...(signing.seen && { seen: signing.seen })}
          what={signing.what}
          words={words}
          close={() => setSigning(null)}
        />
      )}
    </DeskPage>
  );
}

function totalOf(agreement: Agreement): number {
  return (agreement.total_fen ?? 0) + (agreement.increased_fen ?? 0);
}

function paidOf(payments: Dealings["payments"] | undefined): number {
  return (payments ?? [])
    .filter((each) => each.state === "settled")
    .reduce((sum, each) => sum + (each.amount_fen ?? 0) - (each.returned_fen ?? 0), 0);
}

function Sums({
  agreement,
  payments,
}: {
  agreement: Agreement;
  payments: Dealings["payments"] | undefined;
}) {
  const t = usePayTexts();
  const paid = paidOf(payments);
  const settled = agreement.record?.settled_fen as number | undefined;
  const years = (agreement.years ?? []) as { year: number; amount_fen: number }[];
  return (
    <Panel title={t("agreement.money")}>
      <Facts>
        <Fact name={t("column.total")}>
          <Money fen={totalOf(agreement)} />
        </Fact>
        <Fact name={t("agreement.increased")}>
          {agreement.increased_fen ? <Money fen={agreement.increased_fen} /> : null}
        </Fact>
        <Fact name={t("column.paid")}>
          <Money fen={paid} />
        </Fact>
        <Fact name={t("agreement.left")}>
          <Money fen={totalOf(agreement) - paid} />
        </Fact>
        <Fact name={t("agreement.settlement")}>
          {agreement.state === "settled" && settled !== undefined ? <Money fen={settled} /> : null}
        </Fact>
        <Fact name={t("column.retained")}>
          <Money fen={agreement.retained_fen} />
        </Fact>
        <Fact name={t("agreement.advance")}>
          {agreement.advance_paid_fen ? (
            <>
              <Money fen={agreement.advance_paid_fen} /> ／{" "}
              <Money fen={agreement.advance_recouped_fen} />
            </>
          ) : null}
        </Fact>
        {years.map((each) => (
          <Fact key={each.year} name={t("agreement.year", { year: each.year })}>
            <Money fen={each.amount_fen} />
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}

function Signatures({
  agreement,
  sign,
}: {
  agreement: Agreement;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const names = useNames();
  const ledger = useLedger();
  const roles = useRoles();
  const { organisation } = useActing();
  const signed = (agreement.signatures ?? []) as Signed[];
  const key = `execution/agreement/${agreement.id}`;
  const side = organisation === agreement.unit ? "unit" : "payee";
  const isParty = organisation === agreement.unit || organisation === agreement.payee;
  const maySign =
    agreement.state === "proposed" &&
    isParty &&
    !signed.some((each) => each.duty === side) &&
    ["unit.director", "unit.procurement", "supplier.agent", "engineer.supervisor"].some((role) =>
      roles.includes(role),
    );
  return (
    <Panel title={t("signatures")}>
      <ul className={css.stack}>
        {["unit", "payee"].map((duty) => {
          const found = signed.find((each) => each.duty === duty);
          const at = duty === "unit" ? agreement.unit : agreement.payee;
          return (
            <li key={duty}>
              {found ? "✓ " : ""}
              {names.organisation(at)}
              <p className={css.quiet}>
                {found && ledger
                  ? timeInTable(found.time_ms, ledger.offset_s)
                  : t("signatures.missing")}
              </p>
            </li>
          );
        })}
      </ul>
      {maySign && (
        <Button
          type="primary"
          onClick={() =>
            sign({
              kind: "execution.agreement.sign/1",
              body: { agreement: agreement.id, intention: null },
              ...seenOf(key, agreement),
              what: t("what.sign", {
                title: agreement.title ?? "",
                amount: amountText(totalOf(agreement)),
              }),
            })
          }
        >
          {t("signatures.sign")}
        </Button>
      )}
    </Panel>
  );
}

function Terms({ agreement }: { agreement: Agreement }) {
  const t = usePayTexts();
  const titles = useTitles();
  const names = useNames();
  const share = (bp: number | undefined): string => (bp ? `${bp / 100}%` : "");
  return (
    <Panel title={t("terms")}>
      <Facts>
        <Fact name={t("column.unit")}>{names.organisation(agreement.unit)}</Fact>
        <Fact name={t("column.payee")}>{titles.payee(agreement.payee)}</Fact>
        <Fact name={t("field.account")}>{agreement.account}</Fact>
        <Fact name={t("terms.engineer")}>
          {agreement.engineer && names.organisation(agreement.engineer)}
        </Fact>
        <Fact name={t("terms.signed")}>
          {agreement.signed_day ? dayInTable(agreement.signed_day) : null}
        </Fact>
        <Fact name={t("terms.advance")}>{share(agreement.advance_bp)}</Fact>
        <Fact name={t("terms.progress")}>{share(agreement.progress_bp)}</Fact>
        <Fact name={t("terms.wage")}>{share(agreement.wage_bp)}</Fact>
        <Fact name={t("terms.retention")}>{share(agreement.retention_bp)}</Fact>
        <Fact name={t("terms.award")}>{agreement.award}</Fact>
      </Facts>
      <details>
        <summary>{t("technical")}</summary>
        <p>
          {t("terms.document")} <code>{agreement.document_sha256}</code>
        </p>
      </details>
    </Panel>
  );
}
