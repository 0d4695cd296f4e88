import { Button } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { Problem } from "../../api/client.ts";
import { dryRun } from "../../api/commands.ts";
import { amountText } from "../../parts/amounts.ts";
import css from "./pay.module.css";
import { useTitles } from "./refusals.ts";
import { type Known, type PaymentBody, type Remedy, remediesOf } from "./remedies.ts";
import { type PayKey, usePayTexts } from "./texts.ts";
import { tryPayment } from "./trial.ts";

type Outcome = "pass" | "route" | "refuse" | "trying";

async function outcomeOf(remedy: Remedy): Promise<Outcome> {
  if ("body" in remedy) {
    const trial = await tryPayment(remedy.body);
    return trial.at === "pass" ? "pass" : trial.at === "refused" ? "refuse" : "route";
  }
  if ("virement" in remedy) {
    try {
      await dryRun("execution.virement.request/1", {
        ...remedy.virement,
        reason: "—",
        art67_case: "none",
      });
      return "route";
    } catch (problem) {
      return problem instanceof Problem && problem.status === 403 ? "route" : "refuse";
    }
  }
  return "route";
}

/** What might mend a refusal, each tried beforehand; those that would pass come first. */
export function Remedies({
  problem,
  body,
  known,
  take,
}: {
  problem: Problem;
  body: PaymentBody;
  known: Known;
  take: (body: PaymentBody) => void;
}) {
  const t = usePayTexts();
  const titles = useTitles();
  const remedies = remediesOf(problem.code, problem.facts, body, known);
  const wanted = JSON.stringify(remedies);
  const [tried, setTried] = useState<{ of: string; outcomes: Outcome[] }>({ of: "", outcomes: [] });
  useEffect(() => {
    let isOld = false;
    const all = JSON.parse(wanted) as Remedy[];
    void Promise.all(all.map(outcomeOf)).then((outcomes) => {
      if (!isOld) setTried({ of: wanted, outcomes });
    });
    return () => {
      isOld = true;
    };
  }, [wanted]);
  if (remedies.length === 0) return null;
  const outcome = (at: number): Outcome =>
    tried.of === wanted ? (tried.outcomes[at] ?? "refuse") : "trying";
  const best = remedies.findIndex((each, at) => "body" in each && outcome(at) === "pass");
  return (
    <>
      <p className={css.quiet}>{t("remedy.tried")}</p>
      <ol className={css.remedies}>
        {remedies.map((each, at) => {
          const values: Record<string, string | number> = { ...each.values };
          if ("line" in values) values.line = titles.line(values.line);
          if ("amount_fen" in values) values.amount = amountText(Number(values.amount_fen));
          const verb = t(`remedy.${each.key}.do` as PayKey, values);
          return (
            <li key={`${each.key}${values.line ?? ""}`}>
              <div>{t(`remedy.${each.key}` as PayKey, values)}</div>
              <span className={css.outcome} aria-live="polite">
                {"to" in each ? "" : t(`remedy.outcome.${outcome(at)}`)}
              </span>
              {"body" in each ? (
                <Button type={at === best ? "primary" : "default"} onClick={() => take(each.body)}>
                  {verb}
                </Button>
              ) : (
                <Link
                  to={
                    "to" in each
                      ? each.to
                      : `/desk/virements/new?${new URLSearchParams({
                          from: each.virement.from_cell,
                          to: each.virement.to_cell,
                          fen: String(each.virement.amount_fen),
                        })}`
                  }
                >
                  {verb}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </>
  );
}
