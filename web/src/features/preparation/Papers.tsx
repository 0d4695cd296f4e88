import { Button, Select } from "antd";
import { FingerprintButton } from "./Fingerprint.tsx";
import type { Document, Form } from "./form.ts";
import css from "./preparation.module.css";
import type { CycleRules, Project } from "./source.ts";
import { useTexts } from "./texts.ts";
import { useWords } from "./words.ts";

const KNOWN = ["feasibility", "ex_ante", "survey", "estimate", "price", "configuration", "other"];
const DOCUMENTS_MAX = 32;

/** Basis documents: what each is, its title, its fingerprint. The file stays with its owner. */
export function Papers({
  form,
  change,
  rules,
  project,
}: {
  form: Form;
  change: (form: Form) => void;
  rules: CycleRules;
  project: Project | undefined;
}) {
  const t = useTexts();
  const words = useWords();
  const kinds = [...new Set([...rules.project_documents, ...KNOWN])];
  const inLibrary = ((project?.documents ?? []) as Document[]).filter(
    (each) => !form.documents.some((is) => is.sha256 === each.sha256),
  );
  const missing = project
    ? rules.project_documents.filter(
        (kind) => !form.documents.some((each) => each.document_kind === kind),
      )
    : [];
  const set = (at: number, to: Partial<Document>) =>
    change({
      ...form,
      documents: form.documents.map((each, place) => (place === at ? { ...each, ...to } : each)),
    });
  return (
    <div className={css.fields}>
      <p className={missing.length > 0 ? css.wrong : css.quiet}>
        {missing.length > 0
          ? t("documents.missing", {
              kinds: missing.map((each) => words("document", each)).join("、"),
            })
          : t("documents.whole", { count: form.documents.length })}
      </p>
      {form.documents.length > 0 && (
        <ul className={css.papers}>
          {form.documents.map((each, at) => (
            <li key={each.sha256}>
              <Select
                aria-label={t("document.kind")}
                value={each.document_kind}
                onChange={(document_kind) => set(at, { document_kind })}
                popupMatchSelectWidth={false}
                options={[...new Set([...kinds, each.document_kind])].map((kind) => ({
                  value: kind,
                  label: words("document", kind),
                }))}
              />
              <input
                aria-label={t("document.title")}
                maxLength={200}
                value={each.title}
                onChange={(event) => set(at, { title: event.target.value })}
              />
              <Button
                onClick={() =>
                  change({ ...form, documents: form.documents.filter((_, place) => place !== at) })
                }
              >
                {t("document.drop")}
              </Button>
              <details>
                <summary>{t("technical")}</summary>
                <span className="code">SHA-256 {each.sha256}</span>
              </details>
            </li>
          ))}
        </ul>
      )}
      {inLibrary.length > 0 && (
        <p>
          <Button onClick={() => change({ ...form, documents: [...form.documents, ...inLibrary] })}>
            {t("documents.library", { count: inLibrary.length })}
          </Button>
        </p>
      )}
      <FingerprintButton
        label={t("documents.add")}
        many
        taken={(found) => {
          const known = new Set(form.documents.map((each) => each.sha256));
          const fresh = found
            .filter((each) => !known.has(each.sha256))
            .map((each) => ({
              document_kind: missing[0] ?? "other",
              title: each.name.replace(/\.[^.]{1,8}$/, "").slice(0, 200) || each.name,
              sha256: each.sha256,
            }));
          change({
            ...form,
            documents: [...form.documents, ...fresh].slice(0, DOCUMENTS_MAX),
          });
        }}
      />
    </div>
  );
}
