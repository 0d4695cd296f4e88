import { Button, Select, Tabs } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Comments } from "../procedure/Comments.tsx";
import { Follow } from "../procedure/Follow.tsx";
import { type CaseDecision, type CaseLevel, type CaseRow, Decide, Submitter } from "./Decide.tsx";
import css from "./preparation.module.css";
import {
  type Author,
  contentOfRow,
  rulesOf,
  type Source,
  useSource,
  type Version,
} from "./source.ts";
import { useTexts } from "./texts.ts";
import { DifferenceView, VersionView } from "./Version.tsx";
import { useClauses, useDesks, useWords } from "./words.ts";

interface Ruling {
  verdict: string;
  clause: string;
  contract: string;
  rows: string[];
  input_sha256: string;
}

/** A request as the ledger has it: what was asked, by which rule, who has it, and what may be done. */
export function Component() {
  const { id = "" } = useParams();
  const t = useTexts();
  const requests = useRows("preparation_requests", { id });
  const head = requests.data?.rows[0];
  const { source, problem } = useSource(head?.year ?? 0, head?.unit ?? "", head?.project ?? "");
  const cases = useRows("procedure_cases", { subject_id: id });
  useTitle(t("requests.title"));
  const wrong = requests.error ?? problem ?? cases.error;
  if (wrong) return <PlainProblem problem={wrong} />;
  if (!requests.data || requests.isPlaceholderData) return <p>{t("loading")}</p>;
  if (!head) {
    return (
      <DeskPage title={t("request.none")}>
        <p>
          {t("request.none.text")} <Link to="/desk/requests">{t("requests.title")}</Link>
        </p>
      </DeskPage>
    );
  }
  if (!source || !cases.data || !source.versions[0]) return <p>{t("loading")}</p>;
  const ordered = cases.data.rows.toSorted((a, b) => (b.opened_ms ?? 0) - (a.opened_ms ?? 0));
  return <Shown source={source} cases={ordered} newest={source.versions[0]} />;
}

interface ShownProps {
  source: Source;
  /** Newest first. */
  cases: CaseRow[];
  newest: Version;
}

function Shown({ source, cases, newest }: ShownProps) {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const inLanguage = useInLanguage();
  const navigate = useNavigate();
  const acting = useActing();
  const { head, versions, cycle } = source;
  const [current] = cases;
  const isUnits = head?.unit === acting.organisation;
  const isOpen = current?.state === "open" || current?.state === "asked";
  const title =
    inLanguage(source.project?.title_zh, source.project?.title_en) ||
    inLanguage(newest.title_zh, newest.title_en);
  const content = contentOfRow(newest);
  const rules = cycle ? rulesOf(cycle) : null;
  const state = words("state", head?.state);
  useTitle(`${t("form.titled", { title, year: head?.year ?? 0 })} ${state}`);
  const last = current ? (current.decisions as CaseDecision[]).at(-1) : undefined;
  const isStopped =
    head && ["asked", "returned", "rejected", "withdrawn"].includes(head.state ?? "");
  const what: ReactNode = (
    <>
      {t("what.request", { title, year: head?.year ?? 0, version: newest.version ?? 0 })}{" "}
      <Money fen={newest.total_fen} unit="yuan" /> {t("yuan")}
    </>
  );
  const isSubmitter = (current?.submitters as string[] | undefined)?.includes(acting.person);
  const mayAnswer = isUnits && (current?.state === "asked" || isSubmitter);
  const mayChange = isUnits && head?.state !== "submitted";
  return (
    <DeskPage
      title={
        <>
          {t("form.titled", { title, year: head?.year ?? 0 })} <Money fen={newest.total_fen} />
        </>
      }
      state={
        <>
          <Link to="/desk/requests">{t("requests.title")}</Link> ／ {names.organisation(head?.unit)}{" "}
          · {head?.state === "approved" ? "✓ " : ""}
          {state}
          {head?.level ? ` · ${words("level", head.level)}` : ""} ·{" "}
          {t("version.n", { version: newest.version ?? 0 })}
        </>
      }
      actions={
        <>
          <Follow about={`preparation/request/${head?.id}`} record={head} />
          {mayChange && (
            <Button
              type={isStopped ? "primary" : "default"}
              onClick={() => navigate(`/desk/requests/${head?.id}/edit`)}
            >
              {t(head?.state === "approved" ? "request.correct" : "request.again")}
            </Button>
          )}
        </>
      }
      aside={
        <>
          <Amounts source={source} newest={newest} />
          <Holder current={current} />
          <Reasons newest={newest} />
          <Course cases={cases} versions={versions} />
        </>
      }
    >
      {isStopped && (
        <div className={css.stopped} role="status">
          <strong>{t(`stopped.${head?.state as "asked"}`)}</strong>
          {last && head?.state !== "withdrawn" && (
            <>
              <p className={css.said}>{said(last.reason)}</p>
              <p className={css.small}>
                {names.organisation(last.organisation)} {names.post(last.post)}
                {last.clause ? ` · ${t("checks.rule", { clause: last.clause })}` : ""}
              </p>
            </>
          )}
        </div>
      )}
      {current && isOpen && current.state === "open" && (
        <Decide key={current.id} one={current} what={what} />
      )}
      {current && isOpen && mayAnswer && (
        <Submitter key={`${current.id}${current.state}`} one={current} what={what} />
      )}
      <Panel title={t("request.content")} more={t("version.n", { version: newest.version ?? 0 })}>
        <Tabs
          items={[
            {
              key: "content",
              label: t("request.evidence"),
              children: <VersionView content={content} estimate={source.estimate} rules={rules} />,
            },
            {
              key: "versions",
              label: t("form.versions", { count: versions.length }),
              children: <Versions versions={versions} source={source} />,
            },
          ]}
        />
      </Panel>
      {current && <Comments of={current.id} />}
    </DeskPage>
  );
}

