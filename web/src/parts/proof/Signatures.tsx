import { useLedger } from "../../api/ledger.ts";
import { useBetween } from "../../i18n/texts.ts";
import { timeInTable } from "../dates.ts";
import css from "./panel.module.css";
import { useProvenNames } from "./provenNames.ts";
import type { Check } from "./store.ts";
import { useProofTexts } from "./texts.ts";
import type { Trust, Voucher } from "./trust.ts";

/** Of each name the newest head that it signed. */
export function newestOfEach(vouchers: Voucher[]): Voucher[] {
  const newest = new Map<string, Voucher>();
  for (const each of vouchers) {
    const known = newest.get(each.name);
    if (!known || known.size < each.size) newest.set(each.name, each);
  }
  return [...newest.values()];
}

/** Who signed, up to which head, and who has not seen the figure's page. */
export function Signatures({ check, trust }: { check: Check; trust: Trust | undefined }) {
  const t = useProofTexts();
  const between = useBetween();
  const ledger = useLedger();
  const nameOf = useProvenNames(ledger?.validators ?? []);
  if (!trust || trust.state === "none" || !ledger) return <p>{t("who.unknown")}</p>;
  const operator = ledger.validators.map((each) => nameOf(each).name || each).join(between);
  const signers = newestOfEach(trust.vouchers);
  const others = signers.filter((each) => !each.isLedger).map((each) => each.name);
  const size = Number(check.verified?.historySize ?? 0n);
  return (
    <>
      <p>
        {others.length === 0
          ? t("who.single.none", { operator })
          : t(ledger.validators.length > 1 ? "who.several" : "who.single", {
              operator,
              count: ledger.validators.length,
              names: others.join(between),
            })}
      </p>
      <ul className={css.signers}>
        {signers.map((each) => (
          <li key={each.name} data-covers={each.size >= size}>
            <span aria-hidden="true">{each.size >= size ? "✓" : "○"}</span>
            <span>{each.isLedger ? t("who.ledger", { operator }) : each.name}</span>
            <span>{t(each.size >= size ? "who.covers" : "who.behind", { size: each.size })}</span>
          </li>
        ))}
      </ul>
      {check.verified && (
        <p className={css.when}>
          {t("who.when", {
            height: Number(check.verified.height).toLocaleString("en-US"),
            time: timeInTable(Date.parse(check.verified.sealedTime), ledger.offset_s),
            size,
          })}
        </p>
      )}
    </>
  );
}
