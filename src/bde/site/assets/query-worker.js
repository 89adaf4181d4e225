// The part of the engine that runs in a worker of its own: the graph is loaded there and asked there.
"use strict";
globalThis.bde ??= {};

// Its text becomes that of the worker, behind the text of Oxigraph: it can use nothing of the page.
bde.worker = function worker() {
  const FORMATS = {
    SELECT: "application/sparql-results+json",
    ASK: "application/sparql-results+json",
    CONSTRUCT: "application/n-triples",
    DESCRIBE: "application/n-triples",
  };
  const TRIPLE = /^(\S+) (\S+) (.*) \.$/;
  let store;
  let last = { columns: [], rows: [] };

  function load({ wasm, graph }) {
    oxigraph.initSync({ module: wasm });
    store = new oxigraph.Store();
    for (const line of new TextDecoder().decode(graph).split("\n")) {
      if (!line) continue;
      const [name, turtle] = JSON.parse(line);
      store.load(turtle, { format: "text/turtle", to_graph_name: oxigraph.namedNode(name) });
    }
    return { triples: store.size };
  }

  const term = (text) => {
    if (text.startsWith("<")) return { type: "uri", value: text.slice(1, -1) };
    if (text.startsWith("_:")) return { type: "bnode", value: text };
    const value = JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(text)[0]);
    return { type: "literal", value };
  };

  function parsed(text, form) {
    if (form === "CONSTRUCT" || form === "DESCRIBE") {
      const lines = text.split("\n").filter(Boolean).sort();
      const rows = lines.map((line) => TRIPLE.exec(line).slice(1).map(term));
      return { columns: ["subject", "predicate", "object"], rows };
    }
    const answer = JSON.parse(text);
    if (form === "ASK") {
      return { columns: ["answer"], rows: [[{ type: "literal", value: answer.boolean ? "yes" : "no" }]] };
    }
    const columns = answer.head.vars;
    const rows = answer.results.bindings.map((row) => columns.map((name) => row[name] ?? null));
    return { columns, rows };
  }

  function ask({ query, form, most }) {
    const started = performance.now();
    const options = { use_default_graph_as_union: true, results_format: FORMATS[form] };
    last = parsed(store.query(query, options), form);
    const milliseconds = Math.round(performance.now() - started);
    return { columns: last.columns, rows: last.rows.slice(0, most), count: last.rows.length, milliseconds };
  }

  /** The last answer as https://www.w3.org/TR/sparql11-results-csv-tsv/ has it, with simple line ends. */
  function csv() {
    const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const plain = (value) => {
      if (!value) return "";
      return value.type === "bnode" && !value.value.startsWith("_:") ? `_:${value.value}` : value.value;
    };
    const line = (texts) => `${texts.length === 1 && texts[0] === "" ? '""' : texts.map(field).join(",")}\n`;
    const lines = [line(last.columns), ...last.rows.map((row) => line(row.map(plain)))];
    return { text: lines.join("") };
  }

  const tasks = { load, ask, csv };
  globalThis.onmessage = ({ data: { number, task, given } }) => {
    try {
      postMessage({ number, result: tasks[task](given) });
    } catch (problem) {
      const broken = problem instanceof WebAssembly.RuntimeError || problem instanceof RangeError;
      postMessage({ number, problem: String(problem?.message ?? problem), broken });
    }
  };
};
