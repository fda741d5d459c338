// Packs the languages beside English: their phrases without names, a line each in the order of the English
// ones, so that a language stays small. The types make sure that none lacks a phrase.
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const folder = fileURLToPath(new URL("src/messages", import.meta.url));
const names = (await readdir(folder)).map((file) => file.replace(".ts", "")).sort();

/** What the message files export, by language. */
async function read() {
  const contents = names.map((name) => `export * as ${name} from "./${name}";`).join("");
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    charset: "utf8",
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

export const messages = await read();
const { en: english, ...others } = messages;

export const languages = names;

/** The source of each language's part, by its name. */
export const packs = Object.fromEntries(
  Object.entries(others).map(([name, { phrases }]) => {
    const lines = (group) => Object.keys(english[group]).map((phrase) => `${phrases[phrase]}\n`).join("");
    const groups = Object.keys(english).map((group) => `${group} = ${JSON.stringify(lines(group))}`);
    return [name, `export const ${groups.join(", ")};`];
  }),
);
