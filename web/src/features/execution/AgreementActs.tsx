import { useState } from "react";
import { useNames } from "../../api/names.ts";
import type { Row } from "../../api/views.ts";
import { useActing, useIsUnit } from "../../app/acting.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { amountText } from "../../parts/amounts.ts";
import { newId } from "../../parts/newId.ts";
import { useYear } from "../procedure/Money.tsx";
import { useLineChoices, usePayeeChoices } from "./choosing.ts";
import type { Whole } from "./dealings.ts";
import { useRefusalWords } from "./refusals.ts";
import { usePayTexts } from "./texts.ts";

/** Puts an agreement before both sides. */
export function Propose() {
  const year = useYear();
  const isUnit = useIsUnit();
  return year !== undefined && isUnit ? <ProposeIn year={year} /> : null;
}

function ProposeIn({ year }: { year: number }) {
  const t = usePayTexts();
  const names = useNames();
  const words = useRefusalWords();
  const { organisation } = useActing();
  const lines = useLineChoices(year);
  const payee = usePayeeChoices("supplier");
  const [id, setId] = useState(() => newId("c"));
  const engineer = names.all
    .filter((each) => each.organisation_kind === "engineer")
    .map((each) => ({ value: each.id, title: names.organisation(each.id) }));
  return (
    <Acts
      acts={[
        actOf<"execution.agreement.propose/1">({
          kind: "execution.agreement.propose/1",
          by: [organisation],
          fixed: { agreement: id },
          choices: { ...lines, payee, engineer },
          rowBegins: {
            years: (at) => ({ year: String(year + at) }),
            milestones: (at) => ({ id: `m${at + 1}` }),
          },
          intro: t("propose.intro"),
          what: (_, body) =>
            t("propose.what", {
              title: String(body.title),
              payee: payee.find((each) => each.value === body.payee)?.title ?? "",
              amount: amountText(Number(body.total_fen)),
            }),
          words,
          done: () => setId(newId("c")),
        }),
      ]}
    />
  );
}

/** What a signed agreement still needs: quota for what it only committed, and its end. */
export function AfterSigning({
  agreement,
  paidFen,
}: {
  agreement: Whole<Row<"execution_agreements">>;
  paidFen: number;
}) {
  const t = usePayTexts();
  const words = useRefusalWords();
  const names = useNames();
  const year = useYear();
  if (agreement.state !== "signed" || year === undefined) return null;
  const { id, title = "" } = agreement;
  // A signature as committed: person, organisation, duty, time.
  const stated = (agreement.record?.settled_by ?? []) as [string, string][];
  const key = `execution/agreement/${id}`;
  const parties = [agreement.unit ?? "", agreement.payee ?? ""];
  return (
    <Panel title={t("after")}>
      {stated.map(([, organisation]) => (
        <p key={organisation}>
          {t("settle.stated", {
            organisation: names.organisation(organisation),
            amount: amountText(Number(agreement.record?.settled_fen)),
            other: names.organisation(parties.find((one) => one !== organisation)),
          })}
        </p>
      ))}
      <Acts
        acts={[
          actOf<"execution.agreement.cover/1">({
            kind: "execution.agreement.cover/1",
            by: parties,
            subject: title,
            fixed: { agreement: id, year },
            intro: t("cover.intro", { year }),
            words,
          }),
          actOf<"execution.agreement.settle/1">({
            kind: "execution.agreement.settle/1",
            by: parties,
            subject: title,
            fixed: { agreement: id },
            begin: { settled_fen: amountText(paidFen) },
            intro: t("settle.intro"),
            ...(agreement.version && { seen: { [key]: agreement.version } }),
            words,
          }),
        ]}
      />
    </Panel>
  );
}
