import { useNames } from "../../api/names.ts";
import type { Row } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { type Act, Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import type { ChangedAccount } from "./dealings.ts";
import { useRefusalWords } from "./refusals.ts";
import { usePayTexts } from "./texts.ts";

type Payee = Row<"execution_payees">;

/** Returns what may be done with a payee; without one what may be done with any, to say by whom. */
export function usePayeeActs(): (payee?: Payee) => Act[] {
  const t = usePayTexts();
  const { organisation } = useActing();
  const words = useRefusalWords();
  return (payee) => {
    const id = payee?.id ?? "";
    const subject = payee?.title ?? "";
    const freeze = actOf<"execution.payee.freeze/1">({
      kind: "execution.payee.freeze/1",
      verb: t("payee.freeze"),
      subject,
      fixed: { payee: id },
      intro: t("payee.freeze.intro"),
      words,
    });
    const unfreeze = actOf<"execution.payee.unfreeze/1">({
      kind: "execution.payee.unfreeze/1",
      verb: t("payee.unfreeze"),
      subject,
      fixed: { payee: id },
      intro: t("payee.unfreeze.intro"),
      words,
    });
    const change = actOf<"execution.payee.change/1">({
      kind: "execution.payee.change/1",
      verb: t("payee.change"),
      subject,
      fixed: { payee: id, unit: organisation },
      by: [organisation],
      intro: t("payee.change.intro"),
      words,
    });
    if (!payee) return [freeze, unfreeze, change];
    return [payee.frozen ? unfreeze : freeze, change];
  };
}

/** A party tells a unit that pays it of another account. */
export function OwnAccount({
  agreements,
  told,
}: {
  agreements: Row<"execution_agreements">[];
  told: ChangedAccount[];
}) {
  const t = usePayTexts();
  const names = useNames();
  const words = useRefusalWords();
  const { organisation } = useActing();
  const units = [...new Set(agreements.map((each) => each.unit ?? ""))].filter(Boolean);
  if (units.length === 0) return null;
  return (
    <Panel title={t("account.own")}>
      <ul>
        {told.map((each) => (
          <li key={each.unit}>
            {t(each.counts === each.account ? "account.counts" : "account.waits", {
              unit: names.organisation(each.unit),
              account: each.account,
            })}
          </li>
        ))}
      </ul>
      <Acts
        acts={[
          actOf<"execution.payee.change/1">({
            kind: "execution.payee.change/1",
            by: [organisation],
            fixed: { payee: organisation },
            choices: {
              unit: units.map((each) => ({ value: each, title: names.organisation(each) })),
            },
            intro: t("account.own.intro"),
            words,
          }),
        ]}
      />
    </Panel>
  );
}
