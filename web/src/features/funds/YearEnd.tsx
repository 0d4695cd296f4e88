import { useRows } from "../../api/views.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { Panel } from "../../desk/Panel.tsx";
import { useYear } from "../procedure/Money.tsx";
import { useFundTexts } from "./texts.ts";

/** An ended year that is not closed: what still holds it, and going on once that is finished. */
export function YearEnd({ year }: { year: number }) {
  const t = useFundTexts();
  const now = useYear();
  const row = useRows("funds_years", { id: String(year) }).data?.rows[0];
  if (!row || row.closed || now === undefined || year >= now) return null;
  return (
    <Panel title={t("close")}>
      <p>{t("close.parked", { count: row.parked ?? 0 })}</p>
      <Acts
        acts={[
          actOf<"funds.year.close/1">({
            kind: "funds.year.close/1",
            subject: String(year),
            fixed: { year },
            intro: t("close.intro"),
          }),
        ]}
      />
    </Panel>
  );
}
