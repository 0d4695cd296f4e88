import { Button } from "antd";
import type { ReactNode } from "react";
import { Octagon, Refusal } from "../../desk/Refusal.tsx";
import { Money } from "../../parts/Money.tsx";
import type { Check, Remedy } from "./asking.ts";
import { useTried } from "./asking.ts";
import { askedFor, type Failure, FIELDS, type Field, failuresOf } from "./checks.ts";
import type { Fault, Tab } from "./form.ts";
import css from "./preparation.module.css";
import { useTexts } from "./texts.ts";
import { useClauses, useWords } from "./words.ts";

interface ChecksProps {
  check: Check;
  isStale: boolean;
  faults: readonly Fault[];
  remediesOf: (failure: Failure) => Remedy[];
  go: (tab: Tab) => void;
  /** Whether this is basic expenditure, of which no goals and documents are asked. */
  isBasic: boolean;
}

const OF_PROJECTS: readonly Field[] = [
  "in_project_library",
  "goal_form_present",
  "goal_weight_bp",
  "goal_kinds_missing",
  "documents_missing",
];

/** 边填边查: what fails first and open, what passes in a line each; a ring is asked, not stopped. */
export function Checks({ check, isStale, faults, remediesOf, go, isBasic }: ChecksProps) {
  const t = useTexts();
  const failures = check.at === "refused" ? failuresOf(check.problem.facts) : [];
  const questions = check.at === "passes" ? askedFor(check.events) : [];
  const isKnown = check.at === "passes" || failures.length > 0;
  const failed = new Set([...failures, ...questions].map((each) => each.field));
  const fields = (Object.keys(FIELDS) as Field[]).filter(
    (each) => !(isBasic && OF_PROJECTS.includes(each)),
  );
  const passed = isKnown ? fields.filter((each) => !failed.has(each)) : [];
  return (
    <section className={css.checks} aria-live="polite" aria-busy={isStale}>
      <header>
        <h2>{t("checks")}</h2>
        <span>
          {faults.length > 0
            ? t("checks.faults")
            : isStale
              ? t("checks.asking")
              : check.at === "away"
                ? t("checks.away")
                : failures.length > 0
                  ? t("checks.failed", { count: failures.length, all: fields.length })
                  : check.at === "passes" && questions.length > 0
                    ? t("checks.questions", { count: questions.length, all: fields.length })
                    : check.at === "passes"
                      ? t("checks.passed", { all: fields.length })
                      : t("checks.stopped")}
        </span>
      </header>
      <ul>
        {grouped(faults).map((each) => (
          <li key={each.what} className={css.failing}>
            <Octagon />
            <div>
              <button type="button" className={css.link} onClick={() => go(each.tab)}>
                {each.rows.length > 0 && t("fault.row", { row: each.rows.join("、") })}
                {t(each.what)}
              </button>
            </div>
          </li>
        ))}
        {faults.length === 0 &&
          failures.map((each, at) => (
            <Failing
              key={`${each.clause}${each.field}`}
              failure={each}
              isOpen={at === 0}
              remedies={remediesOf(each)}
              go={go}
            />
          ))}
        {faults.length === 0 && check.at === "refused" && failures.length === 0 && (
          <li className={css.plainRefusal}>
            <Refusal problem={check.problem} small />
          </li>
        )}
        {questions.map((each) => (
          <Asked key={`${each.clause}${each.field}`} failure={each} go={go} />
        ))}
        {faults.length === 0 &&
          passed.map((each) => (
            <li key={each}>
              <span aria-hidden="true">✓</span>
              <div>{t(`passes.${each}`)}</div>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** Faults of a kind are one to read: their rows stand together. */
function grouped(faults: readonly Fault[]): { what: Fault["what"]; tab: Tab; rows: number[] }[] {
  const kinds = [...new Set(faults.map((each) => each.what))];
  return kinds.map((what) => {
    const found = faults.filter((each) => each.what === what);
    const rows = [...new Set(found.flatMap((each) => (each.row ? [each.row] : [])))];
    return { what, tab: found[0]?.tab ?? "lines", rows };
  });
}

function Failing({
  failure,
  isOpen,
  remedies,
  go,
}: {
  failure: Failure;
  isOpen: boolean;
  remedies: Remedy[];
  go: (tab: Tab) => void;
}) {
  const t = useTexts();
  const clause = useClauses("preparation.request")(failure.clause);
  const tab = failure.field ? FIELDS[failure.field] : null;
  return (
    <li className={css.failing}>
      <Octagon />
      <div>
        <strong>
          <Headline failure={failure} />
        </strong>
        {isOpen && <Gap failure={failure} />}
        <p className={css.small}>
          {t("checks.rule", { clause: failure.clause })}
          {clause && `：${clause.text}`}
        </p>
        {isOpen &&
          clause?.laws.map((law) => (
            <details key={law.name} className={css.small}>
              <summary>{t("checks.law", { law: law.name })}</summary>
              {law.quote}
            </details>
          ))}
        {remedies.length > 0 && <Remedies remedies={remedies} />}
        {tab && remedies.length === 0 && (
          <p>
            <button type="button" className={css.link} onClick={() => go(tab)}>
              {t("checks.go", { tab: t(`tab.${tab}`) })}
            </button>
          </p>
        )}
        {failure.field &&
          (failure.field === "amount_fen" || failure.field === "year_amount_fen") && (
            <p className={css.small}>{t(`checks.more.${failure.field}`)}</p>
          )}
      </div>
    </li>
  );
}

function Asked({ failure, go }: { failure: Failure; go: (tab: Tab) => void }) {
  const t = useTexts();
  const tab = failure.field ? FIELDS[failure.field] : null;
  return (
    <li>
      <span aria-hidden="true">○</span>
      <div>
        <Headline failure={failure} />
        <p className={css.small}>
          {t("checks.asked", { clause: failure.clause })}{" "}
          {tab && (
            <button type="button" className={css.link} onClick={() => go(tab)}>
              {t("checks.go", { tab: t(`tab.${tab}`) })}
            </button>
          )}
        </p>
      </div>
    </li>
  );
}

/** The reason in one sentence, with the number. */
function Headline({ failure }: { failure: Failure }): ReactNode {
  const t = useTexts();
  const words = useWords();
  const { field, found, required } = failure;
  if (!field) return t("fails.other", { clause: failure.clause });
  if (field === "amount_fen" || field === "year_amount_fen") {
    return (
      <>
        {t(`fails.${field}`)} <Money fen={Number(found) - Number(required)} unit="yuan" />{" "}
        {t("yuan")}
      </>
    );
  }
  const named = found
    .split(",")
    .map((each) =>
      field === "documents_missing"
        ? words("document", each)
        : field === "goal_kinds_missing"
          ? words("group", each)
          : each,
    )
    .join("、");
  const points = (bp: string): string => String(Number(bp) / 100);
  return field === "goal_weight_bp"
    ? t("fails.goal_weight_bp", { found: points(found), required: points(required) })
    : t(`fails.${field}`, { found: named });
}

function Gap({ failure }: { failure: Failure }) {
  const t = useTexts();
  if (failure.field !== "amount_fen" && failure.field !== "year_amount_fen") return null;
  const [asked, limit] = [Number(failure.found), Number(failure.required)];
  const share = `${Math.max(4, Math.min(96, (limit / asked) * 100))}%`;
  return (
    <div className={css.gap}>
      <div className={css.gapBar} aria-hidden="true">
        <span style={{ width: share }} />
      </div>
      <span>
        {t(`limit.${failure.field}`)} <Money fen={limit} unit="yuan" />
      </span>
      <strong>
        +<Money fen={asked - limit} unit="yuan" />
      </strong>
    </div>
  );
}

function Remedies({ remedies }: { remedies: Remedy[] }) {
  const t = useTexts();
  const tried = useTried(remedies);
  const best = remedies.find((each) => tried.get(each.key) === "passes");
  return (
    <div className={css.remedies}>
      <p>{t("remedies")}</p>
      {remedies.map((each) => (
        <div key={each.key}>
          <Button
            size="small"
            type={each === best ? "primary" : "default"}
            onClick={each.take}
            disabled={each.asked === null}
          >
            {each.label}
          </Button>{" "}
          <span className={css.small}>{t(`tried.${tried.get(each.key) ?? "trying"}`)}</span>
        </div>
      ))}
    </div>
  );
}
