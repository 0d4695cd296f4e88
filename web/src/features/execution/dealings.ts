/** What an organisation is party to: its agreements, its payments, its receipts (`/api/dealings`). */
import { useQuery } from "@tanstack/react-query";
import { api, need } from "../../api/client.ts";
import type { Row } from "../../api/views.ts";

export interface MilestoneTerm {
  id: string;
  title: string;
  kind: string;
  trigger: string;
  base_fen?: number;
  share_bp?: number;
  recoup_fen?: number;
  day?: number | null;
}

/** A row with its record as committed, and the version of it that `on` names. */
export type Whole<R> = R & { record?: Record<string, unknown>; version?: string };

export interface Receipt {
  height: number;
  place: number;
  kind: string;
  accepted: boolean;
  code: string;
  time_ms: number;
}

export interface Dealings {
  height: number;
  agreements: Whole<Row<"execution_agreements">>[];
  milestones: Whole<Row<"execution_milestones">>[];
  changes: Whole<Row<"execution_changes">>[];
  nonconformities: Row<"execution_nonconformities">[];
  payments: Row<"execution_payments">[];
  accounts: ChangedAccount[];
  receipts: Receipt[];
}

/** An account of one's own that a unit was told of; it counts once the unit has confirmed it. */
export interface ChangedAccount {
  unit: string;
  account: string;
  counts: string;
}

export function useDealings(enabled = true) {
  return useQuery({
    queryKey: ["dealings"],
    queryFn: async () => (await need(api.GET("/api/dealings"))) as unknown as Dealings,
    enabled,
  });
}
