import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";

const ENDED = JSON.stringify({ code: "GAT-03" });

/** A gateway whose sessions are over until `isOpen`; it keeps whose token each request bore. */
let server: Server;
let heard: (string | undefined)[] = [];
let isOpen = false;
let origin = "";

before(async () => {
  server = createServer((request, answer) => {
    heard.push(request.headers["x-csrf-token"] as string | undefined);
    answer.writeHead(isOpen ? 200 : 401, { "Content-Type": "application/json" });
    answer.end(isOpen ? "{}" : ENDED);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(globalThis, { window: { location: { origin } } });
});

after(() => server.close());

beforeEach(() => {
  heard = [];
  isOpen = false;
});

/** Ann sends a command into her ended session; then `meanwhile`, and the door is open again. */
async function sent(meanwhile: () => void): Promise<Response> {
  const { asked, carry } = await import("./client.ts");
  const { goOn } = await import("./ended.ts");
  carry("of ann", "hospital/clerk", "", "ann");
  const request = new Request(`${origin}/api/commands/count.add/1`, {
    method: "POST",
    headers: { "X-CSRF-Token": "of ann" },
    body: "{}",
  });
  const answer = asked(request);
  while (heard.length === 0) await new Promise((turn) => setImmediate(turn));
  isOpen = true;
  meanwhile();
  const waking = setInterval(() => goOn(true), 1);
  return answer.finally(() => clearInterval(waking));
}

test("what waits is asked again once the same person is back, under the new session", async () => {
  const { carry } = await import("./client.ts");
  const answer = await sent(() => carry("new of ann", "hospital/clerk", "", "ann"));
  assert.equal(answer.status, 200);
  assert.deepEqual(heard, ["of ann", "new of ann"]);
});

test("what waits is never asked under another person's session, nor once all have left", async () => {
  const { carry } = await import("./client.ts");
  for (const next of [["of ben", "bureau/clerk", "", "ben"], []]) {
    heard = [];
    isOpen = false;
    const answer = await sent(() => carry(...next));
    assert.equal(answer.status, 401);
    assert.deepEqual(heard, ["of ann"]);
  }
});
