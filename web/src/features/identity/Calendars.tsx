import { type Row, useRows } from "../../api/views.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { useAdminTexts } from "./adminTexts.ts";

/** Tables of holidays, from which working days follow. */
export function Calendars() {
  const t = useAdminTexts();
  const told = useRows("identity_calendars");
  const days = (value: unknown) =>
    t("calendar.days", { count: ((value ?? []) as number[]).length });
  return (
    <>
      <DataTable<Row<"identity_calendars">>
        name={t("tab.calendar")}
        rows={told.data?.rows}
        height={told.data?.height}
        problem={told.error}
        rowKey={(each) => each.id}
        to={(each) => `/desk/records/identity/calendar/${each.id}`}
        columns={[
          { key: "id", title: t("calendar.year"), width: 100, order: (each) => each.id },
          { key: "holidays", title: t("calendar.holidays"), show: (each) => days(each.holidays) },
          { key: "workdays", title: t("calendar.workdays"), show: (each) => days(each.workdays) },
          { key: "source", title: t("calendar.source"), width: 320 },
        ]}
        empty={t("calendar.none")}
      />
      <Acts
        acts={[
          actOf<"identity.calendar.set/1">({
            kind: "identity.calendar.set/1",
            verb: t("calendar.set"),
          }),
        ]}
      />
    </>
  );
}
