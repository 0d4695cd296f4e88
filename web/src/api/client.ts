/** The gateway as the pages ask it. Types come from its OpenAPI document (./mz web writes them). */
import createClient from "openapi-fetch";
import { untilBack } from "./ended.ts";
import type { paths } from "./schema";

/** An answer that is an error, as RFC 9457 has it; both languages. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title_zh: string;
  readonly title_en: string;
  readonly detail_zh: string;
  readonly detail_en: string;
  readonly facts: Record<string, unknown>;
  /** The whole document: a refusal on the ledger carries its receipt, height, place and proof. */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    const text = (name: string): string => (typeof body[name] === "string" ? body[name] : "");
    super(`${text("code")} ${text("title")}`);
    this.status = status;
    this.code = text("code") || `HTTP ${status}`;
    this.title_zh = text("title_zh") || `服务器答复异常（${status}）`;
    this.title_en = text("title") || `The server answered ${status}`;
    this.detail_zh = text("detail_zh");
    this.detail_en = text("detail");
    this.facts = (body.facts ?? {}) as Record<string, unknown>;
    this.body = body;
  }
}

/** No answer: the network or the server is away. Nothing is known of what was sent. */
export class Unreachable extends Error {}

const state = { csrf: "", acting: "", ownKid: "", person: "", acted: 0 };

/**
 * What the session's requests carry; `acting` is `organisation/post`, empty for the public.
 * `ownKid` names the key that this browser signs with, where the gateway does not.
 */
export function carry(csrf = "", acting = "", ownKid = "", person = ""): void {
  Object.assign(state, { csrf, acting, ownKid, person });
}

export function ownKid(): string {
  return state.ownKid;
}

/** Who works here, as far as this page knows; "" for nobody. */
export function person(): string {
  return state.person;
}

export function acting(): { organisation: string; post: string } {
  const [organisation = "", post = ""] = state.acting.split("/");
  return { organisation, post };
}

/** Keeps the height of what was done here: until the views show it, what is read waits for it. */
export function acted(height: unknown): void {
  if (typeof height === "number") state.acted = Math.max(state.acted, height);
}

/** The views show a height; infinity where the stream broke, for the ledger may be another then. */
export function shown(height: number): void {
  if (height >= state.acted) state.acted = 0;
}

const SIGN_IN_FIRST = "GAT-03";
const DOORS = ["/api/session", "/api/sandbox/session"];

/**
 * Asks the gateway. What meets an ended session waits until the person has signed in again, and is
 * asked once more: no page loses what was typed, and nothing was done the first time. Under
 * anybody else's session it is never asked: he has not seen it, and it would be done in his name.
 */
export async function asked(request: Request): Promise<Response> {
  const { csrf, person } = state;
  const { pathname } = new URL(request.url);
  const isWork = csrf !== "" && !DOORS.some((each) => pathname.startsWith(each));
  const again = isWork ? request.clone() : null;
  const answer = await fetch(request);
  if (!again || answer.status !== 401 || !(await isEnded(answer))) return answer;
  if (state.csrf === csrf && !(await untilBack())) return answer;
  if (state.person !== person) return answer;
  if (again.headers.has("X-CSRF-Token")) again.headers.set("X-CSRF-Token", state.csrf);
  return asked(again);
}

async function isEnded(answer: Response): Promise<boolean> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return isObject(body) && body.code === SIGN_IN_FIRST;
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: asked });

function since(url: string, height: number): URL {
  const address = new URL(url);
  address.searchParams.set("since", String(height));
  return address;
}

api.use({
  onRequest({ request }) {
    if (request.method === "GET") {
      if (state.acting) request.headers.set("X-Acting", state.acting);
      if (state.acted) return new Request(since(request.url, state.acted), request);
    } else if (state.csrf) {
      request.headers.set("X-CSRF-Token", state.csrf);
    }
    return request;
  },
  onError() {
    return new Unreachable();
  },
});

type Answer<D> = { data?: D; error?: unknown; response: Response };

/** Returns an answer's data. Throws `Problem` for an error, `Unreachable` without an answer. */
export async function need<D>(asked: Promise<Answer<D>>): Promise<NonNullable<D>> {
  const { data, error, response } = await asked;
  if (response.ok && data !== undefined && data !== null) return data as NonNullable<D>;
  throw new Problem(response.status, isObject(error) ? error : {});
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
