// Bundles src/ into embed.js, the one file that ships. `--stdout` prints the bytes instead of
// writing them, so that a test can prove the committed file fresh.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Stylesheets become minified strings inside the script. */
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await esbuild.build({
  entryPoints: [here("src/embed.ts")],
  absWorkingDir: here("."),
  bundle: true,
  charset: "utf8",
  format: "esm",
  minify: true,
  plugins: [styles],
  target: "es2022",
  write: false,
});
const bytes = outputFiles[0].contents;
if (process.argv.includes("--stdout")) process.stdout.write(bytes);
else await writeFile(here("embed.js"), bytes);
