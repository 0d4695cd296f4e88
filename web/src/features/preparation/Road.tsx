import { Panel } from "../../desk/Panel.tsx";
import { type Moment, Timeline } from "../../desk/Timeline.tsx";
import { useLanguage } from "../../i18n/texts.ts";
import { dateInText } from "../../parts/dates.ts";
import { roadOf } from "./checks.ts";
import { type Cycle, deadlinesOf, rulesOf } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useDesks, useWords } from "./words.ts";

const DAY_MS = 86_400_000;

/** 送审后会经过: the levels of the case that would be opened, else those the cycle names. */
export function Road({
  cycle,
  unit,
  department,
  events,
}: {
  cycle: Cycle;
  unit: string;
  department: string;
  /** Of a dry run that passes. */
  events: readonly Record<string, unknown>[] | null;
}) {
  const t = useTexts();
  const words = useWords();
  const desks = useDesks();
  const language = useLanguage();
  const levels = events ? roadOf(events) : null;
  const at: Record<string, string> = {
    unit,
    department,
    bureau: cycle.bureau ?? "",
    government: "",
  };
  const usual = rulesOf(cycle).desks.map((each) => ({
    name: each.level,
    days: each.days,
    desks: [{ organisation: at[each.level] ?? "", role: each.role }],
  }));
  const deadline = deadlinesOf(cycle).find((each) => each.stage === cycle.stage);
  const moments: Moment[] = [
    {
      key: "me",
      state: "now",
      what: t("road.me"),
      more: deadline
        ? t("road.until", { date: dateInText(deadline.day * DAY_MS, 0, language) })
        : "",
    },
    ...(levels ?? usual.filter((each) => each.name !== "government")).map(
      (each): Moment => ({
        key: each.name,
        state: "ahead",
        what: each.desks.map((desk) => desks(desk.organisation, desk.role)).join("、"),
        more: `${words("level", each.name)}${each.days > 0 ? t("road.days", { days: each.days }) : ""}${
          each.name === "unit" ? t("road.notyou") : ""
        }`,
      }),
    ),
  ];
  return (
    <Panel title={t("road")} more={t(levels ? "road.tried" : "road.usual")}>
      <Timeline moments={moments} />
    </Panel>
  );
}
