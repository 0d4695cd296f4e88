import { useState } from "react";
import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useActing, useRoles } from "../../app/acting.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Octagon } from "../../desk/Refusal.tsx";
import { Sign } from "../../desk/Sign.tsx";
import { useLanguage } from "../../i18n/texts.ts";
import { amountText } from "../../parts/amounts.ts";
import { dateInText, daysLeft, weekday } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import { Alarms } from "./Alarms.tsx";
import { Deadline, useWhat, useWhy } from "./describe.tsx";
import { Following } from "./Following.tsx";
import { Money, Recent } from "./Money.tsx";
import { useWork } from "./reading.ts";
import { Submitted } from "./Submitted.tsx";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf, told, type WorkItem } from "./work.ts";

/** Looked at first: what waits for me, what I sent out, what is wrong, and the money I answer for. */
export function Component() {
  const t = useWorkTexts();
  const work = useWork();
  const roles = useRoles();
  const items = work.data?.items;
  const own = items?.filter((each) => each.kind !== "notice");
  const notices = items?.filter((each) => each.kind === "notice");
  const headline =
    own === undefined
      ? t("headline.loading")
      : own.length === 0
        ? t("headline.none")
        : own.length === 1
          ? t("headline.one")
          : t("headline", { count: own.length });
  useTitle(headline);
  return (
    <DeskPage
      title={headline}
      state={<Today late={own?.filter((each) => isLate(each, work.data?.time_ms)).length ?? 0} />}
      actions={
        <>
          <Link className={css.button} to="/desk/handover">
            {t("handover.link")}
          </Link>
          {roles.includes("unit.clerk") && (
            <Link className={css.button} to="/desk/payments/new">
              {t("payment.new")}
            </Link>
          )}
        </>
      }
      aside={
        <>
          <Money />
          <Recent />
        </>
      }
    >
      <Panel title={t("mine")} more={t("mine.more")}>
        {work.error ? (
          <PlainProblem problem={work.error} />
        ) : own?.length === 0 ? (
          <p className={css.empty}>{t("mine.none")}</p>
        ) : (
          <ul className={`${css.rows} ${css.panelRows}`} aria-busy={own === undefined}>
            {own?.map((each, at) => (
              <Row key={`${each.kind}${each.key}`} item={each} isFirst={at === 0} />
            ))}
          </ul>
        )}
      </Panel>
      <Notices items={notices} />
      <Following />
      <Submitted />
      <Alarms />
    </DeskPage>
  );
}

function isLate(item: WorkItem, now: number | undefined): boolean {
  return now !== undefined && item.until_ms !== null && item.until_ms < now;
}

function Today({ late }: { late: number }) {
  const t = useWorkTexts();
  const language = useLanguage();
  const ledger = useLedger();
  if (!ledger) return null;
  const { time_ms: now, offset_s: offset } = ledger;
  const year = new Date(now + offset * 1_000).getUTCFullYear();
  const closes = Date.UTC(year + 1, 0, 1) - offset * 1_000;
  return (
    <>
      {t("today", {
        date: dateInText(now, offset, language),
        weekday: weekday(now, offset, language),
      })}
      {late > 0 && <> · {t("late", { count: late })}</>} ·{" "}
      {t("year.left", { days: daysLeft(now, closes) })}
    </>
  );
}

function Row({ item, isFirst }: { item: WorkItem; isFirst: boolean }) {
  const t = useWorkTexts();
  const what = useWhat();
  const why = useWhy();
  const verb = worded(t, `verb.${item.kind}`, t("verb.open"));
  return (
    <li className={css.row}>
      {item.kind === "act" ? (
        <span className={css.refused}>
          <Octagon />
          {t("kind.act")}
        </span>
      ) : (
        <span className={css.kind}>{worded(t, `kind.${item.kind}`, item.kind)}</span>
      )}
      <div>
        <strong>{what(item)}</strong>
        <p>{why(item)}</p>
      </div>
      <Deadline until={item.until_ms} />
      <Link className={`${css.button} ${isFirst ? css.first : ""}`} to={addressOf(item)}>
        {verb}
      </Link>
    </li>
  );
}

const SHOWN = 5;

function isNamed(item: WorkItem): boolean {
  return item.notice === "mentioned";
}

function Notices({ items }: { items: WorkItem[] | undefined }) {
  const t = useWorkTexts();
  const names = useNames();
  const { organisation } = useActing();
  const what = useWhat();
  const [signing, setSigning] = useState<WorkItem | null>(null);
  const [isAll, setAll] = useState(false);
  if (items === undefined) return null;
  // Who is named in person is not left behind the institution's notices.
  const ordered = [...items].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
  const shown = isAll ? ordered : ordered.slice(0, SHOWN);
  const title = (item: WorkItem): string => worded(t, `notice.${item.notice}`, t("kind.notice"));
  return (
    <Panel title={t("notices")} more={t("notices.more", { count: items.length })}>
      {items.length === 0 ? (
        <p className={css.empty}>{t("notices.none")}</p>
      ) : (
        <div className={css.panelRows}>
          <ul className={css.rows}>
            {shown.map((each) => (
              <li key={each.id} className={css.row}>
                <span className={css.kind}>{t("kind.notice")}</span>
                <div>
                  <strong>{title(each)}</strong>
                  <p>
                    <Link to={addressOf(each)}>{what(each)}</Link>
                    {told(each, "entered_for") && told(each, "entered_for") !== organisation && (
                      <> · {names.organisation(told(each, "entered_for"))}</>
                    )}
                  </p>
                </div>
                <Deadline until={each.until_ms} />
                <button type="button" className={css.button} onClick={() => setSigning(each)}>
                  {t("notice.sign")}
                </button>
              </li>
            ))}
          </ul>
          {items.length > SHOWN && !isAll && (
            <p className={css.more}>
              <button type="button" className={css.button} onClick={() => setAll(true)}>
                {t("notices.all", { count: items.length })}
              </button>
            </p>
          )}
        </div>
      )}
      {signing?.id && (
        <Sign
          kind="procedure.notice.acknowledge/1"
          body={{ notice: signing.id }}
          what={
            <>
              {t("notice.what", { what: title(signing) })}
              {"amount_fen" in (signing.about ?? {}) && (
                <> {amountText(Number(signing.about?.amount_fen))}</>
              )}
            </>
          }
          close={() => setSigning(null)}
        />
      )}
    </Panel>
  );
}
