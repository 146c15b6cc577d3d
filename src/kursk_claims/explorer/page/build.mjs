// Bundles the page's script and its worker into ../bundle, with the licences of the packages inside them.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "bundle");
const options = { absWorkingDir: here, bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none", write: false, metafile: true };

const worker = await build({ ...options, entryPoints: ["src/copy_worker.js"] });
// The worker's script is part of the page's, which starts it from memory: the page is one file.
const inlineWorker = {
  name: "inline-worker",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^worker:copy$/ }, () => ({ path: "copy", namespace: "worker" }));
    onLoad({ filter: /.*/, namespace: "worker" }, () => ({ contents: worker.outputFiles[0].text, loader: "text" }));
  },
};
const page = await build({ ...options, entryPoints: ["src/main.js"], plugins: [inlineWorker] });

const inputs = [worker, page].flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
const folders = new Set(inputs.map((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
const packages = await Promise.all([...folders].sort().map(async (folder) => {
  const { name, version, license } = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
  const notice = (await readdir(join(here, folder))).find((file) => /^licen[cs]e/i.test(file));
  return { name, version, license, notice: await readFile(join(here, folder, notice), "utf8") }; // copies must hold it
}));

const unfinished = `${target}.part`;
await rm(unfinished, { recursive: true, force: true });
await mkdir(unfinished);
// A script element ends at the first of these characters, even within a string.
const script = page.outputFiles[0].text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
await writeFile(join(unfinished, "page.js"), script);
await writeFile(join(unfinished, "licenses.json"), `${JSON.stringify(packages, null, 2)}\n`);
await rm(target, { recursive: true, force: true });
await rename(unfinished, target);
