import { Button, Popconfirm, Tabs } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DeskPage } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { type Asked, type Check, onOf, useCheck } from "./asking.ts";
import { Checks } from "./Checks.tsx";
import { Chooser } from "./Chooser.tsx";
import { FIELDS, failuresOf } from "./checks.ts";
import { useClasses } from "./classes.ts";
import { draftKey, dropDraft, readDraft, writeDraft } from "./drafts.ts";
import {
  type Content,
  contentOf,
  copied,
  type Form,
  formOf,
  sumFen,
  TABS,
  type Tab,
  yearsOf,
} from "./form.ts";
import { remediesFor } from "./mending.ts";
import { Papers } from "./Papers.tsx";
import css from "./preparation.module.css";
import { Basics, Reason } from "./RequestFields.tsx";
import { Foot } from "./RequestFoot.tsx";
import { Road } from "./Road.tsx";
import { type Change, oneChange } from "./remedies.ts";
import { GoalsSheet, LinesSheet } from "./Sheets.tsx";
import { type Cycle, contentOfRow, rulesOf, type Source, useSource } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

/** A request as it is typed: a new one by year and project, or a new version of one by its id. */
export function Component() {
  const { id } = useParams();
  const [query] = useSearchParams();
  const t = useTexts();
  const acting = useActing();
  const requests = useRows("preparation_requests", { id: id ?? "" }, id !== undefined);
  useTitle(t("form.title"));
  if (id !== undefined) {
    const head = requests.data?.rows[0];
    if (requests.error) return <PlainProblem problem={requests.error} />;
    if (!requests.data || requests.isPlaceholderData) return <p>{t("loading")}</p>;
    if (!head) return <NoRequest />;
    return (
      <Begun
        key={head.id}
        year={head.year ?? 0}
        unit={head.unit ?? ""}
        project={head.project ?? ""}
      />
    );
  }
  const year = Number(query.get("year"));
  const project = query.get("project");
  if (!year || project === null) return <Chooser />;
  return (
    <Begun key={`${year}/${project}`} year={year} unit={acting.organisation} project={project} />
  );
}

function NoRequest() {
  const t = useTexts();
  return (
    <DeskPage title={t("request.none")}>
      <p>
        {t("request.none.text")} <Link to="/desk/requests">{t("requests.title")}</Link>
      </p>
    </DeskPage>
  );
}

/** Reads what the request rests on once, and keeps it while one types. */
function Begun({ year, unit, project }: { year: number; unit: string; project: string }) {
  const t = useTexts();
  const { source, problem } = useSource(year, unit, project);
  const names = useNames();
  const classes = useClasses();
  if (problem) return <PlainProblem problem={problem} />;
  // A class that follows from another is filled in while one types: its table must be there.
  if (!source || !classes.isReady || !names.find(unit)) return <p>{t("loading")}</p>;
  if (!source.cycle) {
    return (
      <DeskPage title={t("form.title")}>
        <p>{t("form.nocycle", { year })}</p>
      </DeskPage>
    );
  }
  return <Typing source={source} cycle={source.cycle} unit={unit} project={project} />;
}

function emptyForm(
  source: Source,
  cycle: Cycle,
  stage: string,
  basicTitle: string,
  government: (economic: string) => string,
): Form {
  const { project, estimate, versions } = source;
  const newest = versions[0];
  if (newest) return formOf(contentOfRow(newest));
  const lines = estimate.map((each, at) => ({
    id: `l${at}`,
    cells: {
      line: each.line,
      title: each.titles.zh,
      title_was: each.titles.zh,
      title_en: each.titles.en,
      function: each.function,
      economic: each.economic,
      government_economic: government(each.economic),
      nature: "general",
      source: "local",
    },
  }));
  return {
    title: project?.title_zh ?? `${cycle.year} ${basicTitle}`,
    title_en: project?.title_en ?? "",
    reason: stage,
    lines,
    overall_goal: "",
    year_goal: "",
    other_funds: "",
    indicators: [],
    documents: (project?.documents ?? []) as Content["documents"],
  };
}

interface TypingProps {
  source: Source;
  cycle: Cycle;
  unit: string;
  project: string;
}

