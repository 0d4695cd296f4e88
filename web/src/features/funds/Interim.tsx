import { Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { useLineChoices } from "../execution/choosing.ts";
import { useProblemWords } from "../execution/refusals.ts";
import { useFundTexts } from "./texts.ts";

/** Interim quota before the vote. */
export function Interim({ year }: { year: number }) {
  const t = useFundTexts();
  const words = useProblemWords();
  const choices = useLineChoices(year);
  return (
    <Panel title={t("interim")}>
      <Acts
        acts={[
          actOf<"execution.interim.grant/1">({
            kind: "execution.interim.grant/1",
            fixed: { year },
            choices: { line: choices.line ?? [], source: choices.source ?? [] },
            intro: t("interim.intro", { year }),
            words,
          }),
        ]}
      />
    </Panel>
  );
}
