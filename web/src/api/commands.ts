/** Acting: a dry run first, then the command itself, signed by the gateway's keystore or here. */
import { acted, acting, api, need, ownKid, Problem, Unreachable } from "./client.ts";
import { commandToken, newCommandId, ownKeys } from "./ownKey.ts";
import type { paths } from "./schema";

type Kinds<P> = P extends `/api/commands/${infer K}` ? (K extends `{${string}` ? never : K) : never;
export type Kind = { [P in keyof paths]: Kinds<P> }[keyof paths] & `${string}.${string}/${number}`;
export type Body<K extends Kind> = paths[`/api/commands/${K}`] extends {
  post: { requestBody: { content: { "application/json": { body: infer B } } } };
}
  ? B
  : never;
/** What the signer has looked at: record keys with the version that `/api/records` showed. */
export type Seen = Record<string, string | null>;

/** What became of a command that is final and accepted. */
export interface Accepted {
  height: number;
  place: number;
  time_ms: number;
  proof: string;
  receipt: { events?: { kind: string; [name: string]: unknown }[] };
}

/** The command is on its way; asked again, it is the same command. */
export interface Pending {
  state: "pending";
}

export function isFinal(answer: Accepted | Pending): answer is Accepted {
  return "height" in answer;
}

function parts(kind: Kind): { kind: string; version: number } {
  const [name = "", version = "1"] = kind.split("/");
  return { kind: name, version: Number(version) };
}

/** Whether a command may have been recorded for all one knows; given again under its id, it tells. */
export function isUnanswered(problem: unknown): boolean {
  return (
    problem instanceof Unreachable || (problem instanceof Problem && problem.status >= SERVER_FAULT)
  );
}

const SERVER_FAULT = 500;

const EXPIRES_AFTER_MS = 3_600_000;

/** What makes a command the same one when it is given again; no later than it expires. */
export interface Mark {
  chain: string;
  id: string;
  expires: number;
}

export async function newMark(): Promise<Mark> {
  const ledger = (await need(api.GET("/api/ledger"))) as unknown as {
    chain: string;
    time_ms: number;
  };
  const expires = ledger.time_ms + EXPIRES_AFTER_MS;
  return { chain: ledger.chain, id: newCommandId(), expires };
}

/**
 * Gives a command. Throws `Problem` when it is refused; its clause and facts are in `facts`. Given
 * again under the same mark it is the same command: it is recorded once and has one answer.
 */
export async function act<K extends Kind>(
  kind: K,
  body: Body<K>,
  on: Seen,
  mark: Mark,
): Promise<Accepted | Pending> {
  try {
    const answer = await given(kind, mark, { as: acting(), on, body });
    if (isFinal(answer)) acted(answer.height);
    return answer;
  } catch (problem) {
    if (problem instanceof Problem) acted(problem.body.height);
    throw problem;
  }
}

async function given(
  kind: Kind,
  { chain, ...mark }: Mark,
  what: object,
): Promise<Accepted | Pending> {
  const asked = { ...mark, ...what };
  const answer = await need(
    ownKid()
      ? api.POST("/api/commands", {
          body: (await signedHere({ chain, kind, ...asked })) as never,
          bodySerializer: (token: unknown) => token as string,
          headers: { "Content-Type": "application/jose" },
        })
      : api.POST("/api/commands/{kind}/{version}", {
          params: { path: parts(kind) },
          body: asked as never,
        }),
  );
  return answer as unknown as Accepted | Pending;
}

/** The key that one signed in by is no longer in this browser. */
export class KeyGone extends Error {}

async function signedHere(payload: object): Promise<string> {
  const key = (await ownKeys()).find((each) => each.kid === ownKid());
  if (!key) throw new KeyGone();
  return commandToken(key, payload);
}

/** Asks what a command would come to; nothing is recorded. Throws `Problem` as `act` would. */
export async function dryRun<K extends Kind>(
  kind: K,
  body: Body<K>,
  on: Seen = {},
): Promise<Record<string, unknown>[]> {
  const answer = await need(
    api.POST("/api/dry-run/{kind}/{version}", {
      params: { path: parts(kind) },
      body: { as: acting(), on, body } as never,
    }),
  );
  return (answer as { events: Record<string, unknown>[] }).events;
}

/** Returns a record as it is now, with the version that `on` names. */
export async function readRecord(key: string): Promise<{
  height: number;
  record: Record<string, unknown>;
  version: string | null;
}> {
  const answer = await need(api.GET("/api/records/{key}", { params: { path: { key } } }));
  return answer as never;
}
