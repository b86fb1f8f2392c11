// An upload that says truly how far it is. The form carries data-upload: the address that is asked for progress.
// The file goes with the header Upload-Key; GET <address>?key=<Upload-Key> answers {"done": 6200, "total": 20000,
// "step": "校验"}; total null where it is not known: then there is no bar. The form's own answer ends it.
"use strict";

const UNHURRIED = 1000; // ms between two questions

function show(part, done, total, step) {
  const bar = part.querySelector("progress");
  const known = Number.isFinite(total) && total > 0;
  bar.hidden = !known;
  if (known) bar.value = done / total;
  part.querySelector("[data-share]").textContent = known ? `${Math.floor((100 * done) / total)}%` : "";
  if (step) part.querySelector("[data-step]").textContent = step;
  const grouped = (number) => number.toLocaleString("en").replaceAll(",", "\u2009");
  part.querySelector("[data-done]").textContent = known ? `${grouped(done)} / ${grouped(total)}` : "";
}

function arrived(form, request) {
  if (request.responseURL !== (form.action || window.location.href)) return void window.location.assign(request.responseURL);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  watch();
  const faults = document.querySelector("[data-focus]");
  if (faults) faults.focus();
}

function send(event) {
  const form = event.target, part = form.querySelector("[data-progress]");
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${performance.now()}`;
  const request = new XMLHttpRequest();
  let asking = 0;
  const ask = async () => {
    const answer = await fetch(`${form.dataset.upload}?key=${encodeURIComponent(key)}`).catch(() => null);
    if (answer && answer.ok) {
      const { done, total, step } = await answer.json();
      show(part, done, total, step);
    }
    asking = window.setTimeout(ask, UNHURRIED);
  };
  const over = () => {
    window.clearTimeout(asking);
    asking = 0;
    part.hidden = true;
    delete form.dataset.sent;
  };
  request.upload.addEventListener("progress", (sent) => show(part, sent.loaded, sent.lengthComputable ? sent.total : NaN, ""));
  request.upload.addEventListener("load", () => { asking = window.setTimeout(ask, UNHURRIED); });
  request.addEventListener("load", () => { over(); arrived(form, request); });
  request.addEventListener("error", over);
  request.addEventListener("abort", over);
  part.querySelector("[data-stop]").onclick = () => request.abort();
  part.hidden = false;
  request.open("POST", form.action || window.location.href);
  request.setRequestHeader("Upload-Key", key);
  request.send(new FormData(form));
}

function watch() {
  for (const form of document.querySelectorAll("form[data-upload]")) form.addEventListener("submit", send);
}
watch();
