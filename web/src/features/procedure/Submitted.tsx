import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useActing } from "../../app/acting.ts";
import { Panel } from "../../desk/Panel.tsx";
import { OfficeSeal } from "../../parts/Brand.tsx";
import { Money } from "../../parts/Money.tsx";
import { useTitles } from "../execution/refusals.ts";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf, itemOf, madeMs } from "./work.ts";

const ON_THE_WAY = ["asked", "routed", "approved", "instructed"];
const DAY_MS = 86_400_000;

interface Sent {
  key: string;
  to: string;
  what: string;
  fen: number | null;
  organisation: string;
  holder: string;
  sinceMs: number | null;
  limitDays: number;
}

/** What the person has submitted and is not over: who has it, since when, who can help. */
export function Submitted() {
  const t = useWorkTexts();
  const sent = useSent();
  const ledger = useLedger();
  const names = useNames();
  return (
    <Panel title={t("submitted")}>
      {sent?.length === 0 ? (
        <p className={css.empty}>{t("submitted.none")}</p>
      ) : (
        <div className={`${css.panelRows} ${css.scroll}`}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t("submitted.what")}</th>
                <th scope="col" className={css.figure}>
                  {t("submitted.amount")}
                </th>
                <th scope="col">{t("submitted.holder")}</th>
                <th scope="col">{t("submitted.since")}</th>
              </tr>
            </thead>
            <tbody>
              {sent?.map((each) => {
                const days =
                  each.sinceMs === null || !ledger
                    ? null
                    : Math.max(0, Math.floor((ledger.time_ms - each.sinceMs) / DAY_MS));
                return (
                  <tr key={each.key}>
                    <td>
                      <Link to={each.to}>{each.what}</Link>
                    </td>
                    <td className={css.figure}>{each.fen !== null && <Money fen={each.fen} />}</td>
                    <td>
                      <span className={css.holder}>
                        <OfficeSeal of={names.character(each.organisation)} />
                        {each.holder}
                      </span>
                    </td>
                    <td>
                      {days === 0
                        ? t("submitted.today")
                        : days !== null && t("submitted.days", { days })}
                      {each.limitDays > 0 && (
                        <p className={css.quiet}>
                          {t("submitted.limit", { days: each.limitDays })}
                        </p>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function useSent(): Sent[] | undefined {
  const t = useWorkTexts();
  const names = useNames();
  const titles = useTitles();
  const { person, organisation } = useActing();
  const payments = useRows("execution_payments", { submitted_by: person }).data?.rows;
  const cases = useRows("procedure_cases", { organisation }).data?.rows;
  if (!payments || !cases) return undefined;
  const own = cases.filter(
    (each) =>
      Array.isArray(each.submitters) &&
      each.submitters.includes(person) &&
      ["open", "asked", "returned"].includes(each.state ?? ""),
  );
  const ofCase = (each: Row<"procedure_cases">): Pick<Sent, "organisation" | "holder"> => {
    if (each.state !== "open") return { organisation, holder: t("holder.me") };
    const [desk = ""] = (each.desks ?? []) as string[];
    const [role = "", at = ""] = desk.split("@");
    const post = names.posts.find(
      (one) => one.organisation === at && (one.roles as string[] | undefined)?.includes(role),
    );
    return {
      organisation: at,
      holder: `${names.organisation(at)} ${names.post(post?.id ?? role)}`,
    };
  };
  const fromCases = own.map((each): Sent => {
    const key = each.subject_key ?? "";
    const item = itemOf(key);
    const payment = payments.find((one) => one.id === each.subject_id);
    const levels = (each.levels ?? []) as { days?: number }[];
    return {
      key: each.id,
      to: addressOf({ ...item, case: each.id }),
      what: worded(t, `what.${each.subject_kind}`, each.subject_kind ?? ""),
      fen: payment?.amount_fen ?? null,
      sinceMs: each.opened_ms ?? null,
      limitDays: levels[each.position ?? 0]?.days ?? 0,
      ...ofCase(each),
    };
  });
  const others = payments.filter(
    (each) =>
      ON_THE_WAY.includes(each.state ?? "") && !own.some((one) => one.subject_id === each.id),
  );
  return [
    ...fromCases,
    ...others.map(
      (each): Sent => ({
        key: each.id,
        to: `/desk/payments/${each.id}`,
        what: `${t("what.payment")} ${titles.payee(each.payee)}`,
        fen: each.amount_fen ?? null,
        organisation: each.state === "instructed" ? bankOf(names) : organisation,
        holder: t(
          each.state === "instructed"
            ? "holder.bank"
            : each.state === "approved"
              ? "holder.bounced"
              : "holder.me",
        ),
        sinceMs: madeMs(each.id),
        limitDays: 0,
      }),
    ),
  ];
}

function bankOf(names: ReturnType<typeof useNames>): string {
  return names.all.find((each) => each.organisation_kind === "agent_bank")?.id ?? "";
}
