import { Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Field } from "../../desk/Field.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { dateInTable, timeInTable } from "../../parts/dates.ts";
import { Comments } from "./Comments.tsx";
import { HandTask } from "./HandTask.tsx";
import { useKept } from "./kept.ts";
import { useWork } from "./reading.ts";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";

interface Decision {
  position: number;
  answer: string;
  at_ms: number;
  person?: string;
  post?: string;
  organisation?: string;
  reason?: string;
  clause?: string;
}

interface Level {
  name: string;
  desks: { organisation: string; role: string }[];
  days?: number;
}

type Case = Row<"procedure_cases">;

export function useCase(id: string): Case | null | undefined {
  const rows = useRows("procedure_cases", { id }, id !== "").data?.rows;
  return rows && (rows[0] ?? null);
}

/** The posts that a desk `role@organisation` calls, in words. */
export function useDesks(): (desks: readonly string[]) => { organisation: string; text: string }[] {
  const names = useNames();
  return (desks) =>
    desks.map((desk) => {
      const [role = "", at = ""] = desk.split("@");
      const post = names.posts.find(
        (each) => each.organisation === at && (each.roles as string[] | undefined)?.includes(role),
      );
      return {
        organisation: at,
        text: `${names.organisation(at)} ${names.post(post?.id ?? role)}`,
      };
    });
}

/** Who has a case now, what was said on its way, and what the reader may do about it. */
export function CaseDesk({ id, what }: { id: string; what: ReactNode }) {
  const found = useCase(id);
  if (!found) return null;
  return (
    <>
      <Decide of={found} what={what} />
      <Comments of={id} />
    </>
  );
}

export function CaseHolder({ id }: { id: string }) {
  const t = useWorkTexts();
  const found = useCase(id);
  const ledger = useLedger();
  const desks = useDesks();
  const names = useNames();
  if (!found || !ledger) return null;
  const isOpen = found.state === "open";
  const isBack = found.state === "asked" || found.state === "returned";
  const holders = isOpen
    ? desks((found.desks ?? []) as string[])
    : [{ organisation: found.organisation ?? "", text: names.organisation(found.organisation) }];
  return (
    <Panel title={t("case.holder")}>
      {isOpen || isBack ? (
        holders.map((each) => (
          <div key={each.text} className={css.now}>
            <OfficeSeal of={names.character(each.organisation)} />
            <div>
              <strong>{each.text}</strong>
              <p className={css.quiet}>
                {worded(t, `case.${found.state}`, "")}
                {found.deadline_ms &&
                  ` · ${t("case.until", {
                    date: dateInTable(found.deadline_ms - 1, ledger.offset_s),
                  })}`}
              </p>
            </div>
          </div>
        ))
      ) : (
        <p className={css.empty}>{t("case.past")}</p>
      )}
    </Panel>
  );
}

/** What was decided so far, and the levels ahead; newest first. */
export function CaseRoad({ id }: { id: string }) {
  const t = useWorkTexts();
  const found = useCase(id);
  const ledger = useLedger();
  const names = useNames();
  if (!found || !ledger) return null;
  const levels = (found.levels ?? []) as Level[];
  const decisions = (found.decisions ?? []) as Decision[];
  const levelOf = (at: number): string => {
    const name = levels[at]?.name ?? "";
    return worded(t, `case.level.${name}`, name);
  };
  const isOver = !["open", "asked", "returned"].includes(found.state ?? "");
  const ahead = isOver ? [] : levels.slice(found.position ?? 0).map((_, at) => at);
  const moments: Moment[] = [
    ...ahead
      .map((at): Moment => {
        const position = (found.position ?? 0) + at;
        return {
          key: `ahead${position}`,
          state: at === 0 ? "now" : "ahead",
          what: t("case.ahead", { level: levelOf(position) }),
        };
      })
      .reverse(),
    ...decisions
      .map((each, at): Moment => {
        const said = worded(t, `case.answer.${each.answer}`, each.answer);
        return {
          key: String(at),
          state: each.answer === "reject" ? "refused" : "done",
          what: `${levelOf(each.position)}：${said}${each.reason ? `，${each.reason}` : ""}`,
          more: `${names.organisation(each.organisation)} ${names.post(each.post)} · ${timeInTable(each.at_ms, ledger.offset_s)}`,
        };
      })
      .reverse(),
    {
      key: "opened",
      state: "done",
      what: t("case.submitted"),
      more: timeInTable(found.opened_ms ?? 0, ledger.offset_s),
    },
  ];
  return (
    <Panel title={t("case.road")}>
      <Timeline moments={moments} />
    </Panel>
  );
}

