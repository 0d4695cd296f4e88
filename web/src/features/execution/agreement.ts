/** An agreement as its pages read it, and what is about to be signed of it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Kind, readRecord, type Seen } from "../../api/commands.ts";
import { type Row, useRows } from "../../api/views.ts";
import { useIsParty } from "./Agreements.tsx";
import { type Dealings, useDealings, type Whole } from "./dealings.ts";

export type Agreement = Whole<Row<"execution_agreements">>;
export type Milestone = Whole<Row<"execution_milestones">>;
export type Change = Whole<Row<"execution_changes">>;

export interface Signed {
  person: string;
  organisation: string;
  duty: string;
  time_ms: number;
}

export interface Signing {
  kind: Kind;
  body: unknown;
  on: string[];
  seen?: Seen;
  what: ReactNode;
}

/** An agreement with its terms and all that hangs on it, as officials or as a party reads it. */
export function useAgreement(id: string): Partial<Omit<Dealings, "agreements">> & {
  agreement: Agreement | null | undefined;
  problem: unknown;
} {
  const isParty = useIsParty();
  const dealings = useDealings(isParty === true);
  const isRead = isParty === false;
  const agreements = useRows("execution_agreements", { id }, isRead);
  const milestones = useRows("execution_milestones", { agreement: id }, isRead);
  const changes = useRows("execution_changes", { agreement: id }, isRead);
  const nonconformities = useRows("execution_nonconformities", { agreement: id }, isRead);
  const payments = useRows("execution_payments", { agreement: id }, isRead);
  const record = useQuery({
    queryKey: ["records", "execution/agreement", id],
    queryFn: () => readRecord(`execution/agreement/${id}`),
    enabled: isRead,
    retry: false,
  });
  if (isParty && dealings.data) {
    const { data } = dealings;
    const own = <R extends { agreement?: string | undefined }>(rows: R[]): R[] =>
      rows.filter((each) => each.agreement === id);
    return {
      agreement: data.agreements.find((each) => each.id === id) ?? null,
      milestones: own(data.milestones),
      changes: own(data.changes),
      nonconformities: own(data.nonconformities),
      payments: own(data.payments),
      problem: null,
    };
  }
  const row = agreements.data && (agreements.data.rows[0] ?? null);
  return {
    agreement: row && record.data ? { ...row, record: record.data.record } : row,
    ...(milestones.data && { milestones: milestones.data.rows }),
    ...(changes.data && { changes: changes.data.rows }),
    ...(nonconformities.data && { nonconformities: nonconformities.data.rows }),
    ...(payments.data && { payments: payments.data.rows }),
    problem: isParty ? dealings.error : agreements.error,
  };
}

/** A version that came with the row is what was looked at; without it the drawer reads the record. */
export function seenOf(key: string, row: { version?: string }): { on: string[]; seen?: Seen } {
  return row.version ? { on: [key], seen: { [key]: row.version } } : { on: [key] };
}

export function dutiesOf(
  roles: readonly string[],
  agreement: Agreement,
  organisation: string,
): string[] {
  const isUnit = agreement.unit === organisation;
  const all: [string, boolean][] = [
    ["engineer", roles.includes("engineer.supervisor") && agreement.engineer === organisation],
    ["manager", roles.includes("unit.project_manager") && isUnit],
    ["quality", roles.includes("unit.quality") && isUnit],
  ];
  return all.flatMap(([duty, has]) => (has ? [duty] : []));
}
