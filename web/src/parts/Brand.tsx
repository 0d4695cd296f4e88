import css from "./brand.module.css";

/** The mark and name of the ledger. */
export function Brand({ large = false }: { large?: boolean }) {
  return (
    <span className={`${css.brand} ${large ? css.large : ""}`}>
      <span className={css.mark} aria-hidden="true">
        明
      </span>
      <span className={css.name}>明账</span>
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