const VERBS = {
  approve: "procedure.case.approve/1",
  return: "procedure.case.return/1",
  ask: "procedure.case.ask/1",
  reject: "procedure.case.reject/1",
  answer: "procedure.case.answer/1",
  withdraw: "procedure.case.withdraw/1",
} as const;
type Verb = keyof typeof VERBS;

function Decide({ of, what }: { of: Case; what: ReactNode }) {
  const t = useWorkTexts();
  const work = useWork().data;
  const { person } = useActing();
  const [reason, setReason] = useKept(`case.${of.id}`);
  const [verb, setVerb] = useState<Verb | null>(null);
  const task = work?.items.find((each) => each.case === of.id && each.kind !== "notice");
  const mine = ((of.submitters ?? []) as string[]).includes(person);
  const verbs: Verb[] =
    task?.kind === "review"
      ? ["approve", "return", "ask", "reject"]
      : task?.kind === "answer"
        ? ["answer"]
        : mine && of.state === "open" && (of.decisions as unknown[]).length === 0
          ? ["withdraw"]
          : [];
  // The answer stays on screen though the task is over with it.
  if (verbs.length === 0 && verb === null) return null;
  const key = `procedure/case/${of.id}`;
  const subject = of.subject_key ?? "";
  const body = (): Record<string, unknown> => {
    if (verb === "answer") return { case: of.id, text: reason };
    if (verb === "withdraw") return { case: of.id, reason };
    if (verb === "ask") return { case: of.id, subject, question: reason };
    return { case: of.id, subject, reason };
  };
  return (
    <Panel title={t(task?.kind === "answer" ? "case.answering" : "case.decide")}>
      <div className={css.form}>
        <Field label={t("case.reason")}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              placeholder={t("case.reason.hint")}
              maxLength={2_000}
              autoSize={{ minRows: 3, maxRows: 10 }}
            />
          )}
        </Field>
        <div className={css.buttons}>
          {verbs.map((each, at) => {
            const isMissing = each !== "approve" && reason.trim() === "";
            return (
              <Button
                key={each}
                type={at === 0 ? "primary" : "default"}
                aria-disabled={isMissing}
                onClick={() => !isMissing && setVerb(each)}
              >
                {t(each === "answer" ? "case.answer.submit" : `case.${each}`)}
                {isMissing && at === 0 && `（${t("case.reason.missing")}）`}
              </Button>
            );
          })}
          {verbs.length > 1 && reason.trim() === "" && (
            <span className={css.quiet}>{t("case.reason.missing")}</span>
          )}
        </div>
        {task?.id && <HandTask task={task.id} organisation={of.organisation ?? ""} />}
      </div>
      {verb && (
        <Sign
          kind={VERBS[verb]}
          body={body() as never}
          on={verb === "answer" || verb === "withdraw" ? [key] : [key, subject]}
          what={
            <>
              {t(`case.what.${verb}`, { what: "", reason })}
              {verb !== "answer" && verb !== "ask" && <> {what}</>}
            </>
          }
          close={() => setVerb(null)}
          done={() => setReason("")}
        />
      )}
    </Panel>
  );
}
