// Keeps what somebody types into long fields until it is saved, and warns before the session ends.

const SECOND = 1000;
const WAIT = 3 * SECOND;
const LEFT = 0.4 * SECOND;
const WARN = 120 * SECOND;
const LONGEST_TIMER = 24 * 60 * 60 * SECOND;

const session = document.getElementById("session");
const forms = new Map();

function headers() {
  return { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
}

function typed(form) {
  const fields = [...form.querySelectorAll("textarea[name]")];
  return Object.fromEntries(fields.map((field) => [field.name, field.value]));
}

function same(one, other) {
  const names = Object.keys(one).filter((name) => name in other);
  return names.every((name) => one[name].replaceAll("\r\n", "\n") === other[name].replaceAll("\r\n", "\n"));
}

async function ask(kept, method, more = {}) {
  const address = `${session.dataset.drafts}?place=${encodeURIComponent(kept.place)}`;
  try {
    return await fetch(address, { method, headers: headers(), credentials: "same-origin", ...more });
  } catch {
    return null; // the next try comes with the next key
  }
}

async function keep(form, keepalive = false) {
  const kept = forms.get(form);
  clearTimeout(kept.timer);
  const now = typed(form);
  if (kept.sent || same(now, kept.last)) return;
  kept.last = now;
  if (same(now, kept.first)) await ask(kept, "DELETE", { keepalive });
  else await ask(kept, "PUT", { keepalive, body: JSON.stringify({ fields_typed: now }) });
}

function keepAll() {
  for (const form of forms.keys()) if (form.isConnected) keep(form, true);
}

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button small";
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}

function offer(form, draft) {
  const box = document.createElement("div");
  box.className = "note info draft";
  box.setAttribute("role", "note");
  const words = document.createElement("p");
  const at = new Date(draft.saved_at);
  const today = at.toDateString() === new Date().toDateString();
  const when = at.toLocaleString(undefined, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  words.textContent = `You had begun to write this at ${when}.`;
  const use = button("Use it", () => {
    for (const [name, value] of Object.entries(draft.fields_typed)) {
      const field = form.querySelector(`textarea[name="${CSS.escape(name)}"]`);
      if (field) field.value = value;
    }
    box.remove();
    form.querySelector("textarea")?.focus();
  });
  const discard = button("Throw it away", () => {
    ask(forms.get(form), "DELETE");
    box.remove();
    form.querySelector("textarea")?.focus();
  });
  const row = document.createElement("div");
  row.className = "row";
  row.append(use, discard);
  const inner = document.createElement("div");
  inner.append(words, row);
  box.append(inner);
  form.prepend(box);
}

async function attach(form) {
  if (forms.has(form) || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (!form.querySelector("textarea[name]") || form.closest("dialog")) return;
  const place = new URL(form.getAttribute("action") ?? "", location.href).pathname;
  const first = typed(form);
  const kept = { place, first, last: first, timer: 0, sent: false };
  forms.set(form, kept);
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: "_draft", value: place });
  form.append(hidden);
  form.addEventListener("input", () => {
    kept.sent = false;
    clearTimeout(kept.timer);
    kept.timer = setTimeout(keep, WAIT, form);
  });
  form.addEventListener("focusout", (event) => {
    if (!event.target.matches("textarea")) return;
    // A moment later: whoever leaves the field to save needs no draft.
    clearTimeout(kept.timer);
    kept.timer = setTimeout(keep, LEFT, form);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(kept.timer);
    kept.sent = true;
  });
  const answer = await ask(kept, "GET");
  if (answer?.status !== 200) return;
  const draft = await answer.json();
  if (!same(draft.fields_typed, typed(form))) offer(form, draft);
}

function attachAll(root) {
  if (root instanceof HTMLFormElement) attach(root);
  root.querySelectorAll("form").forEach(attach);
}

// --- the end of the session
let ends = Date.now() + Number(session?.dataset.sessionSeconds ?? 0) * SECOND;
let timer = 0;

function watch() {
  clearTimeout(timer);
  timer = setTimeout(warn, Math.min(Math.max(ends - WARN - Date.now(), 0), LONGEST_TIMER));
}

function warn() {
  if (Date.now() < ends - WARN) return watch();
  if (Date.now() < ends && !session.open) session.showModal();
}

async function stay() {
  const answer = await fetch(session.dataset.stay, { method: "POST", headers: headers(), credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  ends = Date.now() + (await answer.json()).seconds * SECOND;
  watch();
}

if (session) {
  attachAll(document);
  document.addEventListener("htmx:load", (event) => attachAll(event.detail.elt));
  document.addEventListener("htmx:responseError", (event) => {
    // Signed out meanwhile: sent as a whole page, it comes back with all that was typed.
    if (event.detail.xhr.status === 401 && event.detail.elt.matches("form")) event.detail.elt.submit();
  });
  document.addEventListener("leaving", keepAll);
  document.addEventListener("visibilitychange", () => document.hidden && keepAll());
  window.addEventListener("pagehide", keepAll);
  session.addEventListener("close", () => session.returnValue === "stay" && stay());
  if (ends > Date.now()) watch();
}
