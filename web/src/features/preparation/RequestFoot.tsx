import { Button } from "antd";
import { amountText } from "../../parts/amounts.ts";
import { Money } from "../../parts/Money.tsx";
import type { Check } from "./asking.ts";
import { askedFor } from "./checks.ts";
import css from "./preparation.module.css";
import { useTexts } from "./texts.ts";

interface FootProps {
  sumFen: number;
  yearFen: number;
  year: number;
  estimateFen: number | null;
  ceilingFen: number | null;
  overFen: number;
  count: number;
  check: Check;
  isStale: boolean;
  isReady: boolean;
  go: () => void;
}

/** What stays in sight: my sum, the limits, the gap, and the one button that says what is missing. */
export function Foot(props: FootProps) {
  const { sumFen: sum, yearFen, year, estimateFen, ceilingFen, overFen } = props;
  const { count, check, isStale, isReady, go } = props;
  const t = useTexts();
  const questions = check.at === "passes" ? askedFor(check.events).length : 0;
  return (
    <div className={css.foot}>
      <dl>
        <div>
          <dt>{t("line.sum")}</dt>
          <dd className={overFen > 0 ? css.over : ""}>
            <Money fen={sum} unit="yuan" size="large" />
          </dd>
        </div>
        {estimateFen !== null && (
          <div>
            <dt>{t("limit.amount_fen")}</dt>
            <dd>
              <Money fen={estimateFen} unit="yuan" size="large" />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("foot.year", { year })}</dt>
          <dd>
            <Money fen={yearFen} unit="yuan" size="large" />
          </dd>
        </div>
        {ceilingFen !== null && (
          <div>
            <dt>{t("limit.year_amount_fen")}</dt>
            <dd>
              <Money fen={ceilingFen} unit="yuan" size="large" />
            </dd>
          </div>
        )}
      </dl>
      <p className={count > 0 ? css.footStopped : css.footWell}>
        <strong>
          {overFen > 0
            ? t("foot.over", { amount: amountText(overFen) })
            : count > 0
              ? t("foot.open", { count })
              : check.at === "away"
                ? t("checks.away")
                : isReady
                  ? t(questions > 0 ? "foot.asked" : "foot.ready", { count: questions })
                  : t("checks.asking")}
        </strong>
        <span>{t("foot.draft")}</span>
      </p>
      <Button
        type={isReady ? "primary" : "default"}
        size="large"
        aria-disabled={!isReady}
        className={isReady ? "" : (css.notYet ?? "")}
        onClick={go}
      >
        {count > 0
          ? t("submit.open", { count })
          : isReady
            ? t("submit")
            : t(isStale ? "submit.asking" : "submit.away")}
      </Button>
    </div>
  );
}
