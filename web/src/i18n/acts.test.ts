import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..");
const code = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((each) => /\.tsx?$/.test(each) && !/\.test\.ts$|schema\.d\.ts$/.test(each))
  .map((each) => readFileSync(join(SOURCES, each), "utf8"))
  .join("\n");
const schema = readFileSync(join(SOURCES, "api", "schema.d.ts"), "utf8");
const kinds = [...schema.matchAll(/"\/api\/commands\/([a-z_.]+\/\d+)"/g)].map((each) => each[1]);

test("every command is given by some page", () => {
  assert.ok(kinds.length > 50);
  assert.deepEqual(
    kinds.filter((kind) => kind && !code.includes(`"${kind}"`)),
    [],
  );
});
