import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useRecordWords } from "../../api/words.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import type { Choice } from "../../desk/Asked.tsx";
import { DataTable } from "../../desk/DataTable.tsx";
import { useBetween } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { useFundChoices } from "../execution/choosing.ts";
import { useClasses } from "../preparation/classes.ts";
import { useFundTexts } from "./texts.ts";

interface Limit {
  point: "intention" | "contract" | "payment";
  horizon: "year" | "plan_to_date";
  mode: "stop" | "warn";
  amount_fen: number;
  basis: string;
}
interface Standing extends Limit {
  of: Row<"funds_patterns">;
}

const COUNTED = { intention: "held_fen", contract: "contracted_fen", payment: "paid_fen" } as const;

/** Limits over lines of a year by unit, function, source and project, and what they count. */
export function Limits({ year }: { year: number }) {
  const t = useFundTexts();
  const between = useBetween();
  const words = useRecordWords();
  const names = useNames();
  const classes = useClasses();
  const fundChoices = useFundChoices();
  const found = useRows("funds_patterns", { year });
  const demand = useRows("funds_demands", { id: String(year) }).data?.rows[0];
  const required = (demand?.required ?? []) as string[];
  const lines = useRows("funds_lines").data?.rows ?? [];
  const cells = useRows("funds_cells", { year }).data?.rows ?? [];
  const rows = found.data?.rows.flatMap((of) =>
    ((of.limits ?? []) as Limit[]).map((each): Standing => ({ ...each, of })),
  );
  const each = (name: "unit_code" | "function" | "project", title: (line: Line) => string) =>
    onceEach(lines.map((line) => ({ value: line[name] ?? "", title: title(line) })));
  const unit = each("unit_code", (line) => names.organisation(line.unit));
  const functions = each("function", (line) => {
    const label = classes.function.find((one) => one.value === line.function)?.label;
    return `${line.function} ${label ?? ""}`;
  });
  const project = each("project", (line) => line.project ?? "");
  const source = fundChoices(cells).source ?? [];
  const scope = (of: Row<"funds_patterns">): string => {
    const parts: [string | undefined, Choice[] | readonly Choice[]][] = [
      [of.unit, unit],
      [of.function, functions],
      [of.source, source],
      [of.project, project],
    ];
    const told = parts.flatMap(([code, choices]) =>
      code && code !== "*" ? [choices.find((one) => one.value === code)?.title ?? code] : [],
    );
    return told.join(between) || t("limits.all");
  };
  return (
    <>
      <DataTable<Standing>
        name={t("limits")}
        isTitled
        rows={rows}
        height={found.data?.height}
        problem={found.error}
        rowKey={(row) => `${row.of.id}${row.point}${row.horizon}${row.mode}`}
        empty={t("limits.none", { year })}
        columns={[
          {
            key: "scope",
            title: t("limits"),
            width: 230,
            isFixed: true,
            show: (row) => scope(row.of),
          },
          {
            key: "point",
            title: t("limits.point"),
            show: (row) => words.code("point", row.point),
          },
          {
            key: "horizon",
            title: t("limits.horizon"),
            show: (row) => words.code("horizon", row.horizon),
          },
          { key: "mode", title: t("limits.mode"), show: (row) => words.code("mode", row.mode) },
          {
            key: "amount",
            title: t("column.amount"),
            isRight: true,
            show: (row) => (row.horizon === "year" ? amountText(row.amount_fen) : "—"),
          },
          {
            key: "counted",
            title: t("limits.counted"),
            isRight: true,
            show: (row) =>
              row.of.complete ? amountText(row.of[COUNTED[row.point]] ?? 0) : t("limits.counting"),
          },
          { key: "basis", title: t("limits.basis"), width: 200 },
          {
            key: "act",
            title: t("column.act"),
            width: 90,
            show: (row) => (
              <Acts
                isInRow
                acts={[
                  actOf<"funds.limit.lift/1">({
                    kind: "funds.limit.lift/1",
                    verb: t("limits.lift"),
                    subject: `${scope(row.of)} ${words.code("point", row.point)}`,
                    fixed: {
                      pattern: row.of.id,
                      point: row.point,
                      horizon: row.horizon,
                      mode: row.mode,
                    },
                    intro: t("limits.lift.intro"),
                  }),
                ]}
              />
            ),
          },
        ]}
      />
      {required.length > 0 && (
        <p>
          {t("limits.required", {
            year,
            points: required.map((one) => words.code("point", one)).join(between),
          })}
        </p>
      )}
      <Acts
        acts={[
          actOf<"funds.limit.set/1">({
            kind: "funds.limit.set/1",
            fixed: { year },
            choices: { unit, function: functions, source, project },
            intro: t("limits.set.intro", { year }),
          }),
          actOf<"funds.limit.require/1">({
            kind: "funds.limit.require/1",
            fixed: { year },
            intro: t("limits.require.intro", { year }),
          }),
        ]}
      />
    </>
  );
}

type Line = Row<"funds_lines">;

function onceEach(choices: Choice[]): Choice[] {
  return [...new Map(choices.filter((one) => one.value).map((one) => [one.value, one])).values()];
}
