/** A request tried by dry run while it is typed. */
import { useEffect, useState } from "react";
import { Problem } from "../../api/client.ts";
import { dryRun } from "../../api/commands.ts";
import type { PaymentBody } from "./remedies.ts";

/** `pass`: to the bank at once; `route`: a level decides first; `ask`: an explanation comes first. */
export type Trial =
  | { at: "idle" }
  | { at: "trying" }
  | { at: "pass" | "route" | "ask"; rows: string[]; reason: string }
  | { at: "refused"; problem: unknown };

const PAUSE_MS = 500;

export async function tryPayment(body: PaymentBody): Promise<Trial> {
  try {
    const events = await dryRun("execution.payment.request/1", body as never);
    const made = events.find((each) => each.kind === "execution.payment_requested");
    const content = (made?.content ?? {}) as { state?: string; ruling?: { rows?: string[] } };
    const task = events.find((each) => each.kind === "procedure.task_assigned");
    const at = content.state === "routed" ? "route" : content.state === "asked" ? "ask" : "pass";
    return { at, rows: content.ruling?.rows ?? [], reason: String(task?.reason ?? "") };
  } catch (problem) {
    return { at: "refused", problem };
  }
}

/** Tries a body after a pause in typing; null is not tried. */
export function useTrial(body: PaymentBody | null): Trial {
  const wanted = body === null ? "" : JSON.stringify(body);
  const [trial, setTrial] = useState<{ of: string; result: Trial }>({
    of: "",
    result: { at: "idle" },
  });
  useEffect(() => {
    if (wanted === "") return;
    let isOld = false;
    const timer = setTimeout(async () => {
      const result = await tryPayment(JSON.parse(wanted) as PaymentBody);
      if (!isOld) setTrial({ of: wanted, result });
    }, PAUSE_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  if (wanted === "") return { at: "idle" };
  return trial.of === wanted ? trial.result : { at: "trying" };
}

/** The field of a command that could not be read: `$.account` gives `account`. */
export function wrongField(problem: unknown): string {
  if (!(problem instanceof Problem) || problem.code !== "KER-01") return "";
  return String(problem.facts.field ?? "").replace(/^\$\.?/, "");
}
