/** What a failure of the dry run offers: a changed form, tried before it is taken. */
import { amountText } from "../../parts/amounts.ts";
import type { Asked, Remedy } from "./asking.ts";
import type { Failure } from "./checks.ts";
import { type Form, yearKey } from "./form.ts";
import { type Change, cut, undone, weighed, withoutLines } from "./remedies.ts";
import type { useTexts } from "./texts.ts";

interface Mending {
  form: Form;
  years: number[];
  year: number;
  last: Change | null;
  rules: { goal_weight_bp: number };
  t: ReturnType<typeof useTexts>;
  change: (form: Form) => void;
  askedOf: (form: Form) => Asked | null;
}

export function remediesFor(failure: Failure, of: Mending): Remedy[] {
  const { form, years, year, last, t, change, askedOf, rules } = of;
  const remedy = (key: string, label: string, mended: Form): Remedy => ({
    key: `${failure.field}/${key}`,
    label,
    asked: askedOf({ ...mended, reason: mended.reason || t("reason.none") }),
    take: () => change(mended),
  });
  const excess = Number(failure.found) - Number(failure.required);
  switch (failure.field) {
    case "amount_fen":
    case "year_amount_fen": {
      const row = last ? form.lines.findIndex((each) => each.id === last.row) : -1;
      const isOfYear = failure.field === "amount_fen" || last?.key === yearKey(year);
      const back =
        last && row >= 0 && isOfYear
          ? [
              remedy(
                "back",
                t("remedy.back", { row: row + 1, amount: last.before }),
                undone(form, last),
              ),
            ]
          : [];
      const cutTo = cut(form, failure.field === "amount_fen" ? years : [year], excess);
      return [...back, remedy("cut", t("remedy.cut", { amount: amountText(excess) }), cutTo)];
    }
    case "goal_weight_bp":
      return form.indicators.length > 0
        ? [
            remedy(
              "weigh",
              t("remedy.weigh", { sum: rules.goal_weight_bp / 100 }),
              weighed(form, rules.goal_weight_bp),
            ),
          ]
        : [];
    case "lines_forbidden":
      return [remedy("drop", t("remedy.drop"), withoutLines(form, failure.found.split(",")))];
    default:
      return [];
  }
}
