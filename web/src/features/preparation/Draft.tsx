import { Button, Select } from "antd";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import type { Body } from "../../api/commands.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { OfficialTable } from "../../desk/OfficialTable.tsx";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { dateInText } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { growth, percent } from "./board.ts";
import { useClasses } from "./classes.ts";
import { FingerprintButton } from "./Fingerprint.tsx";
import css from "./preparation.module.css";
import { contentOfRow } from "./source.ts";
import { useTexts } from "./texts.ts";

const DAY_MS = 86_400_000;

type DraftRow = Row<"preparation_drafts">;
type Resolution = Row<"preparation_resolutions">;
interface Department {
  department: string;
  requests: number;
  amount_fen: number;
}

/** The congress' desk: the draft as one document, the vote on it, and what changed since. */
export function Component() {
  const t = useTexts();
  const [query, setQuery] = useSearchParams();
  const drafts = useRows("preparation_drafts");
  const resolutions = useRows("preparation_resolutions");
  useTitle(t("menuDraft"));
  const problem = drafts.error ?? resolutions.error;
  if (problem) return <PlainProblem problem={problem} />;
  if (!drafts.data || !resolutions.data) return <p>{t("loading")}</p>;
  const years = [...new Set(drafts.data.rows.map((each) => each.year ?? 0))].toSorted(
    (a, b) => b - a,
  );
  const year = years.find((each) => String(each) === query.get("year")) ?? years[0];
  if (year === undefined) {
    return (
      <DeskPage title={t("menuDraft")}>
        <p>{t("draftpage.empty")}</p>
      </DeskPage>
    );
  }
  const newest = newestOf(drafts.data.rows, year);
  if (!newest) return null;
  const resolved = resolutions.data.rows.find((each) => each.year === year);
  return (
    <Document
      key={newest.id}
      draft={newest}
      before={newestOf(drafts.data.rows, year - 1)}
      resolution={resolved}
      years={years}
      choose={(to) => setQuery({ year: String(to) }, { replace: true })}
    />
  );
}

function newestOf(drafts: readonly DraftRow[], year: number): DraftRow | undefined {
  const number = (of: DraftRow): number => Number(of.id.split(":")[1]);
  return drafts.filter((each) => each.year === year).toSorted((a, b) => number(b) - number(a))[0];
}

interface DocumentProps {
  draft: DraftRow;
  before: DraftRow | undefined;
  resolution: Resolution | undefined;
  years: number[];
  choose: (year: number) => void;
}

function Document({ draft, before, resolution, years, choose }: DocumentProps) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const year = draft.year ?? 0;
  const isAdopted = resolution?.adopted === true;
  return (
    <DeskPage
      title={inLanguage(draft.title_zh, draft.title_en)}
      state={
        <>
          {isAdopted
            ? `✓ ${t("draftpage.adopted", { number: resolution?.number ?? "" })}`
            : resolution && resolution.draft === draft.id
              ? t("draftpage.rejected")
              : t("draftpage.waiting")}{" "}
          · {t("draftpage.number", { number: draft.id.split(":")[1] ?? "" })}
        </>
      }
      actions={
        <>
          <Select
            aria-label={t("year")}
            value={year}
            onChange={choose}
            popupMatchSelectWidth={false}
            options={years.map((each) => ({
              value: each,
              label: t("choose.year", { year: each }),
            }))}
          />
          <Button onClick={() => window.print()}>{t("draftpage.print")}</Button>
        </>
      }
      aside={
        <>
          {resolution ? <Vote resolution={resolution} /> : null}
          {!isAdopted && <Resolve draft={draft} />}
          <Panel title={t("technical")}>
            <p className="code">
              {t("draftpage.hash")} {draft.sha256}
            </p>
          </Panel>
        </>
      }
    >
      <DraftTable draft={draft} before={before} />
      <Requests year={year} />
      <Since year={year} isAdopted={isAdopted} />
    </DeskPage>
  );
}