/** A question of a contract names its fields in brackets for machines; people read the words. */
function said(reason: string | undefined): string {
  return (reason ?? "").replace(/ \[[^[\]]*\]$/, "");
}

function Amounts({ source, newest }: { source: Source; newest: Version }) {
  const t = useTexts();
  const { head, project, ceilingFen, lastYear, cycle } = source;
  const lastFen = lastYear
    ? contentOfRow(lastYear)
        .lines.flatMap((each) => each.amounts)
        .filter((each) => each.year === (head?.year ?? 0) - 1)
        .reduce((sum, each) => sum + each.amount_fen, 0)
    : null;
  const rows: [string, number | null | undefined][] = [
    [t("requests.total"), newest.total_fen],
    [t("foot.year", { year: head?.year ?? 0 }), head?.year_fen],
    ...(project
      ? [[t("limit.amount_fen"), project.estimate_fen] as [string, number | undefined]]
      : []),
    [t("limit.year_amount_fen"), ceilingFen],
    [t("amounts.lastyear", { year: (head?.year ?? 1) - 1 }), lastFen],
    [t("requests.approved"), head?.approved_version ? head.approved_fen : null],
  ];
  return (
    <Panel title={t("amounts")} more={cycle ? t("choose.year", { year: cycle.year ?? 0 }) : ""}>
      <dl className={css.amounts}>
        {rows.map(([name, fen]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Money fen={fen} unknown={t("amounts.unknown")} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Holder({ current }: { current: CaseRow | undefined }) {
  const t = useTexts();
  const desks = useDesks();
  const ledger = useLedger();
  const names = useNames();
  if (!current || !["open", "asked"].includes(current.state ?? "")) return null;
  const level = (current.levels as CaseLevel[])[current.position ?? 0];
  const since = (current.decisions as CaseDecision[]).at(-1)?.at_ms ?? current.opened_ms ?? 0;
  const offset = ledger?.offset_s ?? 0;
  const isLate =
    current.deadline_ms !== undefined &&
    current.deadline_ms !== null &&
    ledger !== undefined &&
    ledger.time_ms > current.deadline_ms;
  return (
    <Panel title={t("holder")}>
      <div>
        <p>
          {current.state === "asked"
            ? names.organisation(current.organisation)
            : (level?.desks ?? []).map((each) => desks(each.organisation, each.role)).join("、")}
        </p>
        <p className={css.quiet}>{t("holder.since", { time: timeInTable(since, offset) })}</p>
        {typeof current.deadline_ms === "number" && (
          <p className={css.quiet}>
            {isLate ? (
              <strong>
                {t("holder.late", { time: timeInTable(current.deadline_ms, offset) })}
              </strong>
            ) : (
              t("holder.until", { time: timeInTable(current.deadline_ms, offset) })
            )}
          </p>
        )}
      </div>
    </Panel>
  );
}

/** What the contracts decided of the newest version, and by which rows. */
function Reasons({ newest }: { newest: Version }) {
  const t = useTexts();
  const words = useWords();
  const clauses = useClauses("preparation.request");
  const ruling = newest.ruling as Ruling;
  const fired = ruling.rows.map((each) => each.split("/").at(-1) ?? "");
  return (
    <Panel title={t("reasons")}>
      <div>
        <p>
          {t("reasons.verdict", {
            verdict: words("verdict", ruling.verdict),
            clause: ruling.clause,
          })}
        </p>
        <ul className={css.reasons}>
          {fired.map((clause, at) => {
            const found = clauses(clause);
            return (
              <li key={ruling.rows[at]}>
                {clause === "default" ? t("reasons.default") : `${clause} ${found?.text ?? ""}`}
                {found?.laws.map((law) => (
                  <details key={law.name} className={css.small}>
                    <summary>{law.name}</summary>
                    {law.quote}
                  </details>
                ))}
              </li>
            );
          })}
        </ul>
        <p>
          <Link to={`/desk/rules/${ruling.contract}?row=${encodeURIComponent(ruling.clause)}`}>
            {t("reasons.open")}
          </Link>
        </p>
        <details className={css.small}>
          <summary>{t("technical")}</summary>
          <p className="code">{ruling.rows.join(" ")}</p>
          <p className="code">
            {t("reasons.input")} {ruling.input_sha256}
          </p>
        </details>
      </div>
    </Panel>
  );
}

function Course({ cases, versions }: { cases: CaseRow[]; versions: Version[] }) {
  const t = useTexts();
  const words = useWords();
  const names = useNames();
  const desks = useDesks();
  const ledger = useLedger();
  const offset = ledger?.offset_s ?? 0;
  const by = (of: { organisation: string; post: string }): string =>
    `${names.organisation(of.organisation)} ${names.post(of.post)}`;
  const past = [
    ...versions.map((each) => ({
      atMs: each.at_ms ?? 0,
      moment: {
        key: `v${each.version}`,
        state: "done" as const,
        what: t(each.corrects ? "course.corrected" : "course.submitted", {
          version: each.version ?? 0,
        }),
        more: `${by(each.author as Author)} · ${timeInTable(each.at_ms ?? 0, offset)} · ${t("course.page", { height: each.from_height })} · ${each.reason ?? ""}`,
      },
    })),
    ...cases.flatMap((one) =>
      (one.decisions as CaseDecision[]).map((each, at) => ({
        atMs: each.at_ms,
        moment: {
          key: `${one.id}/${at}`,
          state:
            each.answer === "reject" || each.answer === "return"
              ? ("refused" as const)
              : ("done" as const),
          what: `${words("decision", each.answer)}${each.reason ? `：${said(each.reason)}` : ""}`,
          more: `${by(each)} · ${timeInTable(each.at_ms, offset)}`,
        },
      })),
    ),
  ].toSorted((a, b) => b.atMs - a.atMs);
  const [current] = cases;
  const ahead: Moment[] =
    current && current.state === "open"
      ? (current.levels as CaseLevel[])
          .slice(current.position ?? 0)
          .map((each, at) => ({
            key: `ahead${each.name}`,
            state: at === 0 ? ("now" as const) : ("ahead" as const),
            what: each.desks.map((desk) => desks(desk.organisation, desk.role)).join("、"),
            more: words("level", each.name),
          }))
          .toReversed()
      : [];
  return (
    <Panel title={t("course")}>
      <Timeline moments={[...ahead, ...past.map((each) => each.moment)]} />
    </Panel>
  );
}

function Versions({ versions, source }: { versions: Version[]; source: Source }) {
  const t = useTexts();
  const ledger = useLedger();
  const [chosenAfter, setAfter] = useState<number | null>(null);
  const [chosenBefore, setBefore] = useState<number | null>(null);
  const after = chosenAfter ?? versions[0]?.version ?? 0;
  const before = chosenBefore ?? versions[1]?.version ?? 0;
  const find = (version: number) => versions.find((each) => each.version === version);
  const options = versions.map((each) => ({
    value: each.version ?? 0,
    label: `${t("version.n", { version: each.version ?? 0 })} ${timeInTable(each.at_ms ?? 0, ledger?.offset_s ?? 0)}`,
  }));
  const [old, now] = [find(before), find(after)];
  if (versions.length < 2) return <p>{t("versions.one")}</p>;
  return (
    <div className={css.fields}>
      <div className={css.filters}>
        <Select
          aria-label={t("diff.before")}
          value={before}
          onChange={setBefore}
          options={options}
          popupMatchSelectWidth={false}
        />
        <Select
          aria-label={t("diff.after")}
          value={after}
          onChange={setAfter}
          options={options}
          popupMatchSelectWidth={false}
        />
      </div>
      {now?.reason && <p className={css.said}>{now.reason}</p>}
      {old && now && <DifferenceView before={contentOfRow(old)} after={contentOfRow(now)} />}
      {old && (
        <details>
          <summary>{t("version.n", { version: before })}</summary>
          <VersionView
            content={contentOfRow(old)}
            estimate={source.estimate}
            rules={source.cycle ? rulesOf(source.cycle) : null}
          />
        </details>
      )}
    </div>
  );
}
