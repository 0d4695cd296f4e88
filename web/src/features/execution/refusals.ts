/** A refusal of execution in the words of people: names for ids, states in words, amounts in yuan. */
import { useNames } from "../../api/names.ts";
import { useRows } from "../../api/views.ts";
import { amountText } from "../../parts/amounts.ts";
import { type PayKey, usePayTexts, worded } from "./texts.ts";

type Facts = Record<string, unknown>;

/** Why terms of an agreement are wrong (EXE-09), where the two figures are amounts. */
const TERMS: Readonly<Record<string, PayKey>> = {
  "not what was paid": "terms.paid",
  "not yet taken back": "terms.advance",
  "still held": "terms.retention",
  "the first signer measured otherwise": "terms.measured",
  "an accepted milestone pays what its terms say": "terms.milestone",
};

const TOLD = new Set([
  "EXE-06",
  "EXE-12",
  "EXE-13",
  "EXE-14",
  "EXE-15",
  "EXE-19",
  "EXE-20",
  "EXE-21",
  "EXE-22",
  "EXE-23",
  "EXE-24",
  "EXE-25",
  "EXE-26",
  "EXE-27",
  "EXE-28",
  "EXE-29",
  "EXE-30",
  "EXE-31",
  "EXE-32",
]);

/** Names of payees and titles of lines, for who may read them. */
export function useTitles(): {
  payee: (id: unknown) => string;
  line: (id: unknown) => string;
  agreement: (id: unknown) => string;
} {
  const names = useNames();
  const payees = useRows("execution_payees").data?.rows;
  const lines = useRows("funds_lines").data?.rows;
  const agreements = useRows("execution_agreements").data?.rows;
  return {
    agreement: (id) => agreements?.find((each) => each.id === id)?.title || String(id ?? ""),
    payee: (id) => {
      const key = String(id ?? "");
      return payees?.find((each) => each.id === key)?.title || names.organisation(key);
    },
    line: (id) => lines?.find((each) => each.id === id)?.title || String(id ?? ""),
  };
}

/** Returns a function that says a refusal in one sentence and what to do, or null for others. */
export function useRefusalWords(): (refusal: {
  code: string;
  facts: Facts;
}) => { title: string; advice: string } | null {
  const t = usePayTexts();
  const titles = useTitles();
  return ({ code, facts }) => {
    const term = code === "EXE-09" && TERMS[String(facts.reason)];
    if (term) {
      const [asked, expected] = [facts.asked, facts.expected].map((each) =>
        amountText(Number(each)),
      ) as [string, string];
      return { title: t(term, { asked, expected }), advice: t("terms.advice") };
    }
    if (!TOLD.has(code)) return null;
    const values: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(facts)) {
      if (typeof value === "number" && name.endsWith("_fen")) values[name] = amountText(value);
      else if (typeof value === "number" || typeof value === "string") values[name] = value;
      else if (Array.isArray(value)) values[name] = value.map(String).join("、");
    }
    if ("payee" in facts) values.payee = titles.payee(facts.payee);
    if ("holder" in facts) values.holder = titles.payee(facts.holder);
    if ("line" in facts) values.line = titles.line(facts.line);
    if (typeof facts.state === "string") {
      values.state = worded(t, `state.${facts.state}`, facts.state);
    }
    if (typeof facts.proof === "string") values.proof = proofText(facts.proof);
    if (Array.isArray(facts.waits_for)) {
      values.waits_for = facts.waits_for
        .map((each) => worded(t, `waits.${String(each)}`, String(each)))
        .join("、");
    }
    return {
      title: t(`refused.${code}` as PayKey, values),
      advice: t(`advice.${code}` as PayKey, values),
    };
  };
}

/** `INV|seller|number` and its kin, as people say it: the number alone. */
export function proofText(proof: string): string {
  const [kind = "", ...rest] = proof.split("|");
  const last = rest.at(-1) ?? "";
  return kind === "DOC" ? last.slice(0, 8) : last || proof;
}