function Typing({ source, cycle, unit, project }: TypingProps) {
  const t = useTexts();
  const words = useWords();
  const navigate = useNavigate();
  const ledger = useLedger();
  const acting = useActing();
  const names = useNames();
  const inLanguage = useInLanguage();
  const classes = useClasses();
  const year = cycle.year ?? 0;
  const key = draftKey(acting.person, unit, year, project);
  const newest = source.versions[0];
  const from = newest?.id ?? "";
  const begun = useMemo(() => readDraft(key), [key]);
  const fresh = () =>
    emptyForm(
      source,
      cycle,
      t("reason.first", { stage: words("stage", cycle.stage) }),
      t("project.basic"),
      (economic) => classes.government(economic, names.find(unit)?.unit_kind ?? ""),
    );
  const [form, setForm] = useState<Form>(() => begun?.form ?? fresh());
  const [kept, setKept] = useState<number | null>(begun?.atMs ?? null);
  const [isFull, setFull] = useState(false);
  const [last, setLast] = useState<Change | null>(null);
  const [tab, setTab] = useState<Tab>(begun || newest ? "lines" : "basics");
  const [signed, setSigned] = useState<Asked | null>(null);
  const years = yearsOf(year, source.project?.last_year ?? year);
  const { content, faults } = contentOf(form, years);
  const askedOf = (of: Form): Asked | null => {
    const found = contentOf(of, years).content;
    return found && asRequest(source, cycle, unit, project, found, of.reason.trim());
  };
  const asked = content
    ? asRequest(source, cycle, unit, project, content, form.reason.trim() || t("reason.none"))
    : null;
  const { check, isStale } = useCheck(asked);

  const change = (next: Form) => {
    const found = oneChange(form.lines, next.lines);
    if (found || next.lines.length !== form.lines.length) setLast(found);
    setForm(next);
    const atMs = Date.now();
    const draft = { form: next, atMs, year, project, from: begun?.from ?? from };
    if (writeDraft(key, draft)) setKept(atMs);
    else setFull(true);
  };
  const failures = check.at === "refused" ? failuresOf(check.problem.facts) : [];
  const isReasonMissing = form.reason.trim() === "";
  const open = problemsByTab(check, faults, isReasonMissing);
  const count = [...open.values()].reduce((a, b) => a + b, 0);
  const isReady = count === 0 && check.at === "passes" && !isStale && asked !== null;
  const over = failures.find(
    (each) => each.field === "amount_fen" || each.field === "year_amount_fen",
  );
  const overFen = over ? Number(over.found) - Number(over.required) : 0;
  const title =
    inLanguage(source.project?.title_zh, source.project?.title_en) || t("project.basic");
  useTitle(t("form.titled", { title, year }));

  const tabs = TABS.map((each) => ({
    key: each,
    label: (
      <>
        {TABS.indexOf(each) + 1} {t(`tab.${each}`)}
        {(open.get(each) ?? 0) > 0 && (
          <em className={css.count}>{t("tab.open", { count: open.get(each) ?? 0 })}</em>
        )}
      </>
    ),
    children:
      each === "basics" ? (
        <Basics form={form} change={change} source={source} cycle={cycle} />
      ) : each === "lines" ? (
        <LinesSheet
          form={form}
          change={change}
          faults={faults}
          years={years}
          estimate={source.estimate}
          owner={project || unit}
          unitKind={names.find(unit)?.unit_kind ?? ""}
          year={year}
          overFen={overFen}
        />
      ) : each === "goals" ? (
        <GoalsSheet form={form} change={change} faults={faults} rules={rulesOf(cycle)} />
      ) : each === "documents" ? (
        <Papers form={form} change={change} rules={rulesOf(cycle)} project={source.project} />
      ) : (
        <Reason form={form} change={change} version={(newest?.version ?? 0) + 1} />
      ),
  }));

  return (
    <div className={css.tall}>
      <DeskPage
        title={t("form.titled", { title, year })}
        state={
          <>
            <Link to="/desk/requests">{t("requests.title")}</Link> ／ {words("stage", cycle.stage)}{" "}
            · {t("form.draft", { version: (newest?.version ?? 0) + 1 })} ·{" "}
            <span role="status">
              {isFull
                ? t("draft.full")
                : kept
                  ? t("draft.kept", { time: timeInTable(kept, ledger?.offset_s ?? 0) })
                  : t("draft.none")}
            </span>
          </>
        }
        actions={
          <>
            {source.lastYear && (
              <Button
                onClick={() => source.lastYear && change(copiedOver(form, source.lastYear, year))}
              >
                {t("form.copy", { year: year - 1 })}
              </Button>
            )}
            {source.head && (
              <Button onClick={() => navigate(`/desk/requests/${source.head?.id}`)}>
                {t("form.versions", { count: source.versions.length })}
              </Button>
            )}
            {kept !== null && (
              <Popconfirm
                title={t("draft.drop.ask")}
                okText={t("draft.drop")}
                cancelText={t("draft.keep")}
                onConfirm={() => {
                  dropDraft(key);
                  setKept(null);
                  setForm(fresh());
                }}
              >
                <Button>{t("draft.drop")}</Button>
              </Popconfirm>
            )}
          </>
        }
        aside={
          <>
            <Checks
              check={check}
              isStale={isStale}
              faults={faults}
              go={setTab}
              isBasic={project === ""}
              remediesOf={(failure) =>
                remediesFor(failure, {
                  form,
                  years,
                  year,
                  last,
                  t,
                  change,
                  askedOf,
                  rules: rulesOf(cycle),
                })
              }
            />
            <Road
              cycle={cycle}
              unit={unit}
              department={names.find(unit)?.parent ?? ""}
              events={check.at === "passes" ? check.events : null}
            />
          </>
        }
      >
        {begun && begun.from !== from && (
          <p className={css.notice} role="status">
            {t("draft.behind", { version: newest?.version ?? 0 })}
          </p>
        )}
        <Tabs
          activeKey={tab}
          onChange={(to) => setTab(TABS.find((each) => each === to) ?? "lines")}
          items={tabs}
        />
      </DeskPage>
      <Foot
        sumFen={sumFen(form.lines, years)}
        yearFen={sumFen(form.lines, [year])}
        year={year}
        estimateFen={source.project?.estimate_fen ?? null}
        ceilingFen={source.ceilingFen}
        overFen={overFen}
        count={count}
        check={check}
        isStale={isStale}
        isReady={isReady}
        go={() => {
          if (isReady) return setSigned(asked);
          const first = TABS.find((each) => (open.get(each) ?? 0) > 0);
          if (first) setTab(first);
        }}
      />
      {signed && (
        <SignRequest
          asked={signed}
          sumFen={sumFen(form.lines, years)}
          title={title}
          close={() => setSigned(null)}
          done={(request) => {
            dropDraft(key);
            navigate(`/desk/requests/${request}`);
          }}
        />
      )}
    </div>
  );
}

