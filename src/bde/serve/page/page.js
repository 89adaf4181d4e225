"use strict";

// Asks the endpoint of this server and shows what it answers; what is data becomes text and nothing else.
const MOST = 1000; // rows shown
const at = (id) => document.getElementById(id);
const endpoint = new URL("../query", location.href).href;

function element(name, text, parent) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function say(text, bad = false) {
  at("status").textContent = text;
  at("status").className = bad ? "bad" : "";
}

function show(made) {
  at("content").replaceChildren(made);
  at("answer").hidden = false;
}

function cell(row, term) {
  const made = element("td", undefined, row);
  if (!term) return;
  if (term.type !== "uri") {
    made.textContent = term.value;
    made.title = term["xml:lang"] || term.datatype || term.type;
    return;
  }
  const button = element("button", term.value, made);
  button.type = "button";
  button.title = "Tell all about it";
  button.addEventListener("click", () => {
    at("query").value = `SELECT ?subject ?property ?value
WHERE {
  { VALUES ?subject { <${term.value}> } ?subject ?property ?value }
  UNION
  { VALUES ?value { <${term.value}> } ?subject ?property ?value }
}
ORDER BY ?subject ?property ?value`;
    at("saved").value = "";
    ask();
  });
}

function table(answer) {
  const made = document.createElement("table");
  const rows = answer.results.bindings;
  element("caption", rows.length > MOST ? `The first ${MOST} of ${rows.length} rows` : `${rows.length} rows`, made);
  const head = element("tr", undefined, element("thead", undefined, made));
  for (const name of answer.head.vars) element("th", name, head).scope = "col";
  const body = element("tbody", undefined, made);
  for (const solution of rows.slice(0, MOST)) {
    const row = element("tr", undefined, body);
    for (const name of answer.head.vars) cell(row, solution[name]);
  }
  return made;
}

async function ask() {
  say("asking");
  const before = performance.now();
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/sparql-query",
        Accept: "application/sparql-results+json, text/turtle;q=0.9",
      },
      body: at("query").value,
    });
    const text = await response.text();
    if (!response.ok) {
      say("refused", true);
      return show(element("pre", text));
    }
    const seconds = ((performance.now() - before) / 1000).toFixed(2);
    if ((response.headers.get("Content-Type") || "").startsWith("application/sparql-results+json")) {
      const answer = JSON.parse(text);
      const truth = answer.boolean;
      show(truth === undefined ? table(answer) : element("p", truth ? "yes" : "no"));
    } else {
      show(element("pre", text || "no triples"));
    }
    say(`answered in ${seconds} s`);
  } catch (error) {
    say(`no whole answer came: ${error.message}`, true);
  }
}

at("endpoint").textContent = endpoint;
at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
at("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
});
fetch("questions.json")
  .then((response) => response.json())
  .then((questions) => {
    for (const question of questions) {
      const option = element("option", `${question.name}: ${question.summary}`, at("saved"));
      option.value = question.name;
    }
    at("saved").addEventListener("change", () => {
      const chosen = questions.find((question) => question.name === at("saved").value);
      if (chosen) at("query").value = chosen.sparql;
    });
  });
