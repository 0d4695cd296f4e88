import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { Panel } from "../../desk/Panel.tsx";
import { useBetween, useInLanguage } from "../../i18n/texts.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { DEFAULT_ROW, type Fact, type Hook, type Listed, tablesOf } from "./document.ts";
import { FactInput } from "./FactInput.tsx";
import { Grid } from "./Grid.tsx";
import { type Judged, tryFacts } from "./reading.ts";
import css from "./rules.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";
import { factInWords } from "./words.ts";

type Typed = Record<string, Fact | null>;
interface Answer {
  facts: Record<string, Fact>;
  judged: Judged;
}

/** Facts that the reader invents, judged by the ledger; begun from one of the contract's tests. */
export function Trial({ of, hook }: { of: Listed; hook: Hook | undefined }) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const between = useBetween();
  const { inputs, tests } = of.document;
  const [begun, setBegun] = useState(0);
  const [facts, setFacts] = useState<Typed>(tests[0]?.inputs ?? {});
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const wrong = inputs.filter((each) => facts[each.name] == null);
  const begin = (at: number) => {
    setBegun(at);
    setFacts(tests[at]?.inputs ?? {});
    setAnswer(null);
  };
  const change = (name: string, fact: Fact | null) => {
    setFacts({ ...facts, [name]: fact });
    setAnswer(null);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (wrong.length > 0) return;
    setProblem(null);
    try {
      const asked = facts as Record<string, Fact>;
      setAnswer({ facts: asked, judged: await tryFacts(of.id, asked) });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div className={css.block}>
      <Panel title={t("trial.title")}>
        <p>{t("trial.lead")}</p>
        <form onSubmit={(event) => void send(event)}>
          <p>
            <label>
              {t("trial.begin")}{" "}
              <select value={begun} onChange={(event) => begin(Number(event.target.value))}>
                {tests.map((each, at) => (
                  <option key={each.name} value={at}>
                    {each.name}
                  </option>
                ))}
              </select>
            </label>
          </p>
          <table className={css.draft}>
            <tbody>
              {inputs.map((field) => (
                <tr key={`${begun}${field.name}`}>
                  <th scope="row">{voice.name(field.name)}</th>
                  <td>
                    <FactInput
                      field={field}
                      hook={hook}
                      label={voice.name(field.name)}
                      fact={facts[field.name]}
                      change={(fact) => change(field.name, fact)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>
            <Button type="primary" htmlType="submit" aria-disabled={wrong.length > 0}>
              {wrong.length > 0
                ? t("trial.wrong", {
                    names: wrong.map((each) => voice.name(each.name)).join(between),
                  })
                : t("trial.submit")}
            </Button>
          </p>
        </form>
        <PlainProblem problem={problem} />
      </Panel>
      {answer && <Verdict of={of} hook={hook} answer={answer} close={() => setAnswer(null)} />}
    </div>
  );
}

interface VerdictProps {
  of: Listed;
  hook: Hook | undefined;
  answer: Answer;
  close: () => void;
}

function Verdict({ of, hook, answer, close }: VerdictProps) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const { voice } = useVoice(hook);
  const [, setAsked] = useSearchParams();
  const { document } = of;
  const { facts, judged } = answer;
  const outputs = Object.entries(judged.outputs ?? {});
  const unitOf = (name: string) => document.outputs.find((each) => each.name === name)?.unit ?? "";
  const fired = judged.rows.map((each) => each.row);
  return (
    <>
      <Panel title={t("trial.said")}>
        <div role="status">
          {judged.aborted && (
            <p>
              <strong>{t("trial.aborted")}</strong>{" "}
              {inLanguage(judged.aborted.zh, judged.aborted.en)}
            </p>
          )}
          <dl className={css.facts}>
            {outputs.map(([name, value]) => (
              <div key={name}>
                <dt>{voice.name(name)}</dt>
                <dd>
                  <strong>{factInWords(value, unitOf(name), voice)}</strong>
                </dd>
              </div>
            ))}
          </dl>
          {judged.rows.map((each) => (
            <p key={`${each.node}/${each.row}`}>
              <strong>
                {each.row === DEFAULT_ROW ? t("grid.last") : t("trial.row", { row: each.row })}
              </strong>{" "}
              {inLanguage(each.zh, each.en)} {inLanguage(each.remedy_zh, each.remedy_en)}
            </p>
          ))}
          <p className={css.quiet}>{t("trial.note", { height: judged.height })}</p>
        </div>
      </Panel>
      {judged.outputs &&
        tablesOf(document).map((node) => (
          <Grid
            key={node.id}
            document={document}
            node={node}
            hook={hook}
            overlay={{ title: t("trial.title"), fired, facts, close }}
            chosen=""
            choose={(row) => setAsked({ row })}
            used={undefined}
          />
        ))}
    </>
  );
}
