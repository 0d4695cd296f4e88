/** What one follows and what is new of it (`/api/following`); what somebody else follows. */
import { useQuery } from "@tanstack/react-query";
import { api, need } from "../../api/client.ts";
import { useActing } from "../../app/acting.ts";
import type { WorkItem } from "./work.ts";

export interface Chosen {
  /** A kind of notice, or the key of a record. */
  about: string;
  since_ms: number;
  by: string;
  /** What the reader may see of the record. */
  record: Record<string, unknown> | null;
}

export interface Choices {
  follows: Chosen[];
  /** Kinds of notices that can be chosen, and what records can be followed. */
  kinds: string[];
  paths: string[];
  most: number;
}

export interface Following extends Choices {
  told: WorkItem[];
}

const followingNow = {
  queryKey: ["following"],
  queryFn: async () => (await need(api.GET("/api/following"))) as unknown as Following,
};

export function useFollowing() {
  return useQuery(followingNow);
}

/** What a person follows: for oneself without any right, for others by right. */
export function useChosen(person: string) {
  const isOwn = useActing().person === person;
  const own = useQuery({ ...followingNow, enabled: isOwn });
  const others = useQuery({
    queryKey: ["following", person],
    queryFn: async () =>
      (await need(
        api.GET("/api/following/{person}", { params: { path: { person } } }),
      )) as unknown as Choices,
    enabled: !isOwn,
    retry: false,
  });
  return isOwn ? own : others;
}
