import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { type LedgerFacts, useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable, timeInTable } from "../../parts/dates.ts";
import { save } from "../../parts/download.ts";
import { Money } from "../../parts/Money.tsx";
import { type Figure, figureKey } from "../../parts/proof/figure.ts";
import { SumBadge } from "../../parts/proof/ProofBadge.tsx";
import { ProofPage } from "../../parts/proof/ProofPage.tsx";
import { proofNow } from "../../parts/proof/store.ts";
import { useTitle } from "../../parts/title.ts";
import { FigureFact } from "./FigureFact.tsx";
import { FigureTable } from "./FigureTable.tsx";
import { paidMs } from "./figures.ts";
import { csvOf, jsonOf, type OpenRow } from "./openData.ts";
import { usePayeeName } from "./payees.ts";
import own from "./payments.module.css";
import css from "./portal.module.css";
import { Reading } from "./Reading.tsx";
import { type Figures, useFigures } from "./reading.ts";
import {
  type Chosen,
  chosenOf,
  type Group,
  groupsOf,
  nextStep,
  type Payment,
  paymentsOf,
  STEPS,
  type StepName,
} from "./spending.ts";
import { isKey, useDisclosureTexts } from "./texts.ts";

const SHOWN_AT_ONCE = 50;
/** Decision 0005. */
const LICENCE = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/";

/** What a payment's source, use and payee are called. */
function useStepNames(): (step: StepName, figure: Figure, id: string) => string {
  const t = useDisclosureTexts();
  const inLanguage = useInLanguage();
  const payeeName = usePayeeName();
  return useMemo(() => {
    const sourceName = (id: string): string => {
      const [nature = "", source = ""] = id.split(":");
      const [natureKey, sourceKey] = [`nature.${nature}`, `source.${source}`];
      if (!isKey(natureKey)) return t("source.unnamed");
      return `${t(natureKey)}·${isKey(sourceKey) ? t(sourceKey) : source}`;
    };
    return (step, figure, id) => {
      if (step === "source") return sourceName(id);
      if (step === "payee") return payeeName(figure.payee);
      const [part] = figure.parts;
      return inLanguage(part?.title_zh ?? figure.title_zh, part?.title_en ?? figure.title_en);
    };
  }, [t, inLanguage, payeeName]);
}

/** Every payment, from where its money came to who got it; searched, checked and taken away. */
export function Component() {
  const t = useDisclosureTexts();
  const of = useFigures();
  useTitle(t("spending.title"));
  return (
    <ProofPage figures={of.figures}>
      <section className={css.top}>
        <h1>{t("spending.title")}</h1>
        <p className={css.lead}>{t("spending.text")}</p>
      </section>
      <Reading of={of}>
        <Spending of={of} />
      </Reading>
    </ProofPage>
  );
}

function Spending({ of }: { of: Figures }) {
  const t = useDisclosureTexts();
  const names = useNames();
  const nameOf = useStepNames();
  const [asked, setAsked] = useSearchParams();
  const all = useMemo(
    () =>
      paymentsOf(of.figures, (figure) =>
        [
          figure.title_zh,
          figure.title_en,
          figure.document_number,
          figure.payee?.title,
          figure.payee?.credit_code,
          names.find(figure.organisation)?.name_zh,
          names.find(figure.organisation)?.name_en,
        ].join(" "),
      ),
    [of.figures, names.find],
  );
  const query = asked.get("q") ?? "";
  const year = Number(asked.get("year")) || null;
  const chosen = Object.fromEntries(STEPS.map((step) => [step, asked.get(step) ?? ""])) as Chosen;
  const payments = chosenOf(all, year, chosen, query);
  const step = nextStep(chosen);
  const years = [...new Set(all.map((each) => each.figure.year))].toSorted();
  const put = (name: string, value: string) =>
    setAsked(
      (now) => {
        if (value) now.set(name, value);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  if (!all.length) {
    return (
      <section className={css.block}>
        <p>{t("paid.none")}</p>
      </section>
    );
  }
  return (
    <>
      <section className={css.block}>
        <div className={own.tools}>
          <label className={own.find}>
            {t("spending.find")}
            <input
              type="search"
              maxLength={100}
              placeholder={t("spending.find.hint")}
              value={query}
              onChange={(event) => put("q", event.target.value)}
            />
          </label>
          {years.length > 1 && (
            <fieldset className={css.switch}>
              <legend className="only-read-aloud">{t("year.choose")}</legend>
              <button type="button" aria-pressed={!year} onClick={() => put("year", "")}>
                {t("spending.years")}
              </button>
              {years.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={each === year}
                  onClick={() => put("year", `${each}`)}
                >
                  {each}
                </button>
              ))}
            </fieldset>
          )}
        </div>
        <Way chosen={chosen} all={all} asked={asked} />
        {payments.length > 0 ? (
          <>
            <div className={css.facts}>
              <FigureFact
                title={t("fact.paid")}
                of={payments.map((each) => each.figure)}
                note={t("year.count", { count: payments.length })}
              />
            </div>
            {step && (
              <Groups step={step} groups={groupsOf(payments, step)} asked={asked} nameOf={nameOf} />
            )}
          </>
        ) : (
          <Nothing query={query} />
        )}
      </section>
      {payments.length > 0 && <Rows payments={payments} of={of} nameOf={nameOf} />}
    </>
  );
}

