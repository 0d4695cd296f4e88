/** What acts of spending choose from, as choices of a form: lines with their fund, payees. */
import { useRows } from "../../api/views.ts";
import { useRecordWords } from "../../api/words.ts";
import type { Choice, Choices } from "../../desk/Asked.tsx";
import { amountText } from "../../parts/amounts.ts";
import { usePayTexts } from "./texts.ts";

interface Fund {
  nature?: string | undefined;
  source?: string | undefined;
}

/** Natures and sources of some cells, each once. */
export function useFundChoices(): (funds: readonly Fund[]) => Choices {
  const words = useRecordWords();
  return (funds) => {
    const of = (name: keyof Fund): Choice[] =>
      [...new Set(funds.map((each) => each[name] ?? ""))]
        .filter(Boolean)
        .map((value) => ({ value, title: words.code(name, value) }));
    return { nature: of("nature"), source: of("source") };
  };
}

/** Lines with money of a year or of the year before; with a line its fund and class are filled in. */
export function useLineChoices(year: number): Choices {
  const { line, ...fund } = useAllLines(year);
  return { line: line.filter((each) => each.also.nature), ...fund };
}

/** All lines; of one that never had money, nature and source are chosen by hand. */
export function useAllLines(year: number) {
  const t = usePayTexts();
  const fundChoices = useFundChoices();
  const lines = useRows("funds_lines").data?.rows ?? [];
  const now = useRows("funds_cells", { year }).data?.rows ?? [];
  const before = useRows("funds_cells", { year: year - 1 }).data?.rows ?? [];
  const cells = [...now, ...before];
  const line = lines.map((each) => {
    const own = cells.find((cell) => cell.line === each.id);
    const fen = now
      .filter((cell) => cell.line === each.id)
      .reduce((sum, cell) => sum + (cell.available_fen ?? 0), 0);
    return {
      value: each.id,
      title: t("choose.line", { line: each.title ?? each.id, amount: amountText(fen) }),
      also: {
        purpose: each.economic ?? "",
        ...(own && { nature: own.nature ?? "", source: own.source ?? "" }),
      },
    };
  });
  return { line, ...fundChoices(cells) };
}

/** Who may be paid, of some classes; with a payee his account is filled in. */
export function usePayeeChoices(...classes: string[]): Choice[] {
  const rows = useRows("execution_payees").data?.rows ?? [];
  return rows
    .filter((each) => classes.includes(each.payee_class ?? ""))
    .map((each) => ({
      value: each.id,
      title: each.title ?? each.id,
      also: { account: each.account ?? "" },
    }));
}
