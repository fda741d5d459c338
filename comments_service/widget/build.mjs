// Bundles src/ into what ships: embed.js, which a page loads, and the parts it fetches when they are
// first wanted. `--check` compares instead of writing, so that a test can prove the committed files
// fresh. The parts' digest stands in their addresses, so that browsers may keep them for good.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { languages, packs } from "./languages.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Where each part begins. Parts share no code at run time: what they both need, both have. */
const parts = { forms: "src/forms.ts", later: "src/later.ts", lists: "src/lists.ts" };

/** Stylesheets become minified strings inside the script. */
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      // esbuild keeps what custom properties hold as it stands.
      const properties = /(?<=--[\w-]+:)[^;}]+/g;
      return { contents: code.trim().replace(properties, (held) => held.trim().replaceAll(", ", ",")), loader: "text" };
    });
  },
};

async function bundle(entry, define = {}) {
  const { outputFiles } = await esbuild.build({
    ...entry,
    absWorkingDir: here("."),
    bundle: true,
    charset: "utf8",
    define,
    format: "esm",
    minify: true,
    plugins: [styles],
    target: "es2022",
    write: false,
  });
  return outputFiles[0].contents;
}

const built = {};
for (const [name, entry] of Object.entries(parts)) {
  built[name] = await bundle({ entryPoints: [here(entry)] }, { ABOVE: '".."' });
}
for (const [name, contents] of Object.entries(packs)) built[name] = await bundle({ stdin: { contents } });

const digest = createHash("sha256");
for (const name of Object.keys(built).sort()) digest.update(built[name]);

built.embed = await bundle(
  { entryPoints: [here("src/embed.ts")] },
  {
    ABOVE: '"."',
    DIGEST: JSON.stringify(digest.digest("hex").slice(0, 12)),
    LANGUAGES: JSON.stringify(languages),
  },
);

for (const [name, bytes] of Object.entries(built)) {
  const file = here(`${name}.js`);
  if (!process.argv.includes("--check")) await writeFile(file, bytes);
  else if (!(await readFile(file)).equals(bytes)) {
    console.error(`${name}.js isn't what its sources make: run \`make widget\``);
    process.exitCode = 1;
  }
}
