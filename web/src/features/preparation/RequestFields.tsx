import { useInLanguage } from "../../i18n/texts.ts";
import { Money } from "../../parts/Money.tsx";
import type { Form } from "./form.ts";
import css from "./preparation.module.css";
import type { Cycle, Source } from "./source.ts";
import { useTexts } from "./texts.ts";

/** What a request says of itself, beside its sheets. */
export function Basics({
  form,
  change,
  source,
  cycle,
}: {
  form: Form;
  change: (form: Form) => void;
  source: Source;
  cycle: Cycle;
}) {
  const t = useTexts();
  const inLanguage = useInLanguage();
  const { project } = source;
  return (
    <div className={css.fields}>
      <label>
        {t("basics.title")}
        <input
          maxLength={120}
          value={form.title}
          onChange={(event) => change({ ...form, title: event.target.value, title_en: "" })}
        />
      </label>
      <dl className={css.facts}>
        <div>
          <dt>{t("basics.cycle")}</dt>
          <dd>{inLanguage(cycle.title_zh, cycle.title_en)}</dd>
        </div>
        {project && (
          <>
            <div>
              <dt>{t("basics.project")}</dt>
              <dd>
                {inLanguage(project.title_zh, project.title_en)}{" "}
                <span className="code">{project.id}</span>
              </dd>
            </div>
            <div>
              <dt>{t("basics.years")}</dt>
              <dd>
                {project.first_year} – {project.last_year}
              </dd>
            </div>
            <div>
              <dt>{t("limit.amount_fen")}</dt>
              <dd>
                <Money fen={project.estimate_fen} unit="yuan" unknown={t("estimate.none")} />
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>{t("limit.year_amount_fen")}</dt>
          <dd>
            <Money fen={source.ceilingFen} unit="yuan" unknown={t("ceiling.none")} />
          </dd>
        </div>
      </dl>
    </div>
  );
}

export function Reason({
  form,
  change,
  version,
}: {
  form: Form;
  change: (form: Form) => void;
  version: number;
}) {
  const t = useTexts();
  return (
    <div className={css.fields}>
      <label>
        {t(version > 1 ? "reason.again" : "reason")}
        <textarea
          rows={3}
          maxLength={1000}
          aria-invalid={form.reason.trim() === ""}
          value={form.reason}
          onChange={(event) => change({ ...form, reason: event.target.value })}
        />
      </label>
      {form.reason.trim() === "" && <p className={css.wrong}>{t("fault.reason")}</p>}
      <p className={css.quiet}>{t("submit.hint")}</p>
    </div>
  );
}
