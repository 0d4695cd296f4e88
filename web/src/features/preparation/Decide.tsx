import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Radio } from "antd";
import { type ReactNode, useState } from "react";
import { Problem } from "../../api/client.ts";
import { type Body, dryRun, readRecord, type Seen } from "../../api/commands.ts";
import type { Row } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Panel } from "../../desk/Panel.tsx";
import { Refusal } from "../../desk/Refusal.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { FingerprintButton } from "./Fingerprint.tsx";
import css from "./preparation.module.css";
import { useTexts } from "./texts.ts";
import { useDesks } from "./words.ts";

export type CaseRow = Row<"procedure_cases">;

export interface CaseDesk {
  organisation: string;
  role: string;
}
export interface CaseLevel {
  name: string;
  desks: CaseDesk[];
  days: number;
  clause?: string;
}
export interface CaseDecision {
  position: number;
  answer: "approve" | "reject" | "ask" | "answer" | "return";
  at_ms: number;
  person: string;
  post: string;
  organisation: string;
  reason?: string;
  clause?: string;
}

const ACTS = ["approve", "ask", "return", "reject"] as const;
type Act = (typeof ACTS)[number];

/** Versions of the case and its subject as they are on screen: what a decision names in `on`. */
function useSeen(keys: readonly string[]) {
  return useQuery({
    queryKey: ["seen", ...keys],
    queryFn: async () => {
      const seen: Seen = {};
      for (const key of keys) {
        const { version } = await readRecord(key);
        if (version === null) throw new Error(`${key} is being written`);
        seen[key] = version;
      }
      return seen;
    },
  });
}

/** Asks the ledger whether this person may decide, before anything is offered. */
function useMayDecide(one: CaseRow, seen: Seen | undefined) {
  const { acting, person } = useActing();
  return useQuery({
    queryKey: ["may", acting, person, one.id, seen],
    enabled: seen !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<{ problem: Problem | null }> => {
      const body = { case: one.id, subject: one.subject_key ?? "", reason: "" };
      try {
        await dryRun("procedure.case.approve/1", body, seen);
        return { problem: null };
      } catch (problem) {
        if (problem instanceof Problem) return { problem };
        throw problem;
      }
    },
  });
}

/** The reviewer's panel: approve, ask, return or reject the version on screen, each signed. */
export function Decide({ one, what }: { one: CaseRow; what: ReactNode }) {
  const t = useTexts();
  const desks = useDesks();
  const { person } = useActing();
  const keys = [`procedure/case/${one.id}`, one.subject_key ?? ""];
  const seen = useSeen(keys).data;
  const may = useMayDecide(one, seen).data;
  const [act, setAct] = useState<Act>("approve");
  const [reason, setReason] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [isTold, setTold] = useState(false);
  const level = (one.levels as CaseLevel[])[one.position ?? 0];
  const holders = (level?.desks ?? []).map((each) => desks(each.organisation, each.role));
  if (!may || !seen) return null;
  const isOwn = (one.submitters as string[] | undefined)?.includes(person) ?? false;
  if (may.problem && !isOpen) {
    return (
      <Panel title={t(isOwn ? "decide.own" : "decide.others")}>
        <div>
          <p>{t("decide.who", { who: holders.join("、") })}</p>
          {isOwn && <p>{t("decide.own.text")}</p>}
          <details className={css.small}>
            <summary>{t("decide.why")}</summary>
            <Refusal problem={may.problem} small />
          </details>
        </div>
      </Panel>
    );
  }
  const isMissing = act !== "approve" && !reason.trim();
  return (
    <Panel title={t("decide")} more={t("decide.more")}>
      <form
        className={css.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (isMissing) return setTold(true);
          setOpen(true);
        }}
      >
        <Radio.Group
          value={act}
          onChange={(event) =>
            setAct(ACTS.find((each) => each === event.target.value) ?? "approve")
          }
          options={ACTS.map((each) => ({ value: each, label: t(`act.${each}`) }))}
          aria-label={t("decide")}
        />
        <p className={css.quiet}>{t(`act.${act}.means`)}</p>
        <label>
          {t(
            act === "approve"
              ? "decide.remark"
              : act === "ask"
                ? "decide.question"
                : "decide.reason",
          )}
          <textarea
            rows={2}
            maxLength={2000}
            value={reason}
            aria-invalid={isTold && isMissing}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {isTold && isMissing && (
          <p className={css.wrong} role="alert">
            {t("decide.missing")}
          </p>
        )}
        <div>
          <Button type="primary" htmlType="submit">
            {t(`act.${act}.sign`)}
          </Button>
        </div>
      </form>
      {isOpen && (
        <SignDecision
          one={one}
          act={act}
          reason={reason.trim()}
          seen={seen}
          what={what}
          close={() => setOpen(false)}
        />
      )}
    </Panel>
  );
}

