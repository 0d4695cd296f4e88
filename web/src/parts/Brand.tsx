import css from "./brand.module.css";
import { usePartTexts } from "./texts.ts";

/** The mark and name of the ledger. */
export function Brand({ large = false }: { large?: boolean }) {
  const t = usePartTexts();
  return (
    <span className={`${css.brand} ${large ? css.large : ""}`}>
      <span className={css.mark} aria-hidden="true">
        {t("brand.mark")}
      </span>
      <span className={css.name}>{t("brand")}</span>
    </span>
  );
}

/** One character of an institution's name in a square, instead of an avatar: 医 财 人 审 民. */
export function OfficeSeal({ of }: { of: string }) {
  return (
    <span className={css.office} aria-hidden="true">
      {of}
    </span>
  );
}
