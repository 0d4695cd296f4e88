/** Who is signed in, and for which post. */
import {
  type Query,
  type QueryClient,
  queryOptions,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { toHex } from "../parts/hex.ts";
import { api, carry, need, person } from "./client.ts";
import { goOn, untilBack, useHasEnded } from "./ended.ts";
import { type OwnKey, signed, signInMessage } from "./ownKey.ts";

export interface Session {
  user: string;
  person: string;
  /** Each `organisation/post`. */
  posts: string[];
  csrf: string;
  /** Thumbprint of the key that one signed in by. */
  kid: string;
  /** Whether the gateway keeps that key and signs; else this browser does. */
  signs_here: boolean;
  /** `organisation/post` that the person acts for. */
  acting: string;
}

const KEPT = "mz.acting";
const PERSON = "mz.person";

/** Who worked in this tab last and did not sign out; "" for nobody. */
export function lastPerson(): string {
  return sessionStorage.getItem(PERSON) ?? "";
}

function chosen(posts: string[]): string {
  const kept = sessionStorage.getItem(KEPT) ?? "";
  return posts.includes(kept) ? kept : (posts[0] ?? "");
}

/** Takes an answer to who works here. Nothing of the person before stays for another one. */
function taken(answer: unknown, queries: QueryClient): Session | null {
  const found = answer as Omit<Session, "acting"> & { person: string | null };
  const before = person();
  if (before && found.person !== before) {
    goOn(false);
    forget(queries);
  }
  if (!found.person) {
    carry();
    return null;
  }
  if (found.person !== lastPerson()) sessionStorage.removeItem(KEPT);
  sessionStorage.setItem(PERSON, found.person);
  const session = { ...found, acting: chosen(found.posts) };
  carryOf(session);
  return session;
}

function carryOf({ csrf, acting, signs_here, kid, person: who }: Session): void {
  carry(csrf, acting, signs_here ? "" : kid, who);
}

const ofWork = { predicate: (query: Query) => query.queryKey[0] !== "session" };

function forget(queries: QueryClient): void {
  queries.removeQueries(ofWork);
}

export const sessionNow = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ client }) => {
    const found = await need(api.GET("/api/session"));
    const isOver = person() && (found as unknown as { person: string | null }).person === null;
    if (!isOver) return taken(found, client);
    await untilBack();
    return taken(await need(api.GET("/api/session")), client);
  },
  staleTime: 60_000,
});

/** `undefined` while it is being asked, null for the public. */
export function useSession(): Session | null | undefined {
  return useQuery(sessionNow).data;
}

/** Who goes to the public's pages from an ended session has left his work: nothing of it waits. */
export function useLeftBehind(): void {
  const queries = useQueryClient();
  const hasEnded = useHasEnded();
  useEffect(() => {
    if (!hasEnded) return;
    carry();
    queries.setQueryData(["session"], null);
    void queries.resetQueries(ofWork);
    goOn(false);
  }, [queries, hasEnded]);
}

export function useSignIn() {
  const queries = useQueryClient();
  const entered = useCallback(
    async (answer: unknown) => {
      const session = taken(answer, queries);
      queries.setQueryData(["session"], session);
      goOn(true);
      await queries.invalidateQueries(ofWork);
      return session;
    },
    [queries],
  );
  return useMemo(
    () => ({
      signIn: async (user: string, password: string) =>
        entered(await need(api.POST("/api/session", { body: { user, password } as never }))),
      signInByKey: async (key: OwnKey, chain: string) => {
        const asked = await need(api.POST("/api/session/challenge"));
        const { challenge } = asked as { challenge: string };
        const { origin } = window.location;
        const said = signInMessage(chain, origin, challenge);
        const body = {
          origin,
          challenge,
          public_key: toHex(key.publicKey),
          signature: toHex(await signed(key, said)),
        };
        return entered(await need(api.POST("/api/session/key", { body: body as never })));
      },
      enterSandbox: async (user: string) =>
        entered(await need(api.POST("/api/sandbox/session", { body: { user } as never }))),
      signOut: async () => {
        await api.DELETE("/api/session");
        sessionStorage.removeItem(KEPT);
        sessionStorage.removeItem(PERSON);
        carry();
        goOn(false);
        queries.setQueryData(["session"], null);
        forget(queries);
      },
      actFor: async (session: Session, post: string) => {
        sessionStorage.setItem(KEPT, post);
        const acted = { ...session, acting: post };
        carryOf(acted);
        queries.setQueryData(["session"], acted);
        await queries.invalidateQueries(ofWork);
      },
    }),
    [entered, queries],
  );
}
