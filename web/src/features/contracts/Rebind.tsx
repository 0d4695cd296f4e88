import { useLedger } from "../../api/ledger.ts";
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { Acts, actOf } from "../../desk/Acts.tsx";
import type { Choice } from "../../desk/Asked.tsx";
import { useInLanguage } from "../../i18n/texts.ts";
import { dateInTable } from "../../parts/dates.ts";
import type { Contract, Hook } from "./document.ts";
import { useRuleTexts } from "./texts.ts";

/** Asks governance to have a waiting case, or a line's payments, judged by another binding. */
export function Rebind({ document, hook, now }: { document: Contract; hook: Hook; now: number }) {
  const t = useRuleTexts();
  const names = useNames();
  const inLanguage = useInLanguage();
  const ledger = useLedger();
  const past = useRows("contracts_past_bindings", { hook: document.hook }).data?.rows ?? [];
  const open = useRows("procedure_cases", { state: "open" }).data?.rows ?? [];
  const lines = useRows("funds_lines").data?.rows ?? [];
  const cases = open
    .filter((each) => isJudged(document.hook, each.room))
    .map((each): Choice => {
      const since = ledger ? dateInTable(each.opened_ms ?? 0, ledger.offset_s) : "";
      return {
        // A request's case is called by itself, a payment's by the payment.
        value: each.room === "preparation" ? each.id : (each.subject_id ?? ""),
        title: t("rebind.case", { organisation: names.organisation(each.organisation), since }),
      };
    });
  const ofLines = lines.map((each): Choice => {
    return { value: each.id, title: t("rebind.line", { line: each.title ?? each.id }) };
  });
  const version = [...past.map((each) => each.version ?? 0), now]
    .filter((each) => each > 0)
    .map((each) => ({ value: String(each), title: t("rebind.version", { version: each }) }));
  return (
    <Acts
      acts={[
        actOf<"contracts.rebind/1">({
          kind: "contracts.rebind/1",
          subject: inLanguage(hook.zh, hook.en),
          fixed: { hook: document.hook as never },
          choices: {
            case: document.hook === "execution.payment" ? [...cases, ...ofLines] : cases,
            version,
          },
          intro: t("rebind.intro"),
        }),
      ]}
    />
  );
}

/** A hook is called by what it judges: its room comes first. */
function isJudged(hook: string, room: string | undefined): boolean {
  return hook.split(".")[0] === room;
}
