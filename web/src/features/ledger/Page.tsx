import { Link, useParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { DeskPage, Panel } from "../../desk/Panel.tsx";
import { Refusal } from "../../desk/Refusal.tsx";
import { useKinds } from "../../desk/SchemaForm.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { timeInTable } from "../../parts/dates.ts";
import { isLevel, LevelBadge } from "../../parts/LevelBadge.tsx";
import { PlainProblem } from "../../parts/PlainProblem.tsx";
import { useTitle } from "../../parts/title.ts";
import css from "./ledger.module.css";
import { type Command, saveBundle, useBlock } from "./reading.ts";
import { useLedgerTexts } from "./texts.ts";

/** One page: what was done on it, by whom, what was refused and why. */
export function Component() {
  const t = useLedgerTexts();
  const height = Number(useParams().height);
  const ledger = useLedger();
  const block = useBlock(height);
  const of = block.data;
  const title = t("page.title", { height: Number.isFinite(height) ? height : "?" });
  useTitle(title);
  const newest = ledger?.height ?? height;
  const isMissing =
    !Number.isSafeInteger(height) ||
    height < 0 ||
    (block.error instanceof Problem && block.error.status === 404);
  return (
    <DeskPage
      title={title}
      state={
        <>
          <Link to="/desk/ledger">{t("title")}</Link>
          {of && ledger && " · "}
          {of &&
            ledger &&
            t("page.state", {
              time: timeInTable(of.time_ms, ledger.offset_s),
              commands: of.commands,
            })}
        </>
      }
      actions={
        !isMissing && (
          <>
            {height > 0 && <Link to={`/desk/ledger/${height - 1}`}>{t("page.before")}</Link>}
            {height < newest && <Link to={`/desk/ledger/${height + 1}`}>{t("page.after")}</Link>}
          </>
        )
      }
    >
      {isMissing ? <p>{t("page.missing")}</p> : <PlainProblem problem={block.error} />}
      {!of && !block.error && !isMissing && <p aria-live="polite">{t("loading")}</p>}
      {of?.listed.length === 0 && <p>{t("page.empty")}</p>}
      {of?.listed.map((each) => (
        <Done key={each.place} of={each} />
      ))}
      {of && of.automatic > 0 && <p>{t("page.automatic", { count: of.automatic })}</p>}
      {of && (
        <details className={css.detail}>
          <summary>{t("page.detail")}</summary>
          <dl>
            <dt>{t("page.blockHash")}</dt>
            <dd>
              <code>{of.block_hash}</code>
            </dd>
            <dt>{t("page.appHash")}</dt>
            <dd>
              <code>{of.app_hash || "—"}</code>
            </dd>
          </dl>
        </details>
      )}
    </DeskPage>
  );
}

/** One command of a page, as far as the reader may see it. */
function Done({ of }: { of: Command }) {
  const t = useLedgerTexts();
  const inLanguage = useInLanguage();
  const names = useNames();
  const kind = useKinds()?.find((each) => each.kind === of.kind);
  const isOpen = of.post !== undefined;
  return (
    <Panel
      title={kind ? inLanguage(kind.title_zh, kind.title) : of.kind}
      more={t(of.accepted ? "page.accepted" : "page.refused")}
      aside={isLevel(of.alarm) && <LevelBadge level={of.alarm} />}
    >
      <p>
        {t("page.post", {
          organisation: names.organisation(of.organisation),
          post: isOpen ? names.post(of.post) : "",
        })}
      </p>
      {!isOpen && (
        <p className={css.quiet}>
          {of.clause && `${t("refusals.rule", { clause: of.clause })} · `}
          {t("page.hidden")}
        </p>
      )}
      {of.told && (
        <Refusal problem={new Problem(of.told.status, { ...of.told, height: of.height })} />
      )}
      {isOpen && (
        <p>
          <button
            type="button"
            className={css.link}
            onClick={() =>
              void saveBundle(
                `/api/proofs/receipts/${of.height}/${of.place}`,
                `receipt-${of.height}-${of.place}.json`,
              )
            }
          >
            {t("page.receipt")}
          </button>
        </p>
      )}
      {isOpen && (
        <details className={css.detail}>
          <summary>{t("page.detail")}</summary>
          <dl>
            <dt>{t("page.command")}</dt>
            <dd>
              <code>
                {of.kind} {of.id}
              </code>
            </dd>
            <dt>{t("page.receiptHash")}</dt>
            <dd>
              <code>{of.receipt_sha256}</code>
            </dd>
          </dl>
        </details>
      )}
    </Panel>
  );
}
