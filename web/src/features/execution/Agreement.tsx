import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { useParams } from "react-router";
import { type Body, type Kind, readRecord, type Seen } from "../../api/commands.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing, useOwn, useRoles } from "../../app/acting.ts";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { Field } from "../../desk/Field.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { amountText, readYuan } from "../../parts/amounts.ts";
import { dateInTable, dayInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { CaseDesk, CaseHolder, CaseRoad } from "../procedure/CaseDesk.tsx";
import { AfterSigning } from "./AgreementActs.tsx";
import { MyPayments, useIsParty } from "./Agreements.tsx";
import { type Dealings, type MilestoneTerm, useDealings, type Whole } from "./dealings.ts";
import { FileHash } from "./FileHash.tsx";
import css from "./pay.module.css";
import { useRefusalWords, useTitles } from "./refusals.ts";
import { type PayKey, usePayTexts, worded } from "./texts.ts";

type Agreement = Whole<Row<"execution_agreements">>;
type Milestone = Whole<Row<"execution_milestones">>;
type Change = Whole<Row<"execution_changes">>;

interface Signed {
  person: string;
  organisation: string;
  duty: string;
  time_ms: number;
}

/** An agreement with its terms and all that hangs on it, as officials or as a party reads it. */
function useAgreement(id: string): Partial<Omit<Dealings, "agreements">> & {
  agreement: Agreement | null | undefined;
  problem: unknown;
} {
  const isParty = useIsParty();
  const dealings = useDealings(isParty === true);
  const isRead = isParty === false;
  const agreements = useRows("execution_agreements", { id }, isRead);
  const milestones = useRows("execution_milestones", { agreement: id }, isRead);
  const changes = useRows("execution_changes", { agreement: id }, isRead);
  const nonconformities = useRows("execution_nonconformities", { agreement: id }, isRead);
  const payments = useRows("execution_payments", { agreement: id }, isRead);
  const record = useQuery({
    queryKey: ["records", "execution/agreement", id],
    queryFn: () => readRecord(`execution/agreement/${id}`),
    enabled: isRead,
    retry: false,
  });
  if (isParty && dealings.data) {
    const { data } = dealings;
    const own = <R extends { agreement?: string | undefined }>(rows: R[]): R[] =>
      rows.filter((each) => each.agreement === id);
    return {
      agreement: data.agreements.find((each) => each.id === id) ?? null,
      milestones: own(data.milestones),
      changes: own(data.changes),
      nonconformities: own(data.nonconformities),
      payments: own(data.payments),
      problem: null,
    };
  }
  const row = agreements.data && (agreements.data.rows[0] ?? null);
  return {
    agreement: row && record.data ? { ...row, record: record.data.record } : row,
    ...(milestones.data && { milestones: milestones.data.rows }),
    ...(changes.data && { changes: changes.data.rows }),
    ...(nonconformities.data && { nonconformities: nonconformities.data.rows }),
    ...(payments.data && { payments: payments.data.rows }),
    problem: isParty ? dealings.error : agreements.error,
  };
}

interface Signing {
  kind: Kind;
  body: unknown;
  on: string[];
  seen?: Seen;
  what: ReactNode;
}

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

/** A version that came with the row is what was looked at; without it the drawer reads the record. */
function seenOf(key: string, row: { version?: string }): { on: string[]; seen?: Seen } {
  return row.version ? { on: [key], seen: { [key]: row.version } } : { on: [key] };
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

function Milestones({
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

function dutiesOf(roles: readonly string[], agreement: Agreement, organisation: string): string[] {
  const isUnit = agreement.unit === organisation;
  const all: [string, boolean][] = [
    ["engineer", roles.includes("engineer.supervisor") && agreement.engineer === organisation],
    ["manager", roles.includes("unit.project_manager") && isUnit],
    ["quality", roles.includes("unit.quality") && isUnit],
  ];
  return all.flatMap(([duty, has]) => (has ? [duty] : []));
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

function NonConformities({
  agreement,
  rows,
  sign,
}: {
  agreement: Agreement;
  rows: Dealings["nonconformities"] | undefined;
  sign: (signing: Signing) => void;
}) {
  const t = usePayTexts();
  const roles = useRoles();
  const { organisation } = useActing();
  const duty = dutiesOf(roles, agreement, organisation).find((each) => each !== "manager");
  const terms = (agreement.record?.milestones ?? []) as MilestoneTerm[];
  const [evidence, setEvidence] = useState({ hash: "", name: "" });
  const [title, setTitle] = useState("");
  const [milestone, setMilestone] = useState("");
  const isReady = evidence.hash !== "" && title.trim() !== "" && milestone !== "";
  const open = terms.filter((each) => each.trigger === "acceptance");
  return (
    <Panel title={t("defects")}>
      {rows?.length === 0 && <p className={css.empty}>{t("defects.none")}</p>}
      <ul className={css.stack}>
        {rows?.map((each) => (
          <li key={each.id}>
            <strong className={each.state === "open" ? css.bad : undefined}>
              {worded(t, `defect.${each.state}`, each.state ?? "")}
            </strong>{" "}
            {each.milestone} · {each.title}
            {each.state === "open" && duty && evidence.hash && (
              <Button
                size="small"
                onClick={() =>
                  sign({
                    kind: "execution.nonconformity.release/1",
                    body: { nonconformity: each.id, duty, evidence_sha256: evidence.hash },
                    on: [],
                    what: t("what.release", { title: each.title ?? "" }),
                  })
                }
              >
                {t("defects.release")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {duty && (
        <details>
          <summary>{t("defects.open")}</summary>
          <div className={css.form}>
            <FileHash
              label={t("defects.evidence")}
              hash={evidence.hash}
              name={evidence.name}
              change={(hash, name) => setEvidence({ hash, name })}
            />
            <Field label={t("defects.milestone")}>
              {(id) => (
                <select
                  id={id}
                  value={milestone}
                  onChange={(event) => setMilestone(event.target.value)}
                >
                  <option value="">{t("defects.choose")}</option>
                  {open.map((each) => (
                    <option key={each.id} value={each.id}>
                      {each.id} {each.title}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t("defects.title")}>
              {(id) => (
                <Input
                  id={id}
                  value={title}
                  maxLength={120}
                  onChange={(event) => setTitle(event.target.value)}
                />
              )}
            </Field>
            <div className={css.buttons}>
              <Button
                aria-disabled={!isReady}
                onClick={() =>
                  isReady &&
                  sign({
                    kind: "execution.nonconformity.open/1",
                    body: {
                      agreement: agreement.id,
                      milestone,
                      title,
                      evidence_sha256: evidence.hash,
                    },
                    on: [],
                    what: t("what.defect", { title }),
                  })
                }
              >
                {t(isReady ? "defects.open" : "defects.missing")}
              </Button>
            </div>
          </div>
        </details>
      )}
    </Panel>
  );
}

function Changes({
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
