// The page that asks: saved questions, the editor, run and stop, the answer, its CSV and a link to it all.
"use strict";
{
  const MOST_ROWS = 1000;
  const SECONDS = 60;
  // A name that is that of its page too; of the others the site knows a digest.
  const PLAIN = /^(?!index$)[\w-][\w.-]{0,120}$/;
  const ASSETS = new URL(".", document.currentScript.src);
  const ROOT = new URL("..", ASSETS);
  const START = `SELECT ?visit ?label WHERE {
  ?visit a bde:Visit ;
    rdfs:label ?label .
}
ORDER BY ?visit
`;

  const place = (id) => document.getElementById(id);
  const engine = new bde.Engine({ ...bdeOxigraph, graph: bde.graph });
  const questions = new Map(bde.saved.questions.map((question) => [question.name, question]));
  let form;
  let asked = 0;

  // An editor that is made while it is hidden draws nothing.
  place("asking").hidden = false;
  const editor = bde.editor(place("editor"), () => run(editor.getValue(), "Your query"));
  const say = (text) => {
    place("said").textContent = text;
  };

  function offerQuestions() {
    const rooms = Map.groupBy(bde.saved.questions, (question) => question.room);
    for (const [room, those] of rooms) {
      const group = document.createElement("optgroup");
      group.label = room;
      group.append(...those.map(({ name, summary }) => new Option(summary, name)));
      place("question").append(group);
    }
  }

  function choose(name, values = new URLSearchParams()) {
    const question = questions.get(name);
    place("question").value = question ? name : "";
    place("parameters").replaceChildren();
    place("description").textContent = question?.description ?? "";
    place("ask").disabled = !question;
    form = question && new bde.QuestionForm(question, place("parameters"));
    form?.take(values);
  }

  function askQuestion(event) {
    event.preventDefault();
    try {
      const text = form.text();
      editor.setValue(text);
      remember(new URLSearchParams({ question: form.question.name, ...form.values() }));
      run(text, form.question.summary, form.question.columns);
    } catch (problem) {
      say(problem.message);
    }
  }

  const remember = (parts) => history.replaceState(null, "", `#${parts}`);

  async function run(written, caption, columns = {}) {
    const text = bde.withPrefixes(written, bde.saved.prefixes);
    const number = ++asked;
    if (!place("stop").disabled) engine.stop();
    place("answer").replaceChildren();
    place("csv").hidden = true;
    place("run").disabled = true;
    place("stop").disabled = false;
    try {
      const kind = bde.queryForm(text);
      say("The graph is being loaded ...");
      await engine.start();
      if (number === asked) say("The query runs ...");
      const answer = await engine.ask(text, { form: kind, most: MOST_ROWS, seconds: SECONDS });
      if (number === asked) show(answer, caption, columns);
    } catch (problem) {
      if (number === asked) say(problem.message);
    } finally {
      if (number === asked) {
        place("run").disabled = false;
        place("stop").disabled = true;
      }
    }
  }

  function show(answer, caption, columns) {
    const { count, rows, milliseconds } = answer;
    const number = (many) => many.toLocaleString("en");
    if (!count) return say("No rows: nothing on record, which does not mean no.");
    place("answer").append(bde.table(answer, caption, page), meanings(columns));
    place("csv").hidden = false;
    place("answered").scrollIntoView();
    const some =
      rows.length < count
        ? `The first ${number(rows.length)} of ${number(count)} rows are shown; the CSV has all.`
        : "";
    return say(
      some || `${number(count)} ${count === 1 ? "row" : "rows"}, in ${number(milliseconds)} milliseconds.`,
    );
  }

  function meanings(columns) {
    const made = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "What the columns mean";
    const list = document.createElement("dl");
    for (const [name, meaning] of Object.entries(columns)) {
      const term = document.createElement("dt");
      term.textContent = name.replaceAll("_", " ");
      const said = document.createElement("dd");
      said.textContent = meaning;
      list.append(term, said);
    }
    made.append(summary, list);
    made.hidden = !list.children.length;
    return made;
  }

  /** The address of the page of an IRI: of this site, else of the web, else none. */
  function page(iri) {
    for (const [namespace, before, after] of bde.saved.pages) {
      if (iri.startsWith(namespace)) {
        const rest = iri.slice(namespace.length);
        return PLAIN.test(rest) ? new URL(before + rest + after, ROOT).href : undefined;
      }
    }
    return /^https?:\/\/[^/]/.test(iri) && !iri.startsWith(bde.saved.own) ? iri : undefined;
  }

  async function download() {
    const file = new Blob([await engine.csv()], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${form?.question.name ?? "answer"}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function share() {
    const asQuestion = new URLSearchParams(location.hash.slice(1));
    if (!asQuestion.has("question") || form?.text() !== editor.getValue()) {
      remember(new URLSearchParams({ query: editor.getValue() }));
    }
    place("link").hidden = false;
    place("link").value = Object.assign(new URL(location.href), { search: "" }).href;
    place("link").select();
    say("The link to this query stands in the field beside the button, ready to be copied.");
  }

  /**
   * Take over what the address names. A link runs nothing before the reader says so; the form on the page of a
   * saved question, whose values come as a query of the address, was sent by the reader and is answered.
   */
  function fromAddress() {
    const sent = !location.hash && location.search;
    const parts = new URLSearchParams(sent ? location.search : location.hash.slice(1));
    const name = parts.get("question");
    choose(name, parts);
    if (form) {
      editor.setValue(form.text());
      if (sent) place("questions").requestSubmit();
      else say("The question of the link is set; “Ask” runs it.");
    } else if (name) {
      say("The question of the link is not among the saved ones.");
    } else if (parts.has("query")) {
      editor.setValue(parts.get("query"));
      say("The query of the link is in the editor; “Run” runs it.");
    } else {
      editor.setValue(bde.withPrefixes(START, bde.saved.prefixes));
    }
  }

  offerQuestions();
  place("question").addEventListener("change", ({ target }) => choose(target.value));
  place("questions").addEventListener("submit", askQuestion);
  place("run").addEventListener("click", () => run(editor.getValue(), "Your query"));
  place("stop").addEventListener("click", () => engine.stop());
  place("csv").addEventListener("click", download);
  place("share").addEventListener("click", share);
  addEventListener("hashchange", fromAddress);
  fromAddress();
}
