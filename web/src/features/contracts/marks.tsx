import { useInLanguage } from "../../i18n/texts.ts";
import type { Contract, State } from "./document.ts";
import css from "./rules.module.css";
import { useRuleTexts } from "./texts.ts";

/** Where a contract stands: a tick for what is in force, words for the rest. */
export function StateMark({ state }: { state: State }) {
  const t = useRuleTexts();
  return (
    <span className={`${css.state} ${state === "suspended" ? css.stopped : ""}`}>
      {state === "bound" && <span aria-hidden="true">✓ </span>}
      {t(`state.${state}`)}
    </span>
  );
}

export function percent(bp: number): string {
  return `${(bp / 100).toFixed(2).replace(/\.?0+$/, "")}%`;
}

const BASES_SHOWN = 2;

/** The first legal bases of a contract, and how many there are. */
export function Bases({ document }: { document: Contract }) {
  const t = useRuleTexts();
  const inLanguage = useInLanguage();
  const shown = document.legal.slice(0, BASES_SHOWN).map((each) => inLanguage(each.zh, each.en));
  const count = document.legal.length;
  return (
    <>
      {shown.join(t("comma"))}
      {count > BASES_SHOWN && ` ${t("basis.more", { count })}`}
    </>
  );
}
