/** An item of work in words: what it is, why it is mine, until when. */
import type { ReactNode } from "react";
import { useLedger } from "../../api/ledger.ts";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable, daysLeft } from "../../parts/dates.ts";
import { Money } from "../../parts/Money.tsx";
import { useRefusalWords, useTitles } from "../execution/refusals.ts";
import { useWorkTexts, type WorkKey, worded } from "./texts.ts";
import css from "./work.module.css";
import { itemOf, told, type WorkItem } from "./work.ts";

const NAMED: Record<string, WorkKey> = {
  "execution/breach": "what.breach",
  "execution/payment": "what.payment",
  "preparation/request": "what.request",
  "execution/virement": "what.virement",
  "execution/agreement": "what.agreement",
  "execution/nonconformity": "what.nonconformity",
  "preparation/project": "what.project",
  "preparation/estimate": "what.estimate",
  "procedure/case": "what.case",
  "procedure/comment": "what.comment",
};

/** What is followed, in words: a kind of notice, or a record with its title. */
export function useAbout(): (about: string, record: Record<string, unknown> | null) => ReactNode {
  const t = useWorkTexts();
  const what = useWhat();
  return (about, record) =>
    about.includes("/")
      ? what(itemOf(about, record))
      : t("subscriptions.kind", { kind: worded(t, `notice.${about}`, about) });
}

export function useWhat(): (item: WorkItem) => ReactNode {
  const t = useWorkTexts();
  const titles = useTitles();
  const inLanguage = useInLanguage();
  return (item) => {
    const path = item.key.split("/").slice(0, 2).join("/");
    const fen = item.about?.amount_fen ?? item.about?.increase_fen ?? item.about?.total_fen;
    const amount = typeof fen === "number" && (
      <>
        {" "}
        <Money fen={fen} />
      </>
    );
    const payee = told(item, "payee");
    if (path === "execution/milestone" || path === "execution/change") {
      const values = { title: told(item, "title"), milestone: told(item, "milestone") };
      const isChange = path === "execution/change";
      return (
        <>
          {t(isChange ? "what.change" : "what.milestone", values)}
          {isChange && amount}
        </>
      );
    }
    if (path === "execution/account") {
      return t("what.account", { payee: titles.payee(payee) });
    }
    if (path === "execution/quota_document") {
      return (
        <>
          {t("what.quota", { number: told(item, "number") })}
          {amount}
        </>
      );
    }
    if (path === "procedure/case") {
      const kind = told(item, "subject_kind");
      return t("what.case.of", { about: worded(t, `what.${kind}`, kind) });
    }
    const name = NAMED[path];
    const title = told(item, "title") || inLanguage(told(item, "title_zh"), told(item, "title_en"));
    return (
      <>
        {name ? t(name) : t("what.other", { key: item.key })}
        {title && path !== "execution/breach" && ` ${title}`}
        {amount}
        {payee && ` · ${titles.payee(payee)}`}
      </>
    );
  };
}

export function useWhy(): (item: WorkItem) => ReactNode {
  const t = useWorkTexts();
  const inLanguage = useInLanguage();
  const words = useRefusalWords();
  return (item) => {
    const key = `why.${item.kind}` as WorkKey;
    const reason = t(key, { why: item.why });
    const facts = (item.about?.facts ?? {}) as Record<string, unknown>;
    const refused =
      words({ code: told(item, "code"), facts })?.title ??
      inLanguage(told(item, "title_zh"), told(item, "title"));
    return item.kind === "act" && refused ? `${refused}。${reason}` : reason;
  };
}

/** How long is left, and the day. */
export function Deadline({ until }: { until: number | null }) {
  const t = useWorkTexts();
  const ledger = useLedger();
  if (until === null || !ledger) return <span className={css.quiet}>{t("until.none")}</span>;
  const days = daysLeft(ledger.time_ms, until);
  // The last moment of a working day is written as the next day's midnight.
  const day = dateInTable(until - 1, ledger.offset_s);
  return (
    <div>
      <strong>
        {days < 0
          ? t("until.late", { days: -days })
          : days <= 1
            ? t("until.today")
            : t("until.left", { days })}
      </strong>
      <p>{day}</p>
    </div>
  );
}
