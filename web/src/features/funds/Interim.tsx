import { Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { useAllLines } from "../execution/choosing.ts";
import { useRefusalWords } from "../execution/refusals.ts";
import { useFundTexts } from "./texts.ts";

/** Interim quota before the vote. */
export function Interim({ year }: { year: number }) {
  const t = useFundTexts();
  const words = useRefusalWords();
  const { line, ...fund } = useAllLines(year);
  // What the line is for is no purpose of the law here.
  const lines = line.map(({ also: { purpose: _, ...also }, ...each }) => ({ ...each, also }));
  return (
    <Panel title={t("interim")}>
      <Acts
        acts={[
          actOf<"execution.interim.grant/1">({
            kind: "execution.interim.grant/1",
            fixed: { year },
            choices: { line: lines, ...fund },
            intro: t("interim.intro", { year }),
            words,
          }),
        ]}
      />
    </Panel>
  );
}
