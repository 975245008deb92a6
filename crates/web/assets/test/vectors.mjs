// The browser's reading of expressions against the vectors that the server runs too. A vector:
// {"expr": …, "tree": [...], "answers": {...}, "expect": …} where "expect" may be {"fault": true}; perhaps "row", "today",
// "applicant", "channel".
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

const here = import.meta.dirname;
const file = join(here, "../../../service/tests/vectors/expressions.json");
if (!existsSync(file)) {
  console.error(`no vectors at ${file}`);
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), "judge-"));
await build({ entryPoints: [join(here, "../src/judge.ts")], bundle: true, format: "esm", outfile: join(folder, "judge.mjs") });
const { evaluate } = await import(join(folder, "judge.mjs"));
await rm(folder, { recursive: true });

let wrong = 0;
let run = 0;
for (const vector of JSON.parse(await readFile(file, "utf8"))) {
  if (!vector.tree) continue; // only the server can answer (a table)
  run += 1;
  let got;
  let fault = false;
  try {
    got = evaluate(vector.tree, vector);
  } catch {
    fault = true;
  }
  const faulty = vector.expect?.fault === true;
  const right = faulty ? fault : !fault && isDeepStrictEqual(got, vector.expect ?? null);
  if (right) continue;
  wrong += 1;
  console.error(`${vector.expr}: ${fault ? "a fault" : JSON.stringify(got)} instead of ${faulty ? "a fault" : JSON.stringify(vector.expect ?? null)}`);
}
console.log(`${run - wrong} of ${run} vectors`);
process.exit(wrong || run === 0 ? 1 : 0);
