/** Acting: a dry run first, then the command itself, signed by the gateway's keystore. */
import { acting, api, need } from "./client.ts";
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

function parts(kind: Kind): { kind: string; version: number } {
  const [name = "", version = "1"] = kind.split("/");
  return { kind: name, version: Number(version) };
}

/** Gives a command. Throws `Problem` when it is refused; its clause and facts are in `facts`. */
export async function act<K extends Kind>(
  kind: K,
  body: Body<K>,
  on: Seen = {},
): Promise<Accepted> {
  const answer = await need(
    api.POST("/api/commands/{kind}/{version}", {
      params: { path: parts(kind) },
      body: { as: acting(), on, body } as never,
    }),
  );
  return answer as unknown as Accepted;
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
