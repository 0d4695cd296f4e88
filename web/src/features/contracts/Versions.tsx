import { Link } from "react-router";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { Panel } from "../../desk/Panel.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { differenceOf, type RowChange } from "./difference.ts";
import type { Contract, Hook, Listed, RuleRow } from "./document.ts";
import { tablesOf } from "./document.ts";
import { StateMark } from "./marks.tsx";
import css from "./rules.module.css";
import { useRuleTexts, useVoice } from "./texts.ts";
import { conditionInWords, expressionInWords, unitOf } from "./words.ts";

interface VersionsProps {
  of: Listed;
  listed: readonly Listed[];
  hook: Hook | undefined;
}

/** All versions of a contract, what this one changed, and the proposals about them. */
export function Versions({ of, listed, hook }: VersionsProps) {
  const t = useRuleTexts();
  const names = useNames();
  const versions = listed.filter((each) => each.name === of.name);
  const before = listed.find((each) => each.id === of.document.prev);
  const all = useRows("contracts_proposals").data?.rows;
  const own = all?.filter((each) => versions.some((one) => one.id === each.contract));
  return (
    <div className={css.block}>
      <Panel title={t("versions.title")} more={versions.length}>
        <ul className={css.list}>
          {versions.map((each) => (
            <li key={each.id}>
              <Link to={`/desk/rules/${each.id}?tab=versions`}>
                {t("version.from", {
                  version: each.version,
                  date: each.document.effective_from,
                })}
              </Link>
              <StateMark state={each.state} />
              {each.id === of.id && <span className={css.quiet}>{t("this")}</span>}
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("versions.diff", { version: of.version })}>
        {before ? (
          <Changes before={before.document} after={of.document} hook={hook} />
        ) : (
          <p className={css.quiet}>{t("versions.first")}</p>
        )}
      </Panel>
      <Panel title={t("versions.proposals")} more={own?.length || undefined}>
        {own?.length === 0 && <p className={css.quiet}>{t("versions.none")}</p>}
        <ul className={css.list}>
          {own?.map((each) => (
            <li key={each.id}>
              <Link to={`/desk/rules/proposals/${each.id}`}>
                {t(`action.${each.action}` as "action.bind")}
              </Link>
              <strong>{t(`pstate.${each.state}` as "pstate.voting")}</strong>
              <span>
                {t("proposal.by", { organisation: names.organisation(each.organisation) })}
              </span>
              <span>{each.reason}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

interface ChangesProps {
  before: Contract;
  after: Contract;
  hook: Hook | undefined;
}

/** What differs between two versions, in the words of the grid. */
export function Changes({ before, after, hook }: ChangesProps) {
  const t = useRuleTexts();
  const { rows, parts, reordered } = differenceOf(before, after);
  return (
    <>
      {rows.length === 0 && <p>{t("diff.none")}</p>}
      {reordered && <p>{t("diff.order")}</p>}
      {rows.map((each) => (
        <div key={`${each.node}/${each.row}`} className={css.change}>
          <h3>
            {t("grid.row")} {each.row === "default" ? t("grid.last") : each.row} ·{" "}
            {t(`diff.${each.what}`)}
          </h3>
          <Change of={each} before={before} after={after} hook={hook} />
        </div>
      ))}
      {parts.length > 0 && (
        <p>
          {t("diff.parts")}
          {parts.map((each) => t(`part.${each}` as "part.tests")).join(t("comma"))}
        </p>
      )}
    </>
  );
}

function Change({ of, before, after, hook }: ChangesProps & { of: RowChange }) {
  const t = useRuleTexts();
  const { voice } = useVoice(hook);
  const told = useCellTold(after, of.node, hook);
  const toldBefore = useCellTold(before, of.node, hook);
  const row = of.after ?? of.before;
  const cells =
    of.what === "changed"
      ? of.cells
      : [
          ...(row?.when.map((cell, at) => (cell === "-" ? "" : `when[${at}]`)) ?? []),
          ...(row?.then.map((_, at) => `then[${at}]`) ?? []),
          "zh",
        ].filter(Boolean);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{voice.any && t("grid.if")}</th>
          <th scope="col">{t("diff.before")}</th>
          <th scope="col">{t("diff.after")}</th>
        </tr>
      </thead>
      <tbody>
        {cells.map((cell) => (
          <tr key={cell}>
            <th scope="row">{told(cell, of.after ?? of.before).title}</th>
            <td>{of.before && <del>{toldBefore(cell, of.before).words}</del>}</td>
            <td>{of.after && <ins>{told(cell, of.after).words}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useCellTold(document: Contract, nodeId: string, hook: Hook | undefined) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const { voice } = useVoice(hook);
  const node = tablesOf(document).find((each) => each.id === nodeId);
  return (cell: string, row: RuleRow | null): { title: string; words: string } => {
    const [, part, place] = /^(when|then)\[(\d+)\]$/.exec(cell) ?? [];
    const at = Number(place);
    if (part === "when") {
      const expression = node?.when[at] ?? "";
      const unit = unitOf(expression, document.inputs);
      return {
        title: expressionInWords(expression, "", voice),
        words: conditionInWords(row?.when[at] ?? "-", unit, voice),
      };
    }
    if (part === "then") {
      const output = node?.outputs[at];
      return {
        title: voice.name(output?.name ?? ""),
        words: expressionInWords(row?.then[at] ?? "", output?.unit ?? "", voice),
      };
    }
    if (cell === "basis") return { title: t("basis"), words: (row?.basis ?? []).join(t("comma")) };
    const text = row?.[cell as "zh"] ?? "";
    const title = t(`draft.${cell}` as "draft.zh");
    return { title: title || inLanguage(cell, cell), words: text };
  };
}
