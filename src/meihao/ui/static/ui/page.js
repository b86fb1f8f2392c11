// What pages do beyond HTML: the token for htmx, one press of a button, the end of a session, the bulk bar, errors first.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

// a press counts once: the button that was pressed says so and sends nothing twice
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return void event.preventDefault();
  form.dataset.sent = "1";
  if (event.submitter) event.submitter.classList.add("busy");
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button.busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }
});

const faults = document.querySelector("[data-focus]");
if (faults) faults.focus();

// on a phone the menu begins folded
const menu = document.querySelector("[data-menu]");
const narrow = window.matchMedia("(max-width: 720px)");
const fold = () => { if (menu) menu.open = !narrow.matches; };
fold();
narrow.addEventListener("change", fold);

// one filter is open at a time; Escape and a click elsewhere close it
const folds = () => document.querySelectorAll(".filter[open], .asof[open]");
document.addEventListener("click", (event) => {
  for (const open of folds()) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of folds()) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// "/" goes to the search, unless somebody is typing
const finder = document.querySelector("[data-finder]");
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || !finder || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  finder.focus();
});

for (const form of document.querySelectorAll("[data-bulk]")) {
  const bar = form.querySelector("[data-bar]"), count = form.querySelector("[data-count]");
  const all = form.querySelector("[data-all]"), rows = [...form.querySelectorAll("input[name=row]")];
  const show = () => {
    const chosen = rows.filter((row) => row.checked).length;
    bar.hidden = chosen === 0;
    count.textContent = count.dataset.count.replace("0", String(chosen));
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    show();
  });
  for (const row of rows) row.addEventListener("change", show);
  show();
}

const ending = document.querySelector("[data-seconds]");
if (ending) {
  let timer = 0;
  const wait = () => {
    window.clearTimeout(timer);
    ending.hidden = true;
    const left = Number(ending.dataset.seconds) - Number(ending.dataset.warning);
    timer = window.setTimeout(() => { ending.hidden = false; }, Math.max(0, left) * 1000);
  };
  const stay = ending.querySelector("[data-stay]");
  stay.addEventListener("click", async () => {
    const answer = await fetch(stay.dataset.stay, { method: "HEAD", redirect: "manual" });
    if (answer.ok) wait();
    else window.location.reload();
  });
  document.addEventListener("htmx:afterRequest", wait);
  wait();
}

// A wall display looks anew by itself; whoever reads it can stop that.
for (const button of document.querySelectorAll("[data-refresh]")) {
  let timer = 0;
  const run = (on) => {
    clearTimeout(timer);
    timer = on ? setTimeout(() => location.reload(), Number(button.dataset.refresh) * 1000) : 0;
    button.setAttribute("aria-pressed", String(!on));
  };
  button.addEventListener("click", () => run(!timer));
  run(true);
}
