import { type ReactNode, useEffect, useId, useRef } from "react";
import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useInLanguage, useLanguage } from "../../i18n/texts.ts";
import { amountText } from "../amounts.ts";
import { dateInText } from "../dates.ts";
import { toHex } from "../hex.ts";
import { Money } from "../Money.tsx";
import { type Proof, Seal } from "../Seal.tsx";
import { differing } from "./digits.ts";
import type { Figure, Statement } from "./figure.ts";
import { reasonText } from "./judging.ts";
import css from "./panel.module.css";
import { useProvenNames } from "./provenNames.ts";
import { Saved } from "./Saved.tsx";
import { Signatures } from "./Signatures.tsx";
import { type Check, checkAgain, useCheck, useTrust, want } from "./store.ts";
import { TrustForm } from "./TrustForm.tsx";
import { type ProofKey, useProofTexts } from "./texts.ts";
import type { Trust } from "./trust.ts";

const TOLD_FIELDS = [
  "amount_fen",
  "title_zh",
  "title_en",
  "status",
  "parts",
  "steps",
  "year",
  "organisation",
  "sources",
  "document_number",
  "contract",
  "clause",
  "basis_zh",
  "basis_en",
] as const;

/** The check of one figure: its result first, then why, what it shows and does not, and where else. */
export default function ProofPanel({ figure, onClose }: { figure: Figure; onClose: () => void }) {
  const t = useProofTexts();
  const inLanguage = useInLanguage();
  const { trust } = useTrust();
  const check = useCheck(figure);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    if (trust?.state === "ready") want(figure);
  }, [trust, figure]);
  return (
    <section className={`${css.panel} ${css[check.proof]}`} aria-labelledby={id} data-panel>
      <header className={css.head}>
        <div className={css.result}>
          <Seal proof={check.proof} size={44} />
          <div aria-live="polite">
            <h2 id={id} ref={heading} tabIndex={-1}>
              {t(headline(check))}
            </h2>
            <p>{why(check, trust, t)}</p>
          </div>
          <button type="button" className={css.close} aria-label={t("close")} onClick={onClose}>
            ×
          </button>
        </div>
        {check.code === "another-value" && check.signed ? (
          <TwoValues figure={figure} signed={check.signed} check={check} />
        ) : (
          <p className={css.amount}>
            <Money fen={figure.amount_fen} unit="yuan" /> <small>{t("yuan")}</small>
          </p>
        )}
        <p className={css.title}>{inLanguage(figure.title_zh, figure.title_en)}</p>
        <Owner id={figure.organisation} />
      </header>
      {check.proof === "mismatch" && <ToDo figure={figure} />}
      {check.proof === "unchecked" && trust && trust.state !== "ready" && (
        <Part title={t("trust.ask")}>
          <TrustForm />
        </Part>
      )}
      <Part title={t("who")}>
        <Signatures check={check} trust={trust} />
      </Part>
      <Part title={t("believe")}>
        <Believe trust={trust} />
      </Part>
      <Says proof={check.proof} />
      <Part title={t("elsewhere")}>
        <Elsewhere figure={figure} check={check} trust={trust} />
      </Part>
      <Technical figure={figure} check={check} />
    </section>
  );
}

/** Whose figure it is, by the signed name; what this site calls him is told where it is another. */
function Owner({ id }: { id: string }) {
  const t = useProofTexts();
  const claimed = useNames().organisation(id);
  const { proof, name } = useProvenNames([id])(id);
  if (proof === "mismatch") return <p className={css.title}>{t("of.mismatch", { id })}</p>;
  if (!name) return <p className={css.title}>{t("of.unchecked", { id })}</p>;
  return (
    <>
      <p className={css.title}>{t("of", { name, id })}</p>
      {claimed !== name && claimed !== id && (
        <p role="alert" className={css.title}>
          {t("of.another", { claimed, name })}
        </p>
      )}
    </>
  );
}

