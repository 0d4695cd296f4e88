import type { ReactNode } from "react";
import { Link } from "react-router";
import { Problem } from "../api/client.ts";
import { useNames } from "../api/names.ts";
import { useInLanguage } from "../i18n/texts.ts";
import { Money } from "../parts/Money.tsx";
import { PlainProblem } from "../parts/PlainProblem.tsx";
import { useNamed } from "./named.ts";
import css from "./refusal.module.css";
import { useDeskTexts } from "./texts.ts";
import { withNames } from "./told.ts";

const CLAUSE = /^[A-Z]\d+/;

/**
 * The card of a refusal: the reason in one sentence, what did not happen, where it falls short, by
 * which rule, what to do, who can help. `children` are remedies, each tried by dry run beforehand.
 */
export function Refusal({
  problem,
  small = false,
  words,
  children,
}: {
  problem: unknown;
  /** The reason and the advice in the words of the room, with names for ids. */
  words?: { title: string; advice: string } | null;
  /** As a check while typing. */
  small?: boolean;
  children?: ReactNode;
}) {
  const t = useDeskTexts();
  const inLanguage = useInLanguage();
  const named = useNamed();
  if (problem === null || problem === undefined) return null;
  if (!(problem instanceof Problem) || problem.code.startsWith("GAT")) {
    return <PlainProblem problem={problem} />;
  }
  const { facts } = problem;
  const told = (text: string) => withNames(text, facts, named);
  const clause = typeof facts.clause === "string" && CLAUSE.test(facts.clause) ? facts.clause : "";
  const recorded = typeof problem.body.height === "number" ? problem.body.height : null;
  const who = Array.isArray(facts.who) ? facts.who.map(String) : [];
  return (
    <div role={small ? "status" : "alert"} className={`${css.card} ${small ? css.small : ""}`}>
      <div className={css.head}>
        <Octagon />
        <div>
          <h2>{words?.title ?? told(inLanguage(problem.title_zh, problem.title_en))}</h2>
          {!small && (
            <p>
              {problem.code === "KER-00"
                ? t("refusal.ours")
                : recorded !== null
                  ? t("refusal.nothing.recorded", { height: recorded })
                  : t("refusal.nothing")}
            </p>
          )}
        </div>
      </div>
      <dl>
        <Gap facts={facts} />
        {clause && (
          <Line term={t("refusal.rule")}>
            <strong>{t("refusal.rule.clause", { clause })}</strong>{" "}
            {typeof facts.contract_sha256 === "string" && (
              <Link to={`/desk/rules/${facts.contract_sha256}?row=${encodeURIComponent(clause)}`}>
                {t("refusal.rule.open")}
              </Link>
            )}
          </Line>
        )}
        <Line term={t("refusal.do")}>
          <p>{words?.advice ?? told(inLanguage(problem.detail_zh, problem.detail_en))}</p>
          {children}
        </Line>
        {who.length > 0 && (
          <Line term={t("refusal.who")}>
            <Helpers who={who} />
          </Line>
        )}
      </dl>
      <small>{t("refusal.code", { code: problem.code })}</small>
    </div>
  );
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className={css.line}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Draws what was asked against what is left, where the refusal says both. */
function Gap({ facts }: { facts: Record<string, unknown> }) {
  const t = useDeskTexts();
  const asked = facts.asked_fen;
  const left = facts.left_fen ?? facts.limit_fen;
  if (typeof asked !== "number" || typeof left !== "number" || asked <= left) return null;
  const share = `${Math.max(4, Math.min(96, (left / asked) * 100))}%`;
  return (
    <Line term={t("refusal.gap")}>
      <div className={css.figures}>
        <span>
          {t("refusal.gap.asked")}
          <Money fen={asked} unit="yuan" size="large" />
        </span>
        <span>
          {t("refusal.gap.left")}
          <Money fen={left} unit="yuan" size="large" />
        </span>
        <span className={css.short}>
          {t("refusal.gap.short")}
          <Money fen={asked - left} unit="yuan" size="large" />
        </span>
      </div>
      <div className={css.bar} aria-hidden="true">
        <span style={{ width: share }} />
      </div>
    </Line>
  );
}

/** Posts, roles or rights as `name@organisation`, in words: of a role, the posts that have it. */
export function Helpers({ who }: { who: readonly string[] }) {
  const names = useNames();
  const named = useNamed();
  const told = (each: string): string => {
    const [role = "", organisation] = each.split("@");
    const posts = names.posts
      .filter((post) => post.organisation === organisation)
      .filter((post) => Array.isArray(post.roles) && post.roles.includes(role))
      .map((post) => names.post(post.id));
    if (posts.length === 0) return named(each);
    return `${names.organisation(organisation)} ${posts.join(" / ")}`;
  };
  return (
    <ul className={css.who}>
      {who.map((each) => (
        <li key={each}>{told(each)}</li>
      ))}
    </ul>
  );
}

export function Octagon() {
  return (
    <svg className={css.octagon} viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
      <path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z" fill="currentColor" />
      <path d="M4 8h8" stroke="#fff" strokeWidth="2" />
    </svg>
  );
}
