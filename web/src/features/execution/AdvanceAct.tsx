import { useActing, useIsUnit } from "../../app/acting.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { amountText } from "../../parts/amounts.ts";
import { useClasses } from "../preparation/classes.ts";
import { useYear } from "../procedure/Money.tsx";
import { useLineChoices, usePayeeChoices } from "./choosing.ts";
import { useRefusalWords } from "./refusals.ts";
import { usePayTexts } from "./texts.ts";

/** Asks for an advance that somebody has to clear. */
export function AdvanceAct() {
  const year = useYear();
  const isUnit = useIsUnit();
  return year !== undefined && isUnit ? <AdvanceIn year={year} /> : null;
}

function AdvanceIn({ year }: { year: number }) {
  const t = usePayTexts();
  const words = useRefusalWords();
  const { organisation } = useActing();
  const lines = useLineChoices(year);
  const holder = usePayeeChoices("person", "unit");
  const economic = useClasses().economic.map((each) => ({
    value: each.value,
    title: `${each.value} ${each.label}`,
  }));
  return (
    <Acts
      acts={[
        actOf<"execution.advance.request/1">({
          kind: "execution.advance.request/1",
          by: [organisation],
          fixed: { year },
          choices: { ...lines, holder, purpose: economic },
          intro: t("advance.intro"),
          what: (_, body) =>
            t("advance.what", {
              holder: holder.find((each) => each.value === body.holder)?.title ?? "",
              amount: amountText(Number(body.amount_fen)),
            }),
          words,
        }),
      ]}
    />
  );
}
