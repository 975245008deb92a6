// Bundles styles, fonts and scripts into ../dist with hashed names, a manifest (name → file) and
// brotli and gzip copies beside each text. Run by `npm ci && node build.mjs`; nothing of it is committed.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = import.meta.dirname;
const dist = join(here, "..", "dist");
await mkdir(dist, { recursive: true });
for (const old of await readdir(dist)) await rm(join(dist, old), { recursive: true });

const made = await build({
  absWorkingDir: here,
  entryPoints: [{ in: "src/entry.css", out: "city" }, { in: "src/city.ts", out: "city" }],
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  target: ["es2020", "chrome90", "firefox90", "safari15"],
  loader: { ".woff2": "file" },
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: dist,
  metafile: true,
});

// The service worker knows the names of what it keeps: built after them, named by all of them.
const shell = Object.keys(made.metafile.outputs).map((path) => `/assets/${basename(path)}`).concat("/mark.svg");
const version = createHash("sha256").update(shell.join()).update(await readFile(join(here, "src/sw.ts"))).update(await readFile(join(here, "src/kept.ts"))).digest("hex").slice(0, 12);
const worker = await build({
  absWorkingDir: here,
  entryPoints: [{ in: "src/sw.ts", out: "sw" }],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome90", "firefox90", "safari15"],
  entryNames: "[name]-[hash]",
  define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(version) },
  outdir: dist,
  metafile: true,
});

const manifest = {};
for (const path of [...Object.keys(made.metafile.outputs), ...Object.keys(worker.metafile.outputs)].sort()) {
  const file = basename(path);
  manifest[file.replace(/-[A-Z0-9]{8}(?=\.[a-z0-9]+$)/, "")] = file;
  if (file.endsWith(".woff2")) continue;
  const bytes = await readFile(join(dist, file));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  await writeFile(join(dist, `${file}.br`), brotliCompressSync(bytes, quality));
  await writeFile(join(dist, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
