/**
 * How long the verification of one figure takes, in milliseconds (issue 9: at most 100).
 *
 *     node bench/figure.ts [runs]
 *
 * The first is what a visitor waits for: nothing is compiled yet. Reading the root counts.
 */

import { verify } from "../src/index.ts";
import { named, rootOf } from "../test/vectors.ts";

const FIGURES = [
  "record-by-countersigned-checkpoint",
  "record-by-validators",
  "record-by-both",
  "record-by-newer-checkpoint",
  "record-in-volume",
  "absence-in-volume",
];
const runs = Number(process.argv[2] ?? 50);

for (const name of FIGURES) {
  const { bundle, root } = named(name);
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    verify(bundle, rootOf(root));
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((one, other) => one - other);
  const [median = 0, worst = 0] = [sorted[runs >> 1], sorted.at(-1)];
  process.stdout.write(
    `${name}: first ${times[0]?.toFixed(1)}, median ${median.toFixed(1)}, worst ${worst.toFixed(1)} ms\n`,
  );
}
