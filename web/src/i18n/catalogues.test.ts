import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..");
const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).map((each) =>
  join(SOURCES, each),
);
const chinese = files.filter((each) => each.endsWith("zh-CN.json"));
const read = (file: string): Record<string, string> => JSON.parse(readFileSync(file, "utf8"));
const facts = (text: string): string[] => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).toSorted();

test("each catalogue has the same keys and facts in both languages, and no empty text", () => {
  assert.ok(chinese.length > 3);
  for (const file of chinese) {
    const zh = read(file);
    const en = read(file.replace("zh-CN.json", "en.json"));
    assert.deepEqual(Object.keys(zh).toSorted(), Object.keys(en).toSorted(), file);
    for (const [key, text] of Object.entries(zh)) {
      assert.ok(text && en[key], `${file}: ${key}`);
      assert.deepEqual(facts(text), facts(en[key] ?? ""), `${file}: ${key}`);
    }
  }
});

test("a page's texts stand in its catalogues, not in its code", () => {
  const pages = files.filter((each) => /\.tsx$/.test(each));
  assert.ok(pages.length > 5);
  for (const file of pages) {
    const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const found = code.split("\n").filter((line) => /[\u4e00-\u9fff]/.test(line));
    assert.deepEqual(found, [], file);
  }
});

test("a text of the catalogue is used by some page", () => {
  const code = files
    .filter((each) => /\.tsx?$/.test(each))
    .map((each) => readFileSync(each, "utf8"))
    .join("\n");
  // Menus name their titles by import.
  const routes = files
    .filter((each) => each.endsWith("routes.ts"))
    .map((each) => readFileSync(each, "utf8"))
    .join("\n");
  const unused: string[] = [];
  for (const file of chinese) {
    for (const key of Object.keys(read(file))) {
      const parts = key.split(".");
      const prefixes = parts.slice(0, -1).map((_, at) => `${parts.slice(0, at + 1).join(".")}.`);
      const isNamed = code.includes(`"${key}"`) || new RegExp(`[{ ,.]${key}\\b`).test(routes);
      const isMade = prefixes.some(
        (each) => code.includes(`\`${each}$`) || code.includes(`words("${each.slice(0, -1)}",`),
      );
      if (!isNamed && !isMade) unused.push(`${file.slice(SOURCES.length)}: ${key}`);
    }
  }
  assert.deepEqual(unused, []);
});
