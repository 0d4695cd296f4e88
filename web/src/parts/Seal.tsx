import css from "./seal.module.css";

/** What is known of a figure: checked and the same, checked and another, not checked, being checked. */
export type Proof = "match" | "mismatch" | "unchecked" | "checking";

/** The seal-shaped mark of proof: whole with a tick, cracked in two, or dashed and empty. */
export function Seal({ proof, size = 16 }: { proof: Proof; size?: number }) {
  return (
    <svg
      className={`${css.seal} ${css[proof]}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {proof === "match" && (
        <>
          <rect x="0.5" y="0.5" width="15" height="15" rx="2" className={css.solid} />
          <rect x="2.5" y="2.5" width="11" height="11" className={css.frame} />
          <path d="M5 8.2 7.2 10.4 11.2 5.8" className={css.tick} />
        </>
      )}
      {proof === "mismatch" && (
        <>
          <path d="M1 2 Q1 1 2 1 H9 L6.5 6 L8.5 9 L5.5 15 H2 Q1 15 1 14 Z" className={css.solid} />
          <path d="M11 1 H14 Q15 1 15 2 V14 Q15 15 14 15 H8 L11 9 L9 6 Z" className={css.solid} />
        </>
      )}
      {(proof === "unchecked" || proof === "checking") && (
        <rect x="1" y="1" width="14" height="14" rx="2" className={css.dashed} />
      )}
    </svg>
  );
}
