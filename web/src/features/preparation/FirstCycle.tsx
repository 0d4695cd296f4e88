import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { textOfRows } from "../../desk/schema.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { STAGES } from "./board.ts";
import standard from "./standard.json";
import { useTexts } from "./texts.ts";

/** The first cycle of a jurisdiction: its rules are those of the law until they are changed here. */
export function FirstCycle() {
  const t = useTexts();
  const names = useNames();
  const ledger = useLedger();
  const inLanguage = useInLanguage();
  const roles = useRows("identity_roles").data?.rows ?? [];
  if (!ledger) return null;
  const year = new Date(ledger.time_ms + ledger.offset_s * 1_000).getUTCFullYear() + 1;
  const units = names.all.filter((each) => each.organisation_kind === "unit");
  const goalKinds = standard.goal_kinds.map(({ zh, en, ...each }) => ({
    ...each,
    "titles.zh": zh,
    "titles.en": en,
  }));
  return (
    <Acts
      acts={[
        actOf<"preparation.cycle.open/1">({
          kind: "preparation.cycle.open/1",
          begin: {
            year: String(year),
            "titles.zh": t("open.title", { year }),
            "titles.en": `Budget of ${year}`,
            deadlines: textOfRows(STAGES.map((stage) => ({ stage }))),
            required_units: units.map((each) => each.id).join("\n"),
            "rules.goal_weight_bp": standard.goal_weight_percent,
            "rules.goal_kinds": textOfRows(goalKinds),
            "rules.required_groups": standard.required_groups.join("\n"),
            "rules.project_documents": standard.project_documents.join("\n"),
            "rules.desks": textOfRows(standard.desks),
            "rules.department_days": standard.department_days,
            "rules.unit_days": standard.unit_days,
            "rules.sources": standard.sources.join("\n"),
          },
          choices: {
            required_units: units.map((each) => ({
              value: each.id,
              title: names.organisation(each.id),
            })),
            "rules.desks.role": roles.map((each) => ({
              value: each.id,
              title: inLanguage(each.title_zh, each.title_en),
            })),
          },
          intro: t("open.first"),
          what: (_, body) => t("open.what", { year: Number(body.year) }),
        }),
      ]}
    />
  );
}