function Part({ title, pale, children }: { title: string; pale?: boolean; children: ReactNode }) {
  return (
    <section className={pale ? css.pale : undefined}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const LINES = ["1", "2", "3"] as const;

/** What the result shows and what it does not; before there is one, what it would. */
function Says({ proof }: { proof: Proof }) {
  const t = useProofTexts();
  if (proof === "mismatch") {
    return (
      <>
        <Part title={t("says")}>
          <ul className={css.says}>
            <li>{t("broken.1")}</li>
            <li>{t("broken.2")}</li>
          </ul>
        </Part>
        <Part title={t("says.not")} pale>
          <ul className={css.saysNot}>
            <li>{t("broken.not.1")}</li>
            <li>{t("broken.not.2")}</li>
          </ul>
        </Part>
      </>
    );
  }
  const isKnown = proof === "match";
  return (
    <>
      <Part title={t(isKnown ? "says" : "says.if")}>
        <ul className={css.says}>
          {LINES.map((each) => (
            <li key={each}>{t(`says.${each}`)}</li>
          ))}
        </ul>
      </Part>
      <Part title={t(isKnown ? "says.not" : "says.if.not")} pale>
        <ul className={css.saysNot}>
          {LINES.map((each) => (
            <li key={each}>{t(`says.not.${each}`)}</li>
          ))}
        </ul>
      </Part>
    </>
  );
}

const NAMED = ["not-signed", "another-figure", "stale"];

function headline({ proof, code }: Check): ProofKey {
  if (proof !== "mismatch" || code === "another-value") return `head.${proof as Proof}`;
  return NAMED.includes(code) ? (`head.${code}` as ProofKey) : "head.rejected";
}

function why(check: Check, trust: Trust | undefined, t: (key: ProofKey) => string): string {
  if (check.proof !== "unchecked") return t(`${headline(check)}.text` as ProofKey);
  if (trust && trust.state !== "ready") return t(`why.${trust.state}`);
  if (check.code === "no-answer") return t("why.no-answer");
  return t(check.code ? "why.early" : "why.soon");
}

/** Both amounts, the digits in which they differ marked. */
function TwoValues({ figure, signed, check }: { figure: Figure; signed: Statement; check: Check }) {
  const t = useProofTexts();
  const [shown, kept] = differing(amountText(figure.amount_fen), amountText(signed.amount_fen));
  const told = check.differs.map((each) =>
    t(TOLD_FIELDS.some((known) => known === each) ? (`field.${each}` as ProofKey) : "field.other"),
  );
  return (
    <>
      <dl className={css.two}>
        <div>
          <dt>{t("shown")}</dt>
          <dd data-shown>
            <Digits of={shown} wrong />
          </dd>
          <dd>
            <small>{t("shown.note")}</small>
          </dd>
        </div>
        <div>
          <dt>{t("signed")}</dt>
          <dd data-signed>
            <Digits of={kept} />
          </dd>
          <dd>
            <small>{signed.title_zh === figure.title_zh ? "" : signed.title_zh}</small>
          </dd>
        </div>
      </dl>
      <p>{t("differs", { fields: [...new Set(told)].join("、") })}</p>
    </>
  );
}

function Digits({ of, wrong }: { of: { text: string; differs: boolean }[]; wrong?: boolean }) {
  return (
    <span className={css.digits}>
      {of.map(({ text, differs }, at) =>
        differs ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a digit is its place
          <mark key={at} className={wrong ? css.wrong : css.right}>
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </span>
  );
}

function ToDo({ figure }: { figure: Figure }) {
  const t = useProofTexts();
  return (
    <Part title={t("todo")}>
      <ol className={css.todo}>
        <li>{t("todo.1")}</li>
        <li>{t("todo.2")}</li>
        <li>{t("todo.3")}</li>
      </ol>
      <button type="button" className={css.button} onClick={() => void checkAgain(figure)}>
        {t("todo.again")}
      </button>
    </Part>
  );
}

function Believe({ trust }: { trust: Trust | undefined }) {
  const t = useProofTexts();
  const language = useLanguage();
  const { sources } = useTrust();
  if (!trust || !sources.length) return <p>{t("believe.none")}</p>;
  const here = -new Date().getTimezoneOffset() * 60;
  return (
    <>
      <p>{sources.length > 1 ? t("believe.two", { count: sources.length }) : t("believe.one")}</p>
      <ul className={css.sources}>
        {sources.map((each) => (
          <li key={each.from}>
            {t(each.kind === "address" ? "believe.address" : "believe.pasted", {
              from: each.from,
              date: dateInText(each.takenMs, here, language),
            })}
          </li>
        ))}
      </ul>
      {sources.some((each) => each.kind === "pasted") && <p>{t("believe.limit")}</p>}
      <p>
        <Link to="/verify">{t("believe.change")}</Link>
      </p>
    </>
  );
}

function Elsewhere({
  figure,
  check,
  trust,
}: {
  figure: Figure;
  check: Check;
  trust: Trust | undefined;
}) {
  const t = useProofTexts();
  const name = `figure-${figure.id.slice(-12)}.json`;
  if (!check.bundle || trust?.state !== "ready") {
    const path = `/api/proofs/records/disclosure/figure/${encodeURIComponent(figure.id)}`;
    return (
      <p>
        <a href={path} download={name}>
          {t("elsewhere.bundle")}
        </a>
      </p>
    );
  }
  const keys = trust.keys.map((each) => `--key '${each}'`);
  return (
    <>
      <p className={css.downloads}>
        <Saved name={name} content={check.bundle} type="application/json">
          {t("elsewhere.bundle")} <small>{Math.ceil(check.bundle.length / 1024)} kB</small>
        </Saved>
        <Saved name="checkpoint.txt" content={trust.note} type="text/plain">
          {t("elsewhere.note")}
        </Saved>
      </p>
      <p>{t("elsewhere.text")}</p>
      <p>
        <code className={css.command} data-command>
          {["mingzhang verify", name, "--root checkpoint.txt", ...keys].join(" ")}
        </code>
      </p>
    </>
  );
}

function Technical({ figure, check }: { figure: Figure; check: Check }) {
  const t = useProofTexts();
  const language = useLanguage();
  const { trust } = useTrust();
  const rows: [string, string][] = [[t("tech.key"), `disclosure/figure/${figure.id}`]];
  if (check.verified) rows.push([t("tech.header"), toHex(check.verified.headerHash)]);
  if (trust?.state === "ready" && trust.root.head) {
    rows.push([t("tech.root"), toHex(trust.root.head.checkpoint.root)]);
  }
  if (check.bundle) {
    rows.push([t("tech.bytes"), `${check.bundle.length} B`]);
    rows.push([t("tech.took"), t("tech.took.ms", { ms: check.tookMs.toFixed(1) })]);
  }
  if (check.code) rows.push([t("tech.code"), said(check, language)]);
  return (
    <details className={css.tech}>
      <summary>{t("tech")}</summary>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="code">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const OUR_OWN = ["another-value", "no-answer", ...NAMED];

function said({ code, fact }: Check, language: "zh-CN" | "en"): string {
  if (OUR_OWN.includes(code)) return `${code} ${fact}`;
  return `${code}: ${reasonText(code as Parameters<typeof reasonText>[0], language, fact)}`;
}
