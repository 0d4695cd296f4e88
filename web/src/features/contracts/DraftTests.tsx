import { Panel } from "../../desk/Panel.tsx";
import { type Contract, type EmbeddedTest, type Finding, type Hook, tablesOf } from "./document.ts";
import { withoutTest, withTest, withTestLike } from "./editing.ts";
import { FactInput } from "./FactInput.tsx";
import css from "./rules.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";

interface DraftTestsProps {
  draft: Contract;
  hook: Hook | undefined;
  findings: readonly Finding[];
  change: (next: Contract) => void;
}

/** The examples of a draft, changed with its rows; those that do not hold are open. */
export function DraftTests({ draft, hook, findings, change }: DraftTestsProps) {
  const t = useRuleTexts();
  return (
    <Panel title={t("draft.tests")} more={draft.tests.length}>
      <div className={css.tests}>
        {draft.tests.map((each, at) => (
          <DraftTest
            // biome-ignore lint/suspicious/noArrayIndexKey: a test's name is being edited; its place is not
            key={at}
            of={each}
            draft={draft}
            hook={hook}
            isWrong={findings.some((found) => found.what.includes(each.name))}
            change={(next) => change(withTest(draft, at, next))}
            copy={() => change(withTestLike(draft, at))}
            remove={() => change(withoutTest(draft, at))}
          />
        ))}
      </div>
    </Panel>
  );
}

interface DraftTestProps {
  of: EmbeddedTest;
  draft: Contract;
  hook: Hook | undefined;
  isWrong: boolean;
  change: (next: EmbeddedTest) => void;
  copy: () => void;
  remove: () => void;
}

function DraftTest({ of, draft, hook, isWrong, change, copy, remove }: DraftTestProps) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const rows = tablesOf(draft).flatMap((node) =>
    [...node.rows.map((row) => row.id), ...(node.default ? ["default"] : [])].map((row) => ({
      node: node.id,
      row,
    })),
  );
  return (
    <details open={isWrong}>
      <summary>
        <strong lang="zh-CN">{of.name}</strong>
        <span className={css.quiet}>
          {t("tests.fires")}
          {t("grid.is")}
          {of.fires
            .map((each) => (each.row === "default" ? t("grid.last") : each.row))
            .join(t("comma"))}
        </span>
      </summary>
      <table className={css.draft}>
        <tbody>
          <tr>
            <th scope="row">{t("draft.test.name")}</th>
            <td>
              <input
                aria-label={t("draft.test.name")}
                value={of.name}
                onChange={(event) => change({ ...of, name: event.target.value })}
              />
            </td>
          </tr>
          {(["inputs", "outputs"] as const).flatMap((part) =>
            draft[part].map((field) =>
              field.name in of[part] ? (
                <tr key={`${part}${field.name}`}>
                  <th scope="row">
                    {part === "outputs" && `${t("tests.expected")} `}
                    {voice.name(field.name)}
                  </th>
                  <td>
                    <FactInput
                      field={field}
                      hook={hook}
                      label={`${of.name} ${voice.name(field.name)}`}
                      fact={of[part][field.name]}
                      change={(fact) => {
                        if (fact === null) return;
                        change({ ...of, [part]: { ...of[part], [field.name]: fact } });
                      }}
                    />
                  </td>
                </tr>
              ) : null,
            ),
          )}
          {of.fires.map((fired, at) => (
            <tr key={fired.node}>
              <th scope="row">{t("tests.fires")}</th>
              <td>
                <select
                  aria-label={`${of.name} ${t("tests.fires")}`}
                  value={`${fired.node}/${fired.row}`}
                  onChange={(event) => {
                    const [node = "", row = ""] = event.target.value.split("/");
                    change({ ...of, fires: of.fires.with(at, { node, row }) });
                  }}
                >
                  {rows.map((each) => (
                    <option key={`${each.node}/${each.row}`} value={`${each.node}/${each.row}`}>
                      {each.row === "default" ? t("grid.last") : each.row}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <button type="button" className={css.link} onClick={copy}>
          {t("draft.test.add")}
        </button>{" "}
        <button type="button" className={css.link} onClick={remove}>
          {t("draft.test.remove")}
        </button>
      </p>
    </details>
  );
}
