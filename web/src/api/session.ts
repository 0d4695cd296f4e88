/** Who is signed in, and for which post. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, carry, isSignedIn, need } from "./client.ts";
import { goOn, untilBack } from "./ended.ts";
import { type OwnKey, signed, signInMessage, toHex } from "./ownKey.ts";

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

function taken(answer: unknown): Session | null {
  const found = answer as Omit<Session, "acting"> & { person: string | null };
  if (!found.person) {
    carry("", "");
    return null;
  }
  if (found.person !== lastPerson()) sessionStorage.removeItem(KEPT);
  sessionStorage.setItem(PERSON, found.person);
  const acting = chosen(found.posts);
  carry(found.csrf, acting, found.signs_here ? "" : found.kid);
  return { ...found, acting };
}

export const sessionNow = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    const found = await need(api.GET("/api/session"));
    const isOver = isSignedIn() && (found as unknown as { person: string | null }).person === null;
    return taken(isOver && (await untilBack()) ? await need(api.GET("/api/session")) : found);
  },
  staleTime: 60_000,
});

/** `undefined` while it is being asked, null for the public. */
export function useSession(): Session | null | undefined {
  return useQuery(sessionNow).data;
}

export function useSignIn() {
  const queries = useQueryClient();
  const entered = useCallback(
    async (answer: unknown) => {
      const session = taken(answer);
      queries.setQueryData(["session"], session);
      goOn(true);
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
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
        const said = signInMessage(chain, window.location.host, challenge);
        const body = {
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
        carry("", "");
        goOn(false);
        queries.setQueryData(["session"], null);
        queries.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" });
      },
      actFor: async (session: Session, post: string) => {
        sessionStorage.setItem(KEPT, post);
        carry(session.csrf, post, session.signs_here ? "" : session.kid);
        queries.setQueryData(["session"], { ...session, acting: post });
        await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
      },
    }),
    [entered, queries],
  );
}
