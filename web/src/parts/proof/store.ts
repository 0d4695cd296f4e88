/** Checks in this browser: asked for when a figure is on screen, done when the browser is idle. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Proof } from "../Seal.tsx";
import { type Figure, figureKey } from "./figure.ts";
import type { Verdict } from "./judging.ts";
import type { Wanted } from "./sums.ts";
import type { Source, Trust } from "./trust.ts";

/** What is known of one figure as it is shown, or of a record. */
export interface Check extends Omit<Verdict, "proof"> {
  proof: Proof;
  /** The file that proves it, as the server gave it. */
  bundle: Uint8Array | null;
  atMs: number;
  /** Time that reading and verifying took. */
  tookMs: number;
}

const KEPT = "mz.trust";
const AGAIN_MS = 2_500;
const TRIES = 20;
const SLOWLY_MS = 200;
/** Checks at once: most of one is waiting for its proof. */
const LANES = 4;
const UNCHECKED: Check = {
  proof: "unchecked",
  code: "",
  fact: "",
  content: null,
  signed: null,
  differs: [],
  verified: null,
  bundle: null,
  atMs: 0,
  tookMs: 0,
};

interface State {
  sources: Source[];
  /** `undefined` until it has been worked out. */
  trust: Trust | undefined;
  checks: ReadonlyMap<string, Check>;
}

let state: State = { sources: keptSources(), trust: undefined, checks: new Map() };
const watching = new Set<() => void>();
const wanted = new Map<string, Wanted>();
const early = new Map<string, Wanted>();
let isRunning = false;
let triesLeft = TRIES;
let trustNumber = 0;

function tell(next: Partial<State>): void {
  state = { ...state, ...next };
  for (const each of watching) each();
}

function watch(changed: () => void): () => void {
  watching.add(changed);
  return () => watching.delete(changed);
}

function isSource(value: unknown): value is Source {
  const source = value as Partial<Source> | null;
  return (
    typeof source === "object" &&
    source !== null &&
    (source.kind === "address" || source.kind === "pasted") &&
    typeof source.from === "string" &&
    typeof source.takenMs === "number" &&
    typeof source.note === "string" &&
    Array.isArray(source.keys) &&
    source.keys.every((each) => typeof each === "string")
  );
}

function keptSources(): Source[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isSource) : [];
  } catch {
    return [];
  }
}

const judging = () => import("./judging.ts");

async function text(address: string): Promise<string> {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new TypeError(`${address}: ${answer.status}`);
  return answer.text();
}

async function askConsistency(older: number, newer: number): Promise<string[]> {
  const found = await text(`/api/checkpoint/consistency?older=${older}&newer=${newer}`);
  return (JSON.parse(found) as { hashes: string[] }).hashes;
}

/** Works out again what the sources come to; figures are then checked anew. */
async function settle(sources: Source[], keep: State["checks"] = new Map()): Promise<void> {
  trustNumber += 1;
  const mine = trustNumber;
  const { trustIn } = await judging();
  const trust = await trustIn(sources, askConsistency);
  if (mine !== trustNumber) return;
  tell({ sources, trust, checks: keep });
  localStorage.setItem(KEPT, JSON.stringify(sources));
  void run();
}

/** Takes an institution's head from its own address. Throws `Rejected`, or `TypeError` unreached. */
export async function addAddress(typed: string): Promise<void> {
  const address = new URL(typed).href.replace(/\/+$/, "");
  const [keys, note] = await Promise.all([text(`${address}/key`), text(`${address}/checkpoint`)]);
  const { sourceOf } = await judging();
  await replace(sourceOf("address", address, { keys, note }, Date.now()));
}

/** Takes a checkpoint that the reader has pasted or opened, with its verifier keys. Throws `NotTaken`. */
export async function addPasted(from: string, texts: { keys: string; note: string }) {
  const { requireElsewhere, sourceOf } = await judging();
  requireElsewhere(from, texts.note);
  await replace(sourceOf("pasted", from, texts, Date.now()));
}

async function replace(source: Source): Promise<void> {
  triesLeft = TRIES;
  const others = state.sources.filter((each) => each.from !== source.from);
  await settle([...others, source]);
}

export async function removeSource(source: Source): Promise<void> {
  await settle(state.sources.filter((each) => each !== source));
}

/** Reads each source's newest head again; its keys stay those that it had at first. */
async function renew(): Promise<void> {
  const { sourceOf } = await judging();
  const renewed = state.sources.map(async (source) => {
    const at =
      source.kind === "address" ? `${source.from}/checkpoint` : "/api/checkpoint/countersigned";
    try {
      // Wherever a note comes from, only the keys taken at first make it this source's.
      const texts = { keys: source.keys.join("\n"), note: await text(at) };
      const newer = sourceOf(source.kind, source.from, texts, source.takenMs);
      return sizeIn(newer.note) > sizeIn(source.note) ? newer : source;
    } catch {
      return source;
    }
  });
  const sources = await Promise.all(renewed);
  if (sources.every((each, at) => each === state.sources[at])) return;
  // Newer heads of the same institutions: what was found under the older ones stands.
  const found = [...state.checks].filter(([, each]) => each.proof !== "unchecked");
  await settle(sources, new Map(found));
}