function copiedOver(form: Form, lastYear: NonNullable<Source["lastYear"]>, year: number): Form {
  const found = copied(contentOfRow(lastYear), year);
  return { ...found, reason: form.reason, title: form.title, title_en: form.title_en };
}

/** The command that the form is: a correction of what stands in the draft, else a new version. */
function asRequest(
  source: Source,
  cycle: Cycle,
  unit: string,
  project: string,
  content: Content,
  reason: string,
): Asked {
  const { head, versions } = source;
  const newest = versions[0];
  const isUp = cycle.stage === "first_up" || cycle.stage === "second_up";
  const isCorrection = head?.state === "approved" && (newest?.stage === cycle.stage || !isUp);
  if (head && isCorrection) {
    return {
      kind: "preparation.request.correct/1",
      body: { request: head.id, organisation: unit, reason, content },
    };
  }
  return {
    kind: "preparation.request.submit/1",
    body: {
      year: cycle.year ?? 0,
      organisation: unit,
      project: project || null,
      previous: newest?.id ?? null,
      reason,
      content,
    },
  };
}

function problemsByTab(
  check: Check,
  faults: readonly { tab: Tab }[],
  isReasonMissing: boolean,
): Map<Tab, number> {
  const found = new Map<Tab, number>();
  const add = (tab: Tab) => found.set(tab, (found.get(tab) ?? 0) + 1);
  for (const each of faults) add(each.tab);
  if (isReasonMissing) add("submit");
  if (faults.length > 0 || check.at !== "refused") return found;
  const failures = failuresOf(check.problem.facts);
  for (const each of failures) add(each.field ? FIELDS[each.field] : "submit");
  if (failures.length === 0) add("submit");
  return found;
}

function SignRequest({
  asked,
  sumFen: fen,
  title,
  close,
  done,
}: {
  asked: Asked;
  sumFen: number;
  title: string;
  close: () => void;
  done: (request: string) => void;
}) {
  const t = useTexts();
  const isCorrection = asked.kind === "preparation.request.correct/1";
  const what = (
    <>
      {t(isCorrection ? "sign.correct" : "sign.submit", { title })} <Money fen={fen} unit="yuan" />{" "}
      {t("yuan")}
    </>
  );
  const common = { on: onOf(asked), what, close };
  const finish = (events: { kind: string; [name: string]: unknown }[] | undefined) => {
    const submitted = events?.find((each) => each.kind === "preparation.request_submitted");
    done(typeof submitted?.request === "string" ? submitted.request : "");
  };
  return asked.kind === "preparation.request.correct/1" ? (
    <Sign
      kind={asked.kind}
      body={asked.body}
      {...common}
      done={(answer) => finish(answer.receipt.events)}
    />
  ) : (
    <Sign
      kind={asked.kind}
      body={asked.body}
      {...common}
      done={(answer) => finish(answer.receipt.events)}
    />
  );
}
