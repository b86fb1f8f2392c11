// A form filled in cell by cell: keys, pasted blocks, one step back, kept while it is typed. Without this file it
// is a plain form. What is typed goes as two fields, `cells` and `explained`, on the revision that the page knows;
// the answer says the new revision and how each cell stands.
"use strict";

const entry = document.querySelector("form[data-grid]"), WAIT = 900, AGAIN = 10000; // ms
const pastOf = document.getElementById("grid-past") ? JSON.parse(document.getElementById("grid-past").textContent) : {};
const cells = () => [...document.querySelectorAll("#grid [data-cell]")].filter((cell) => !cell.closest("template"));
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const put = (place, html) => place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
const said = (name) => document.querySelector(`#grid [data-trouble="${name}"]`);

// --- the side of the page: what the cell said before

function tell(cell) {
  const place = document.querySelector("[data-past]"), known = pastOf[cell.dataset.cell];
  if (!place) return;
  place.hidden = false;
  place.querySelector("[data-past-title]").textContent = cell.getAttribute("aria-label");
  place.querySelector("[data-past-note]").textContent = known ? known.note : "";
  place.querySelector("tbody").replaceChildren(...(known ? known.past : []).map((one) => {
    const row = document.createElement("tr");
    row.append(...one.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  }));
  place.querySelector("[data-past-none]").hidden = Boolean(known && known.past.length);
}
document.addEventListener("focusin", (event) => { if (event.target.matches("#grid [data-cell]")) tell(event.target); });

if (entry) {
  let revision = Number(entry.elements.revision.value), dirty = false, busy = false, leaving = false, timer = 0, waiting = null;
  const before = new Map(); // what a cell held when it was gone to
  const steps = []; // what was changed, the last last: each [cell, the value before]
  const state = part("saved");
  document.querySelector("[data-keys]").hidden = false;

  const written = () => {
    const all = {}, why = {};
    for (const cell of cells()) if (!("locked" in cell.dataset) && cell.value !== "") all[cell.dataset.cell] = cell.value;
    for (const one of entry.querySelectorAll("[data-why]")) if (one.value !== "") why[one.dataset.why] = one.value;
    return [JSON.stringify(all), JSON.stringify(why)];
  };
  // --- keeping

  function show(words, wrong = false) {
    state.textContent = words;
    state.classList.toggle("wrong", wrong);
  }

  function soon(wait = WAIT) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, wait);
  }
  const touched = (wait = WAIT) => {
    dirty = true;
    if (wait) soon(wait);
  };
  function failed(words, again = true) {
    show(words, true);
    touched(again && AGAIN);
    return false;
  }

  async function keep() {
    if (busy) return void soon();
    if (!dirty) return;
    busy = true;
    dirty = false;
    const heard = await sent();
    busy = false;
    const pressed = waiting;
    waiting = null;
    if (!heard || !pressed) return;
    const verb = Object.assign(document.createElement("input"), { type: "hidden", name: "verb", value: pressed });
    entry.append(verb); // the button itself may have been drawn anew meanwhile
    entry.requestSubmit();
  }

  // true where the platform answered, whatever it said
  async function sent() {
    show(entry.dataset.saving);
    const [all, why] = written();
    const body = new URLSearchParams({ revision, cells: all, explained: why });
    body.set("csrfmiddlewaretoken", entry.elements.csrfmiddlewaretoken.value);
    const asking = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" };
    const answer = await fetch(entry.dataset.save, asking).catch(() => null);
    if (!answer) return failed(entry.dataset.failed);
    if (answer.type === "opaqueredirect") return failed(entry.dataset.gone);
    const told = await answer.json().catch(() => null);
    if (answer.status === 409) return failed(entry.dataset.conflict, false) || true;
    if (told && told.words) return failed(`${entry.dataset.failed}：${told.words}`, false);
    if (!answer.ok || !told) return failed(entry.dataset.failed);
    revision = told.revision;
    entry.elements.revision.value = revision;
    show(told.saved);
    if (dirty) return true; // more was typed meanwhile: that is kept in a moment, and then said how it stands
    if (!told.anew) mark(told);
    leaving = leaving || told.anew;
    if (told.anew) window.location.reload(); // empty rows were left out: the others have new numbers
    return true;
  }

  function mark(told) {
    for (const [name, html] of Object.entries(told.parts)) if (part(name)) put(part(name), html);
    for (const cell of cells()) {
      const name = cell.dataset.cell, one = told.cells[name] || { worst: "", trouble: "", state: "", change: "" };
      const words = said(name), stands = entry.querySelector(`[data-state="${name}"]`);
      const change = entry.querySelector(`[data-change="${name}"]`);
      cell.classList.remove("must", "explain", "marked");
      if (one.worst) cell.classList.add(one.worst);
      cell.setAttribute("aria-invalid", String(one.worst === "must"));
      if (stands) put(stands, one.state);
      if (change) change.textContent = one.change || "—";
      if (!words) continue;
      words.className = one.worst;
      if (!words.contains(document.activeElement)) put(words, one.trouble.trim());
      const row = words.closest("tr");
      row.hidden = ![...row.querySelectorAll("[data-trouble]")].some((other) => other.childElementCount);
    }
  }

  // --- moving

  function beside(cell, down) {
    const row = cell.closest("tr"), across = [...row.querySelectorAll("[data-cell]")].indexOf(cell);
    const rows = [...entry.querySelectorAll("tr[data-line]")], to = rows.indexOf(row) + down;
    return rows[to] ? rows[to].querySelectorAll("[data-cell]")[across] : null;
  }
  function go(cell, down) {
    let to = beside(cell, down);
    while (to && "locked" in to.dataset) to = beside(to, down);
    if (to) to.focus();
    if (to && to.select) to.select();
  }

  entry.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.key === "Enter" && (cell.matches("[data-cell]") || cell.matches("[data-why]"))) {
      event.preventDefault(); // Enter goes on, it does not send the form
      const of = cell.matches("[data-why]") ? document.getElementById(`cell-${cell.dataset.why.replace("/", "-")}`) : cell;
      go(of, event.shiftKey ? -1 : 1);
    } else if (cell.matches("input[data-cell]") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      go(cell, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      if (!cell.matches("[data-cell]") || !steps.length || cell.value !== before.get(cell)) return; // the browser's own
      event.preventDefault();
      for (const [one, value] of steps.pop().reverse()) {
        one.value = value;
        before.set(one, value);
        one.focus();
      }
      touched();
    }
  });
  entry.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-cell]")) before.set(event.target, event.target.value);
  });
  entry.addEventListener("input", () => touched());
  entry.addEventListener("change", (event) => {
    const cell = event.target, was = before.get(cell);
    if (!cell.matches("[data-cell]") || was === undefined || was === cell.value) return;
    steps.push([[cell, was]]);
    before.set(cell, cell.value);
  });

  // --- pasting: rows by line, columns by tab; a cell in quotes may hold both

  function block(text) {
    const rows = [[""]], signs = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    let quoted = false;
    for (let at = 0; at < signs.length; at += 1) {
      const row = rows[rows.length - 1], last = row.length - 1, sign = signs[at];
      if (sign === '"' && !quoted && row[last] === "") quoted = true;
      else if (sign === '"' && quoted && signs[at + 1] !== '"') quoted = false;
      else if (sign === "\t" && !quoted) row.push("");
      else if (sign === "\n" && !quoted) rows.push([""]);
      else row[last] += sign;
      if (sign === '"' && quoted && signs[at + 1] === '"' && row[last].endsWith('"')) at += 1;
    }
    return rows;
  }
  function take(cell, text) {
    const value = text.trim();
    if (!cell || "locked" in cell.dataset) return null;
    const was = cell.value;
    if (cell.options) {
      const option = [...cell.options].find((one) => one.value === value || one.text === value);
      if (!option) return null;
      cell.value = option.value;
    } else cell.value = value;
    return [cell, was];
  }
  entry.addEventListener("paste", (event) => {
    const first = event.target, text = event.clipboardData.getData("text/plain");
    if (!first.matches("[data-cell]") || (!/[\t\n\r]/.test(text.trim()) && !first.options)) return;
    event.preventDefault();
    const across = [...first.closest("tr").querySelectorAll("[data-cell]")].indexOf(first);
    const step = [];
    let row = first.closest("tr"), left = 0;
    for (const texts of block(text)) {
      const here = row ? [...row.querySelectorAll("[data-cell]")].slice(across) : [];
      for (const [place, one] of texts.entries()) {
        const done = take(here[place], one);
        if (done) step.push(done);
        else if (one.trim()) left += 1;
      }
      row = next(row);
    }
    for (const [cell] of step) before.set(cell, cell.value);
    if (step.length) steps.push(step);
    touched();
    part("pasted").textContent = left ? entry.dataset.left.replace("{n}", String(left)) : "";
  });

  // --- rows

  function next(row) {
    const found = row && beside(row.querySelector("[data-cell]"), 1);
    if (found) return found.closest("tr");
    return row && document.querySelector("[data-next]") ? added() : null;
  }
  function added() {
    const rows = entry.querySelector("[data-rows]"), number = rows.querySelectorAll("tr[data-line]").length;
    const made = document.querySelector("[data-next]").content.cloneNode(true);
    for (const one of made.querySelectorAll("*")) {
      for (const { name, value } of [...one.attributes]) {
        if (value.includes("__n__")) one.setAttribute(name, value.replaceAll("__n__", name === "aria-label" ? number + 1 : number));
      }
    }
    made.querySelector(".no").textContent = String(number + 1);
    const row = made.querySelector("tr[data-line]");
    rows.append(made);
    return row;
  }
  entry.addEventListener("click", (event) => {
    if (!event.target.matches("[data-more]")) return;
    event.preventDefault();
    const first = added();
    for (let n = 1; n < 10; n += 1) added();
    first.querySelector("[data-cell]").focus();
  });

  // --- leaving

  entry.addEventListener("submit", (event) => {
    if (busy) { // what is on its way comes first
      waiting = event.submitter ? event.submitter.value : "save";
      return void event.preventDefault();
    }
    [entry.elements.cells.value, entry.elements.explained.value] = written();
    for (const one of entry.querySelectorAll("[data-cell], [data-why]")) one.disabled = true; // they went in those two
    window.clearTimeout(timer);
    leaving = true;
  });
  window.addEventListener("pageshow", () => { // come back to by the browser's own button
    for (const one of entry.querySelectorAll(":disabled")) one.disabled = false;
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => { if ((dirty || busy) && !leaving) event.preventDefault(); });
  window.addEventListener("online", () => soon(0));
}