/** By department beside last year, then by function; both must add up to the draft. */
function DraftTable({ draft, before }: { draft: DraftRow; before: DraftRow | undefined }) {
  const t = useTexts();
  const names = useNames();
  const classes = useClasses();
  const inLanguage = useInLanguage();
  const year = draft.year ?? 0;
  const requests = useRows("preparation_requests", { year }).data?.rows ?? [];
  const versions = useRows("preparation_request_versions").data?.rows ?? [];
  const departments = draft.departments as Department[];
  const last = new Map(
    ((before?.departments ?? []) as Department[]).map((each) => [each.department, each.amount_fen]),
  );
  const gone = [...last.keys()].filter((of) => !departments.some((each) => each.department === of));
  const shown = [
    ...departments,
    ...gone.map((department) => ({ department, requests: 0, amount_fen: 0 })),
  ];
  const byFunction = functionsOf(requests, versions, year);
  const functionSum = [...byFunction.values()].reduce((a, b) => a + b, 0);
  const departmentSum = departments.reduce((sum, each) => sum + each.amount_fen, 0);
  const total = draft.total_fen ?? 0;
  const lastTotal = before?.total_fen ?? null;
  const compared = (fen: number, was: number | null) => ({
    now: <Money fen={fen} />,
    before: <Money fen={was} unknown={t("draftpage.nobefore")} />,
    change: <Money fen={was === null ? null : fen - was} unknown={t("draftpage.nobefore")} />,
    percent: was === null ? "—" : percent(growth(was, fen)),
  });
  return (
    <OfficialTable
      title={inLanguage(draft.title_zh, draft.title_en)}
      unit={t("draftpage.unit")}
      columns={[
        { key: "name", title: t("draftpage.item") },
        { key: "requests", title: t("board.requests"), isAmount: true },
        { key: "now", title: t("draftpage.now", { year }), isAmount: true },
        { key: "before", title: t("draftpage.now", { year: year - 1 }), isAmount: true },
        { key: "change", title: t("diff.change"), isAmount: true },
        { key: "percent", title: t("draftpage.percent"), isAmount: true },
      ]}
      rows={[
        ...shown.map((each) => ({
          key: each.department,
          cells: {
            name: names.organisation(each.department),
            requests: each.requests,
            ...compared(each.amount_fen, before ? (last.get(each.department) ?? 0) : null),
          },
        })),
        ...[...byFunction].map(([code, fen]) => ({
          key: `f${code}`,
          isPart: true,
          cells: {
            name: t("draftpage.function", {
              code,
              name: classes.function.find((each) => each.value === code)?.label ?? "",
            }),
            now: <Money fen={fen} />,
          },
        })),
      ]}
      sum={{
        name: t("line.sum"),
        requests: draft.requests,
        ...compared(total, lastTotal),
      }}
      identities={[
        departmentSum === total ? t("identity.departments") : t("identity.departments.not"),
        functionSum === total ? t("identity.functions") : t("identity.functions.not"),
      ]}
      signatures={[t("signature.made"), t("signature.checked")]}
    />
  );
}

/** What the versions that stand in the draft ask for the year, by function. */
function functionsOf(
  requests: readonly Row<"preparation_requests">[],
  versions: readonly Row<"preparation_request_versions">[],
  year: number,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const request of requests) {
    if (!request.approved_version) continue;
    const version = versions.find(
      (each) => each.request === request.id && each.version === request.approved_version,
    );
    for (const line of version ? contentOfRow(version).lines : []) {
      const fen = line.amounts
        .filter((each) => each.year === year)
        .reduce((sum, each) => sum + each.amount_fen, 0);
      found.set(line.function, (found.get(line.function) ?? 0) + fen);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => a.localeCompare(b)));
}

