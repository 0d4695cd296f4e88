import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, need, Problem } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing, useOwn, useRoles } from "../../app/acting.ts";
import { Fact, Facts } from "../../desk/Facts.tsx";
import { Field } from "../../desk/Field.tsx";
import { added, balancesOf, Ladder } from "../../desk/Ladder.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Refusal } from "../../desk/Refusal.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { dateInTable, timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { useKnown } from "./NewPayment.tsx";
import css from "./pay.module.css";
import { Remedies } from "./Remedies.tsx";
import { useRefusalWords, useTitles } from "./refusals.ts";
import type { PaymentBody } from "./remedies.ts";
import { usePayTexts, worded } from "./texts.ts";
import { useTrial } from "./trial.ts";

interface Refused {
  height: number;
  place: number;
  kind: string;
  organisation: string;
  post: string;
  person: string;
  time_ms: number;
  problem: Record<string, unknown>;
  body: (PaymentBody & Record<string, unknown>) | null;
}

/** A request that a rule refused: why, what would help now, and what was asked. */
export function Component() {
  const t = usePayTexts();
  const { height = "", place = "" } = useParams();
  const found = useQuery({
    queryKey: ["refusal", height, place],
    queryFn: async () =>
      (await need(
        api.GET("/api/refusals/{height}/{place}", {
          params: { path: { height: Number(height), place: Number(place) } },
        }),
      )) as unknown as Refused,
  });
  useTitle(`${t("payment")} ${t("refused")}`);
  if (found.error) return <PlainProblem problem={found.error} />;
  if (!found.data) return null;
  return <Shown of={found.data} />;
}

function Shown({ of }: { of: Refused }) {
  const t = usePayTexts();
  const names = useNames();
  const ledger = useLedger();
  const words = useRefusalWords();
  const titles = useTitles();
  const roles = useRoles();
  const { person } = useActing();
  const navigate = useNavigate();
  const isPayment = of.kind.startsWith("execution.payment.request/");
  const body = isPayment ? of.body : null;
  const known = useKnown(body);
  const mayAsk = roles.includes("unit.clerk");
  const now = useTrial(mayAsk ? body : null);
  const breach = useRows("execution_breaches", { owner: of.person }).data?.rows.find(
    (each) => each.height === of.height,
  );
  const problem = new Problem(Number(of.problem.status), { ...of.problem, height: of.height });
  const standing = now.at === "refused" && now.problem instanceof Problem ? now.problem : problem;
  const amount = of.body?.amount_fen;
  const take = (mended: PaymentBody) => navigate("/desk/payments/new", { state: { body: mended } });
  return (
    <DeskPage
      title={
        <>
          {t("payment")} {typeof amount === "number" && <Money fen={amount} unit="yuan" />}{" "}
          <span className={css.bad}>{t("refused")}</span>
        </>
      }
      state={
        <>
          {names.organisation(of.organisation)} {names.post(of.post)}
          {ledger && ` · ${timeInTable(of.time_ms, ledger.offset_s)}`}
        </>
      }
      aside={
        <>
          {body && <LineThen line={body.line} year={body.year} />}
          <Panel title={t("happened")}>
            <Timeline moments={momentsOf(of, breach, t, ledger?.offset_s ?? 0)} />
            <p>
              <a href={`/api/proofs/receipts/${of.height}/${of.place}`} download>
                {t("receipt")}
              </a>
            </p>
          </Panel>
        </>
      }
    >
      <Refusal problem={problem} words={words(problem)}>
        {body && mayAsk && (
          <>
            <p aria-live="polite">
              {now.at === "pass" || now.at === "route" || now.at === "ask"
                ? t("now.pass")
                : now.at === "refused"
                  ? t(standing.code === problem.code ? "now.same" : "now.other", {
                      title: words(standing)?.title ?? standing.title_zh,
                    })
                  : t("check.trying")}
            </p>
            {now.at !== "trying" && (
              <Remedies problem={standing} body={body} known={known} take={take} />
            )}
            <p>
              <Button onClick={() => take(body)}>{t("again")}</Button>
            </p>
          </>
        )}
      </Refusal>
      {breach && person === of.person && (
        <Correct
          breach={breach.id}
          isDone={breach.state === "corrected"}
          until={breach.correct_by_ms ?? null}
        />
      )}
      {breach?.state === "corrected" && (
        <Panel title={t("correct.done")}>
          <p>{breach.statement}</p>
        </Panel>
      )}
      {of.body && (
        <Panel title={t("content")} more={t("content.refused")}>
          <Facts>
            <Fact name={t("field.line")}>{titles.line(of.body.line)}</Fact>
            <Fact name={t("field.amount")}>
              <Money fen={of.body.amount_fen} unit="yuan" />
            </Fact>
            <Fact name={t("field.payee")}>{titles.payee(of.body.payee ?? of.body.holder)}</Fact>
            <Fact name={t("field.account")}>{of.body.account}</Fact>
            <Fact name={t("field.purpose")}>{of.body.purpose}</Fact>
            {of.body.invoice && <Fact name={t("field.invoice")}>{of.body.invoice}</Fact>}
            {of.body.agreement && (
              <Fact name={t("field.agreement")}>
                <Link to={`/desk/agreements/${of.body.agreement}`}>
                  {titles.agreement(of.body.agreement)}
                </Link>
                {of.body.milestone && ` · ${of.body.milestone}`}
              </Fact>
            )}
          </Facts>
        </Panel>
      )}
    </DeskPage>
  );
}

function momentsOf(
  of: Refused,
  breach: { state?: string; correct_by_ms?: number; statement?: string } | undefined,
  t: ReturnType<typeof usePayTexts>,
  offset: number,
): Moment[] {
  const refused: Moment = {
    key: "refused",
    state: "refused",
    what: t("moment.refused"),
    more: `${timeInTable(of.time_ms, offset)} · ${t("page", { height: of.height })}`,
  };
  if (!breach) return [refused];
  const due = breach.correct_by_ms ?? null;
  return [
    {
      key: "breach",
      state: breach.state === "corrected" ? "done" : "now",
      what: worded(t, `breach.${breach.state}`, breach.state ?? ""),
      ...(due !== null && { more: t("breach.until", { date: dateInTable(due - 1, offset) }) }),
    },
    refused,
  ];
}

function LineThen({ line, year }: { line: string; year: number }) {
  const t = usePayTexts();
  const titles = useTitles();
  const cells = useRows("funds_cells", { line, year }).data?.rows;
  if (!cells?.length) return null;
  return (
    <Panel title={t("line.now", { line: titles.line(line) })} more={String(year)}>
      <Ladder balances={added(cells.map(balancesOf))} />
    </Panel>
  );
}

/** The correction that an accountability record waits for. */
function Correct({
  breach,
  isDone,
  until,
}: {
  breach: string;
  isDone: boolean;
  until: number | null;
}) {
  const t = usePayTexts();
  const ledger = useLedger();
  const kept = useOwn(`correct.${breach}`);
  const [statement, setStatement] = useState(localStorage.getItem(kept) ?? "");
  const [isSigning, setSigning] = useState(false);
  const isReady = statement.trim() !== "";
  // The answer stays on screen though the record is corrected with it.
  if (isDone && !isSigning) return null;
  return (
    <Panel
      title={t("correct")}
      more={
        until !== null && ledger
          ? t("breach.until", { date: dateInTable(until - 1, ledger.offset_s) })
          : undefined
      }
    >
      <div className={css.form}>
        <Field label={t("correct.statement")} hint={t("correct.hint")}>
          {(id, described) => (
            <Input.TextArea
              id={id}
              aria-describedby={described}
              value={statement}
              maxLength={1_000}
              autoSize={{ minRows: 3, maxRows: 10 }}
              onChange={(event) => {
                setStatement(event.target.value);
                localStorage.setItem(kept, event.target.value);
              }}
            />
          )}
        </Field>
        <div className={css.buttons}>
          <Button aria-disabled={!isReady} onClick={() => isReady && setSigning(true)}>
            {t(isReady ? "correct.submit" : "correct.missing")}
          </Button>
        </div>
      </div>
      {isSigning && (
        <Sign
          kind="execution.breach.correct/1"
          body={{ breach, statement, document_sha256: null }}
          on={[`execution/breach/${breach}`]}
          what={t("what.correct", { statement })}
          close={() => setSigning(false)}
          done={() => localStorage.removeItem(kept)}
        />
      )}
    </Panel>
  );
}