function SignDecision({
  one,
  act,
  reason,
  seen,
  what,
  close,
}: {
  one: CaseRow;
  act: Act;
  reason: string;
  seen: Seen;
  what: ReactNode;
  close: () => void;
}) {
  const t = useTexts();
  const base = { case: one.id, subject: one.subject_key ?? "" };
  const common = {
    seen,
    close,
    what: (
      <>
        {t(`act.${act}.sign`)}：{what}
        {reason && `（${reason}）`}
      </>
    ),
  };
  if (act === "approve")
    return <Sign kind="procedure.case.approve/1" body={{ ...base, reason }} {...common} />;
  if (act === "ask")
    return (
      <Sign
        kind="procedure.case.ask/1"
        body={{ ...base, question: reason, clause: "" }}
        {...common}
      />
    );
  if (act === "return")
    return (
      <Sign kind="procedure.case.return/1" body={{ ...base, reason, clause: "" }} {...common} />
    );
  return <Sign kind="procedure.case.reject/1" body={{ ...base, reason, clause: "" }} {...common} />;
}

/** What the submitter may do while it is under review: answer what was asked, or take it back. */
export function Submitter({ one, what }: { one: CaseRow; what: ReactNode }) {
  const t = useTexts();
  const isAsked = one.state === "asked";
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ name: string; sha256: string }[]>([]);
  const [signed, setSigned] = useState<"answer" | "withdraw" | null>(null);
  const [isTold, setTold] = useState(false);
  const on = [`procedure/case/${one.id}`];
  const answer: Body<"procedure.case.answer/1"> = {
    case: one.id,
    text: text.trim(),
    documents: found.map((each) => each.sha256),
  };
  return (
    <Panel title={t(isAsked ? "answer" : "withdraw")}>
      <form
        className={css.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (!text.trim()) return setTold(true);
          setSigned(isAsked ? "answer" : "withdraw");
        }}
      >
        <label>
          {t(isAsked ? "answer.text" : "withdraw.reason")}
          <textarea
            rows={2}
            maxLength={2000}
            value={text}
            aria-invalid={isTold && !text.trim()}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {isAsked && (
          <>
            <FingerprintButton
              label={t("documents.add")}
              many
              taken={(files) => setFound([...found, ...files].slice(0, 32))}
            />
            {found.map((each) => (
              <p key={each.sha256}>{each.name}</p>
            ))}
          </>
        )}
        {isTold && !text.trim() && (
          <p className={css.wrong} role="alert">
            {t("decide.missing")}
          </p>
        )}
        <div>
          <Button type={isAsked ? "primary" : "default"} htmlType="submit">
            {t(isAsked ? "answer.sign" : "withdraw.sign")}
          </Button>
        </div>
      </form>
      {signed === "answer" && (
        <Sign
          kind="procedure.case.answer/1"
          body={answer}
          on={on}
          what={t("answer.what", { text: text.trim() })}
          close={() => setSigned(null)}
          done={() => setText("")}
        />
      )}
      {signed === "withdraw" && (
        <Sign
          kind="procedure.case.withdraw/1"
          body={{ case: one.id, reason: text.trim() }}
          on={on}
          what={
            <>
              {t("withdraw.sign")}：{what}
            </>
          }
          close={() => setSigned(null)}
        />
      )}
    </Panel>
  );
}