function Nothing({ query }: { query: string }) {
  const t = useDisclosureTexts();
  return (
    <div role="status">
      <p>{query ? t("found.none", { query }) : t("spending.none")}</p>
      <p>
        <Link to="/payments">{t("spending.all")}</Link>
      </p>
    </div>
  );
}

/** The way down to here; each step leads back up to it. */
function Way({
  chosen,
  all,
  asked,
}: {
  chosen: Chosen;
  all: readonly Payment[];
  asked: URLSearchParams;
}) {
  const t = useDisclosureTexts();
  const nameOf = useStepNames();
  const upTo = (count: number): string => {
    const address = new URLSearchParams(asked);
    for (const step of STEPS.slice(count)) address.delete(step);
    return `?${address}`;
  };
  const taken = STEPS.filter((step) => chosen[step]);
  return (
    <nav aria-label={t("spending.way")} className={own.way}>
      <ol>
        <li>
          {taken.length ? (
            <Link to={upTo(0)}>{t("spending.everything")}</Link>
          ) : (
            <strong>{t("spending.everything")}</strong>
          )}
        </li>
        {taken.map((step) => {
          const found = all.find((each) => each[step] === chosen[step]);
          const name = found ? nameOf(step, found.figure, chosen[step]) : chosen[step];
          const isLast = step === taken.at(-1);
          return (
            <li key={step}>
              <span className={own.step}>{t(`step.${step}`)}</span>
              {isLast ? (
                <strong>{name}</strong>
              ) : (
                <Link to={upTo(STEPS.indexOf(step) + 1)}>{name}</Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Groups({
  step,
  groups,
  asked,
  nameOf,
}: {
  step: StepName;
  groups: readonly Group[];
  asked: URLSearchParams;
  nameOf: ReturnType<typeof useStepNames>;
}) {
  const t = useDisclosureTexts();
  const names = useNames();
  const down = (id: string): string => {
    const address = new URLSearchParams(asked);
    address.set(step, id);
    return `?${address}`;
  };
  return (
    <table className={css.table}>
      <caption>{t(`spending.by.${step}`)}</caption>
      <thead>
        <tr>
          <th scope="col">{t(`step.${step}`)}</th>
          <th scope="col" className={css.wide}>
            {t("column.count")}
          </th>
          <th scope="col" className={css.amount}>
            {t("column.amount")}
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((each) => (
          <tr key={each.id}>
            <td>
              <Link to={down(each.id)}>{nameOf(step, each.first, each.id)}</Link>
              <span className={css.note}>
                {step === "use" && names.organisation(each.first.organisation)}
                {step === "payee" && each.first.payee?.credit_code}
              </span>
              <SumBadge figures={each.figures} />
            </td>
            <td className={css.wide}>{each.figures.length}</td>
            <td className={css.amount}>
              <Money fen={each.amount_fen} unit="yuan" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Rows({
  payments,
  of,
  nameOf,
}: {
  payments: readonly Payment[];
  of: Figures;
  nameOf: ReturnType<typeof useStepNames>;
}) {
  const t = useDisclosureTexts();
  const names = useNames();
  const ledger = useLedger();
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const shown = payments.slice(0, most).map((each) => each.figure);
  const unit = (figure: Figure) => ` · ${names.organisation(figure.organisation)}`;
  const rows = (): OpenRow[] =>
    payments.map(({ figure, source, use, payee }) => ({
      date: dateInTable(paidMs(figure), 0),
      year: figure.year,
      unit: figure.organisation,
      unit_name: names.organisation(figure.organisation),
      source: nameOf("source", figure, source),
      use: nameOf("use", figure, use),
      line: use,
      function: figure.parts[0]?.function ?? "",
      economic: figure.parts[0]?.economic ?? "",
      payee: nameOf("payee", figure, payee),
      payee_class: figure.payee?.payee_class ?? "",
      payee_credit_code: figure.payee?.credit_code ?? "",
      amount_fen: figure.amount_fen,
      voucher: figure.document_number,
      record: figureKey(figure.id),
      proof: `${window.location.origin}/api/proofs/records/${figureKey(figure.id)}`,
      checked: proofNow(figure),
    }));
  const take = (write: typeof csvOf, suffix: string, type: string) => {
    if (!ledger) return;
    const text = write(aboutOf(ledger, of.height, t("spending.check")), rows());
    save(new Blob([text], { type }), `${t("spending.title")}.${suffix}`);
  };
  return (
    <section className={css.block}>
      <div className={css.titleRow}>
        <h2>{t("spending.rows")}</h2>
        <div className={own.take}>
          <button type="button" onClick={() => take(csvOf, "csv", "text/csv;charset=utf-8")}>
            {t("spending.csv")}
          </button>
          <button type="button" onClick={() => take(jsonOf, "json", "application/json")}>
            {t("spending.json")}
          </button>
        </div>
      </div>
      <p className={css.note}>{t("spending.licence", { licence: LICENCE })}</p>
      <FigureTable figures={shown} caption={t("spending.rows")} more={unit} />
      {payments.length > most && (
        <p className={own.take}>
          <button type="button" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
            {t("spending.more", { left: payments.length - most })}
          </button>
        </p>
      )}
      <p className={css.note}>{t("paid.payee")}</p>
    </section>
  );
}

function aboutOf(ledger: LedgerFacts, height: number, check: string) {
  const { chain, time_ms, offset_s } = ledger;
  return {
    ledger: chain,
    height,
    time: timeInTable(time_ms, offset_s),
    licence: LICENCE,
    page: window.location.href,
    check,
  };
}
