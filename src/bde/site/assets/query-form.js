// A saved question as a form: a field for each parameter, whose value goes in as a term and never as text.
"use strict";
globalThis.bde ??= {};
{
  const DATE = "http://www.w3.org/2001/XMLSchema#date";
  const MOST_IN_A_LIST = 60;
  const ANY = "any";

  function element(name, text = "", more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more);
  }

  const isDay = (text) =>
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text);

  /** A day: open or given. Its value in an address is the day itself. */
  class Day {
    constructor(parameter, id) {
      this.parameter = parameter;
      this.field = element("input", "", { type: "date", id, value: parameter.default?.slice(1, 11) ?? "" });
      this.parts = [this.field];
    }

    get value() {
      return this.field.value;
    }

    set value(text) {
      this.field.value = text;
    }

    term() {
      const text = this.field.value;
      if (!text && this.parameter.default === null && !this.field.validity.badInput) return "UNDEF";
      if (!isDay(text)) throw new Error(`${this.parameter.name}: write a day as 2019-08-21.`);
      return `"${text}"^^<${DATE}>`;
    }
  }

  /** One of the things of a kind, by its label. Its value in an address is the thing's short name. */
  class Thing {
    constructor(parameter, id) {
      this.parameter = parameter;
      this.choices = bde.saved.choices[parameter.choices];
      this.many = this.choices.length > MOST_IN_A_LIST;
      this.field = this.many
        ? element("input", "", { id, autocomplete: "off" })
        : element("select", "", { id });
      this.parts = [this.field];
      const labels = this.choices.map(([, label]) => label);
      const standard = this.choices.find(([term]) => term === parameter.default);
      if (this.many) {
        const list = element("datalist", "", { id: `${id}-list` });
        list.append(...labels.map((label) => element("option", "", { value: label })));
        this.field.setAttribute("list", list.id);
        if (parameter.default === null) this.field.placeholder = ANY;
        this.parts.push(list);
      } else {
        if (parameter.default === null) this.field.append(new Option(ANY, ""));
        else if (!standard) this.field.append(new Option("choose one", ""));
        this.field.append(...labels.map((label) => new Option(label, label)));
      }
      this.field.value = standard?.[1] ?? "";
    }

    #chosen() {
      const typed = this.field.value.trim();
      const exact = this.choices.find(([, label]) => label === typed);
      if (exact || !this.many) return exact;
      const found = new bde.Names(this.choices.map(([term, ...names]) => ({ term, names }))).find(typed);
      const same = found.filter(({ names }) =>
        names.some((name) => bde.words(name).length === bde.words(typed).length),
      );
      const left = same.length ? same : found;
      return left.length === 1 ? [left[0].term] : undefined;
    }

    get value() {
      const chosen = this.field.value && this.#chosen();
      return chosen ? bde.shortened(chosen[0].slice(1, -1)) : "";
    }

    set value(text) {
      const named = this.choices.find(([term]) => bde.shortened(term.slice(1, -1)) === text);
      if (named) this.field.value = named[1];
    }

    term() {
      if (!this.field.value.trim() && this.parameter.default === null) return "UNDEF";
      const chosen = this.#chosen();
      if (!chosen) throw new Error(`${this.parameter.name}: choose one of the list.`);
      return chosen[0];
    }
  }

  class QuestionForm {
    #fields = new Map();

    constructor(question, place) {
      this.question = question;
      for (const parameter of question.parameters)
        this.#fields.set(parameter.name, this.#field(parameter, place));
    }

    #field(parameter, place) {
      const id = `parameter-${parameter.name}`;
      const field = new (parameter.type === "date" ? Day : Thing)(parameter, id);
      const line = element("div", "", { className: "parameter" });
      const label = element("label", parameter.meaning.replace(/\.$/, " "), { htmlFor: id });
      label.append(element("code", parameter.name));
      line.append(label, ...field.parts);
      place.append(line);
      return field;
    }

    /** The values as they stand in an address. */
    values() {
      const given = [...this.#fields].map(([name, field]) => [name, field.value]);
      return Object.fromEntries(given.filter(([, value]) => value));
    }

    /** Take over values from an address; what does not fit is left out. */
    take(values) {
      for (const [name, field] of this.#fields) if (values.has(name)) field.value = values.get(name);
    }

    /** The question's SPARQL with the values in its marked lines. Throws where one does not fit. */
    text() {
      const marked = new RegExp(`^${bde.saved.marked}$`);
      const lines = this.question.text.split("\n").map((line) => {
        const [, before, name, , after] = marked.exec(line) ?? [];
        if (!this.#fields.has(name)) return line;
        const term = this.#fields.get(name).term();
        // A parameter left open joins with everything, and some engines go wrong there.
        return (term === "UNDEF" ? before.replace("VALUES", "# VALUES") : before) + term + after;
      });
      return lines.join("\n");
    }
  }

  bde.QuestionForm = QuestionForm;
}
