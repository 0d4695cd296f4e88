import { Link } from "react-router";
import type { Contract, Hook } from "./document.ts";
import css from "./rules.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";
import { factInWords, type Voice } from "./words.ts";

/** The examples that a contract carries; each passed on every validator before it could stand. */
export function Tests({ document, hook }: { document: Contract; hook: Hook | undefined }) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  return (
    <div className={css.tests}>
      <p>{t("tests.lead")}</p>
      {document.tests.map((each) => (
        <details key={each.name}>
          <summary>
            <strong lang="zh-CN">{each.name}</strong>
            <span>✓ {t("tests.passed")}</span>
            <span className={css.quiet}>
              {t("tests.fires")}
              {t("grid.is")}
              {each.fires
                .map((fired) => (fired.row === "default" ? t("grid.last") : fired.row))
                .join(t("comma"))}
            </span>
          </summary>
          <h3>{t("tests.facts")}</h3>
          <Facts facts={each.inputs} document={document} voice={voice} />
          <h3>{t("tests.expected")}</h3>
          <Facts facts={each.outputs} document={document} voice={voice} />
          <Link to={`?${new URLSearchParams({ test: each.name })}`}>{t("tests.show")}</Link>
        </details>
      ))}
    </div>
  );
}

function Facts({
  facts,
  document,
  voice,
}: {
  facts: Contract["tests"][number]["inputs"];
  document: Contract;
  voice: Voice;
}) {
  const fields = [...document.inputs, ...document.outputs];
  return (
    <dl className={css.facts}>
      {Object.entries(facts).map(([name, fact]) => (
        <div key={name}>
          <dt>{voice.name(name)}</dt>
          <dd>{factInWords(fact, fields.find((each) => each.name === name)?.unit ?? "", voice)}</dd>
        </div>
      ))}
    </dl>
  );
}
