import { Link } from "react-router";
import { useLedger } from "../../api/ledger.ts";
import { useRecordWords } from "../../api/words.ts";
import { Panel } from "../../desk/Panel.tsx";
import { timeInTable } from "../../parts/dates.ts";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useAbout, useWhat } from "./describe.tsx";
import { useFollowing } from "./following.ts";
import { useWorkTexts, worded } from "./texts.ts";
import css from "./work.module.css";
import { addressOf, told, type WorkItem } from "./work.ts";

/** What has happened to what I follow, newest first, and why I am told. */
export function Following() {
  const t = useWorkTexts();
  const found = useFollowing();
  const items = found.data?.told;
  return (
    <Panel
      title={t("following")}
      more={found.data && t("following.more", { count: found.data.follows.length })}
      aside={<Link to="/desk/admin?tab=following">{t("following.choose")}</Link>}
    >
      {found.error ? (
        <PlainProblem problem={found.error} />
      ) : items?.length === 0 ? (
        <p className={css.empty}>
          {t(found.data?.follows.length ? "following.quiet" : "following.none")}
        </p>
      ) : (
        <ul className={`${css.rows} ${css.panelRows}`} aria-busy={items === undefined}>
          {items?.map((each) => (
            <Told
              key={`${each.key}${each.id}`}
              item={each}
              record={found.data?.follows.find((one) => one.about === each.why)?.record}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface ToldProps {
  item: WorkItem;
  /** The record that is followed. */
  record: Record<string, unknown> | null | undefined;
}

function Told({ item, record }: ToldProps) {
  const t = useWorkTexts();
  const ledger = useLedger();
  const words = useRecordWords();
  const what = useWhat();
  const about = useAbout();
  const isNotice = item.kind === "subscribed";
  const state = told(item, "state");
  return (
    <li className={css.row}>
      <span className={css.kind}>{t(isNotice ? "kind.notice" : "kind.followed")}</span>
      <div>
        <strong>
          {isNotice ? worded(t, `notice.${item.notice}`, t("kind.notice")) : what(item)}
        </strong>
        <p>
          {isNotice
            ? what(item)
            : state && t("following.state", { state: words.code("state", state) })}
        </p>
        <p>
          {t(isNotice ? "why.subscribed" : "why.followed")}
          {!isNotice && about(item.why, record ?? null)}
        </p>
      </div>
      <time>{ledger && item.since_ms !== null && timeInTable(item.since_ms, ledger.offset_s)}</time>
      <Link className={css.button} to={addressOf(item)}>
        {t("verb.open")}
      </Link>
    </li>
  );
}
