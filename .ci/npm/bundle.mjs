// Each library becomes classic scripts (they load from file:// too, which modules do not), with its licenses.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OUT = "../../src/bde/site/vendor";
const MODULES = "node_modules";
const MIT = readFileSync("mit.txt", "utf8");

const locked = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;

async function bundled(contents, more = {}) {
  const made = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    format: "iife",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    target: "es2022",
    write: false,
    ...more,
  });
  return made.outputFiles[0].text;
}

// The engine as text: it runs in a worker made from a Blob, since a page from file:// may not fetch it.
async function oxigraph() {
  const code = await bundled('export * from "oxigraph/web.js"', {
    globalName: "oxigraph",
    define: { "import.meta.url": '""' },
  });
  const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");
  const wasm = readFileSync(`${MODULES}/oxigraph/web_bg.wasm`);
  const parts = { code: packed(code), wasm: packed(wasm) };
  return { "oxigraph.js": `globalThis.bdeOxigraph = ${JSON.stringify(parts)};\n` };
}

// Its list of some thousand prefixes of others is left out, and the server it would ask: the page brings both.
const withoutForeignPrefixes = {
  name: "without-foreign-prefixes",
  setup(building) {
    building.onLoad({ filter: /yasqe\.esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const [list, names] = /\bprefixes_default = \{([^{}]*)\}/.exec(text);
      const foreign = new Set(names.match(/[\w$]+(?=\s*(,|$))/g));
      const kept = text
        .replace(list, "prefixes_default = {}")
        .replace('"https://dbpedia.org/sparql"', '""')
        .replace(/([\w$]+) = "https?:[^"]*",\s*/g, (all, name) => (foreign.has(name) ? "" : all));
      if (kept.includes("schema.org")) throw new Error("the prefixes are not where they were");
      return { contents: kept };
    });
  },
};

async function yasqe() {
  return {
    "yasqe.js": await bundled('import Yasqe from "@zazuko/yasqe"; globalThis.Yasqe = Yasqe;', {
      plugins: [withoutForeignPrefixes],
    }),
    "yasqe.css": readFileSync(`${MODULES}/@zazuko/yasqe/build/yasqe.min.css`, "utf8"),
  };
}

async function d3() {
  return {
    "d3.js": await bundled(
      'export { select } from "d3-selection"; export { zoom, zoomIdentity, zoomTransform } from "d3-zoom";',
      { globalName: "d3" },
    ),
  };
}

const licenseOf = (name) => {
  const file = readdirSync(`${MODULES}/${name}`).find((each) => /^licen[cs]e(\.md|\.txt)?$/i.test(each));
  const text = file ? readFileSync(`${MODULES}/${name}/${file}`, "utf8") : null;
  const { license, author } = JSON.parse(readFileSync(`${MODULES}/${name}/package.json`, "utf8"));
  return { license, author: author?.name ?? author, text };
};

function licenses(packages, holders) {
  const entries = packages.map((name) => {
    const { license, text } = licenseOf(name);
    const body = text ?? MIT.replace("HOLDERS", holders[name]);
    return `${name} ${locked[`${MODULES}/${name}`].version} (${license})\n\n${body.trim()}\n`;
  });
  return entries.join(`\n${"-".repeat(72)}\n\n`);
}

// What each bundle holds; a package that ships no text of its license has the text of MIT with its holders.
const LIBRARIES = {
  d3: {
    make: d3,
    packages: [..."color dispatch drag ease interpolate selection timer transition zoom".split(" ")].map(
      (name) => `d3-${name}`,
    ),
  },
  oxigraph: {
    make: oxigraph,
    packages: ["oxigraph"],
    holders: { oxigraph: "2018 Oxigraph developers" },
  },
  yasqe: {
    make: yasqe,
    packages: [
      "@zazuko/yasqe",
      "@zazuko/yasgui-utils",
      "codemirror",
      "decode-uri-component",
      "dompurify",
      "filter-obj",
      "lodash-es",
      "query-string",
      "split-on-first",
      "store",
      "strict-uri-encode",
    ],
    holders: {
      "@zazuko/yasqe": "2018 Triply B.V. and contributors",
      "@zazuko/yasgui-utils": "2018 Triply B.V. and contributors",
    },
  },
};

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const manifest = {};
for (const [name, { make, packages, holders }] of Object.entries(LIBRARIES)) {
  const files = { LICENSE: licenses(packages, holders), ...(await make()) };
  rmSync(`${OUT}/${name}`, { recursive: true, force: true });
  mkdirSync(`${OUT}/${name}`, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(`${OUT}/${name}/${file}`, text);
  manifest[name] = {
    packages: Object.fromEntries(packages.map((each) => [each, locked[`${MODULES}/${each}`].version])),
    sha256: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, sha256(text)])),
  };
}
writeFileSync(`${OUT}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