const sizeIn = (note: string): number => Number(note.split("\n")[1]);

/** What a figure is checked as: another value on the page is another check. */
const names = new WeakMap<Figure, string>();

function nameOf(of: Wanted): string {
  if (typeof of === "string") return of;
  const name = names.get(of) ?? JSON.stringify(of);
  names.set(of, name);
  return name;
}

const keyOf = (of: Wanted): string => (typeof of === "string" ? of : figureKey(of.id));

const idle = (): Promise<void> =>
  new Promise((done) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => done(), { timeout: 500 });
    else setTimeout(done, 1);
  });

async function run(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    isRunning = false;
  }
  if (wanted.size && state.trust?.state === "ready") void run();
}

/** Checks one thing after another of those that are wanted. */
async function lane(): Promise<void> {
  for (const [name, of] of wanted) {
    const { trust } = state;
    if (trust?.state !== "ready") break;
    wanted.delete(name);
    const before = state.checks.get(name);
    if (before && before.proof !== "unchecked") continue;
    await idle();
    // What is tried again stays as it was told until there is more to tell.
    if (!before) note(name, { ...UNCHECKED, proof: "checking" });
    const found = await checked(of, trust);
    if (state.trust === trust) note(name, found);
    else wanted.set(name, of);
    if (found.proof === "unchecked") later(name, of);
  }
}

function note(name: string, check: Check): void {
  tell({ checks: new Map(state.checks).set(name, check) });
}

/** The page is newer than what the institutions have signed, or something did not answer. */
function later(name: string, of: Wanted): void {
  if (triesLeft <= 0) return;
  early.set(name, of);
  if (early.size > 1) return;
  triesLeft -= 1;
  setTimeout(() => {
    for (const [each, again] of early) wanted.set(each, again);
    early.clear();
    void renew().then(run);
  }, AGAIN_MS);
}

async function checked(of: Wanted, trust: Trust & { state: "ready" }): Promise<Check> {
  const { judge, judgeRecord } = await judging();
  let bundle: Uint8Array;
  try {
    const key = keyOf(of).split("/").map(encodeURIComponent).join("/");
    const answer = await fetch(`/api/proofs/records/${key}?older=${trust.size}`, {
      cache: "no-store",
    });
    if (!answer.ok) throw new TypeError(`${answer.status}`);
    bundle = new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    return { ...UNCHECKED, code: "no-answer", fact: String(error), atMs: Date.now() };
  }
  const start = performance.now();
  const verdict =
    typeof of === "string" ? judgeRecord(of, bundle, trust.root) : judge(of, bundle, trust.root);
  const tookMs = performance.now() - start;
  performance.measure("mz.verify", { start, duration: tookMs, detail: keyOf(of) });
  return { ...verdict, bundle, atMs: Date.now(), tookMs };
}

/** Asks for a check, once the browser has nothing else to do. */
export function want(of: Wanted): void {
  const name = nameOf(of);
  const known = state.checks.get(name);
  if (wanted.has(name) || (known && known.proof !== "unchecked")) return;
  wanted.set(name, of);
  if (state.trust === undefined) void settle(state.sources).catch(() => undefined);
  else void run();
}

/** Checks a figure again by the newest heads. */
export async function checkAgain(figure: Figure): Promise<void> {
  const checks = new Map(state.checks);
  checks.delete(nameOf(figure));
  triesLeft = TRIES;
  tell({ checks });
  await renew();
  want(figure);
}

export function useTrust(): { trust: Trust | undefined; sources: Source[] } {
  const now = useSyncExternalStore(watch, () => state);
  useEffect(() => {
    if (now.trust === undefined) void settle(now.sources).catch(() => undefined);
  }, [now.trust, now.sources]);
  return now;
}

/** What this browser has found of a figure so far. */
export const proofNow = (figure: Figure): Proof =>
  (state.checks.get(nameOf(figure)) ?? UNCHECKED).proof;

/** What is known of a figure or record. Nothing is asked for: `want` does. */
export function useCheck(of: Wanted): Check {
  const name = nameOf(of);
  return useSyncExternalStore(watch, () => state.checks.get(name) ?? UNCHECKED);
}

/** Tells of changes at most so often: a sum is of many checks. */
function watchSlowly(changed: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const stop = watch(() => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      changed();
    }, SLOWLY_MS);
  });
  return () => {
    stop();
    clearTimeout(waiting);
  };
}

/** What is known of each thing, anew when something has been found. */
export function useChecks(): (of: Wanted) => Check {
  const checks = useSyncExternalStore(watchSlowly, () => state.checks);
  return useMemo(() => (of) => checks.get(nameOf(of)) ?? UNCHECKED, [checks]);
}