function Requests({ year }: { year: number }) {
  const t = useTexts();
  const names = useNames();
  const inLanguage = useInLanguage();
  const { data } = useRows("preparation_requests", { year });
  const projects = useRows("preparation_projects").data?.rows ?? [];
  const rows = (data?.rows ?? []).filter((each) => (each.approved_version ?? 0) > 0);
  if (rows.length === 0) return null;
  return (
    <Panel title={t("draftpage.requests")} more={String(rows.length)}>
      <ul className={css.choices}>
        {rows.map((each) => {
          const project = projects.find((of) => of.id === each.project);
          return (
            <li key={each.id}>
              <a href={`/desk/requests/${each.id}`}>
                {inLanguage(project?.title_zh, project?.title_en) || t("project.basic")}
              </a>{" "}
              {names.organisation(each.unit)} <Money fen={each.approved_fen} />
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Vote({ resolution }: { resolution: Resolution }) {
  const t = useTexts();
  const language = useLanguage();
  return (
    <Panel title={t("vote")} more={resolution.number ?? ""}>
      <dl className={css.amounts}>
        <div>
          <dt>{t("vote.result")}</dt>
          <dd>{t(resolution.adopted ? "vote.adopted" : "vote.rejected")}</dd>
        </div>
        <div>
          <dt>{t("vote.day")}</dt>
          <dd>{dateInText((resolution.day ?? 0) * DAY_MS, 0, language)}</dd>
        </div>
        {(["deputies", "in_favour", "against", "abstained"] as const).map((each) => (
          <div key={each}>
            <dt>{t(`vote.${each}`)}</dt>
            <dd>{resolution[each]}</dd>
          </div>
        ))}
        <div>
          <dt>{t("vote.total")}</dt>
          <dd>
            <Money fen={resolution.total_fen} />
          </dd>
        </div>
      </dl>
      <details className={css.small}>
        <summary>{t("technical")}</summary>
        <p className="code">SHA-256 {resolution.document_sha256}</p>
      </details>
    </Panel>
  );
}

const VOTES = ["deputies", "in_favour", "against", "abstained"] as const;

/** Enters what the congress resolved; the draft that was seen is named in what is signed. */
function Resolve({ draft }: { draft: DraftRow }) {
  const t = useTexts();
  const names = useNames();
  const acting = useActing();
  const inLanguage = useInLanguage();
  const [number, setNumber] = useState("");
  const [day, setDay] = useState("");
  const [votes, setVotes] = useState<Record<string, string>>({});
  const [paper, setPaper] = useState<{ name: string; sha256: string } | null>(null);
  const [isTold, setTold] = useState(false);
  const [signed, setSigned] = useState<Body<"preparation.resolution.enter/1"> | null>(null);
  if (names.kind(acting.organisation) !== "congress") {
    const congress = names.all.find((each) => each.organisation_kind === "congress");
    return (
      <Panel title={t("resolve")}>
        <p>{t("resolve.who", { congress: inLanguage(congress?.name_zh, congress?.name_en) })}</p>
      </Panel>
    );
  }
  const count = (of: string): number | null => {
    const text = (votes[of] ?? "").normalize("NFKC").trim();
    return /^\d{1,5}$/.test(text) ? Number(text) : null;
  };
  const missing = [
    ...(number.trim() ? [] : [t("number")]),
    ...(day ? [] : [t("vote.day")]),
    ...VOTES.filter((each) => count(each) === null).map((each) => t(`vote.${each}`)),
    ...(paper ? [] : [t("resolve.paper")]),
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing.length > 0 || !paper) return setTold(true);
    setTold(false);
    setSigned({
      year: draft.year ?? 0,
      draft: draft.id,
      number: number.trim(),
      day: Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS),
      votes: {
        deputies: count("deputies") ?? 0,
        in_favour: count("in_favour") ?? 0,
        against: count("against") ?? 0,
        abstained: count("abstained") ?? 0,
      },
      document_sha256: paper.sha256,
    });
  };
  return (
    <Panel title={t("resolve")}>
      <form className={css.fields} onSubmit={submit} noValidate>
        <label>
          {t("number")}
          <input
            maxLength={100}
            value={number}
            aria-invalid={isTold && !number.trim()}
            onChange={(event) => setNumber(event.target.value)}
          />
        </label>
        <label>
          {t("vote.day")}
          <input
            type="date"
            value={day}
            aria-invalid={isTold && !day}
            onChange={(event) => setDay(event.target.value)}
          />
        </label>
        {VOTES.map((each) => (
          <label key={each}>
            {t(`vote.${each}`)}
            <input
              inputMode="numeric"
              value={votes[each] ?? ""}
              aria-invalid={isTold && count(each) === null}
              onChange={(event) => setVotes({ ...votes, [each]: event.target.value })}
            />
          </label>
        ))}
        <FingerprintButton
          label={t("resolve.paper")}
          taken={(found) => setPaper(found[0] ?? null)}
        />
        {paper && <p>✓ {paper.name}</p>}
        {isTold && missing.length > 0 && (
          <p className={css.wrong} role="alert">
            {t("resolve.missing", { fields: missing.join("、") })}
          </p>
        )}
        <div>
          <Button type="primary" htmlType="submit">
            {t("resolve.sign")}
          </Button>
        </div>
      </form>
      {signed && (
        <Sign
          kind="preparation.resolution.enter/1"
          body={signed}
          on={[`preparation/draft/${draft.id}`]}
          what={
            <>
              {t("resolve.what", {
                title: inLanguage(draft.title_zh, draft.title_en),
                favour: signed.votes.in_favour,
                against: signed.votes.against,
                abstained: signed.votes.abstained,
              })}{" "}
              <Money fen={draft.total_fen} unit="yuan" /> {t("yuan")}
            </>
          }
          close={() => setSigned(null)}
        />
      )}
    </Panel>
  );
}

/** What changed since the vote: virements of the year, approvals taken back. */
function Since({ year, isAdopted }: { year: number; isAdopted: boolean }) {
  const t = useTexts();
  const names = useNames();
  const virements = useRows("execution_virements", {}, isAdopted);
  const lines = useRows("funds_lines", {}, isAdopted).data?.rows ?? [];
  const appropriations = useRows("preparation_appropriations", { year }, isAdopted);
  if (!isAdopted) return null;
  const ofYear = (virements.data?.rows ?? []).filter((each) =>
    (each.to_cell ?? "").includes(`:${year}:`),
  );
  const back = (appropriations.data?.rows ?? []).filter((each) => each.reversed);
  const lineOf = (cell: string | undefined): string => {
    const id = (cell ?? "").split(":")[0] ?? "";
    return lines.find((each) => each.id === id)?.title || id;
  };
  return (
    <Panel title={t("since")} more={t("since.more")}>
      {ofYear.length + back.length === 0 ? (
        <p>{t("since.none")}</p>
      ) : (
        <ul className={css.choices}>
          {ofYear.map((each) => (
            <li key={each.id}>
              {t("since.virement", { from: lineOf(each.from_cell), to: lineOf(each.to_cell) })}{" "}
              <Money fen={each.amount_fen} /> · {names.organisation(each.unit)} · {each.reason}
            </li>
          ))}
          {back.map((each) => (
            <li key={each.id}>
              {t("since.reversed", {
                unit: names.organisation(each.unit),
                number: each.reversal_number ?? "",
              })}{" "}
              <Money fen={each.total_fen} /> · {each.reversal_reason}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
