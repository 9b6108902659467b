// Improves pages that already work without it: clocks, copy buttons, colours, confirmation, shortcuts.
import { install, uninstall } from "../vendor/hotkey/hotkey.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ANNOUNCE = [DAY, 4 * HOUR, HOUR];
const COOKIE_LIFE_SECONDS = 365 * 24 * 60 * 60;

// The server's time, never the device's: how far it was ahead when the page came is kept for as long as the page stands.
const clockOffsets = new WeakMap();

function serverNow(element) {
  if (!clockOffsets.has(element)) clockOffsets.set(element, Date.parse(element.dataset.now) - Date.now());
  return Date.now() + clockOffsets.get(element);
}

function duration(milliseconds) {
  const span = Math.abs(milliseconds);
  const hours = Math.floor(span / HOUR);
  if (span < MINUTE) return "less than a minute";
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < 4 * DAY) return `${hours} h ${String(Math.floor(span / MINUTE) % 60).padStart(2, "0")} min`;
  const days = Math.floor(span / DAY);
  return days < 14 ? `${days} days ${hours % 24} h` : `${days} days`;
}

function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

function recount(clock) {
  const now = serverNow(clock);
  const due = Date.parse(clock.dataset.due);
  const left = due - now;
  const before = Number(clock.dataset.left ?? left);
  clock.dataset.left = String(left);
  const state = left < 0 ? "late" : left < DAY ? "soon" : "running";
  const words = left < 0 ? `${duration(left)} overdue` : `${duration(left)} left`;
  const place = clock.querySelector("[data-clock-left]");
  if (place.textContent !== words) place.textContent = words;
  clock.classList.remove("clock-late", "clock-soon", "clock-running");
  clock.classList.add(`clock-${state}`);
  const bar = clock.querySelector(".fuse rect");
  const start = Date.parse(clock.dataset.start);
  if (bar && due > start) {
    const used = Math.min(Math.max((now - start) / (due - start), 0), 1);
    bar.setAttribute("width", `${(used * 100).toFixed(1)}%`);
  }
  if (ANNOUNCE.some((mark) => before > mark && left <= mark)) {
    const label = clock.querySelector(".clock-label")?.textContent ?? "A deadline";
    announce(`${label}: ${words}`);
  }
}

function tellAgo(element) {
  const span = serverNow(element) - Date.parse(element.dataset.ago);
  element.textContent = Math.abs(span) < MINUTE ? "just now" : span >= 0 ? `${duration(span)} ago` : `in ${duration(span)}`;
}

function tick() {
  if (document.hidden) return;
  document.querySelectorAll("[data-clock]").forEach(recount);
  document.querySelectorAll("[data-ago]").forEach(tellAgo);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  button.classList.add("done");
  announce("Copied");
  setTimeout(() => button.classList.remove("done"), 1500);
}

// --- colours: kept in a cookie so that the server draws the next page right from the start
function theme() {
  return document.documentElement.dataset.theme ?? "system";
}

function setTheme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  const life = name === "system" ? 0 : COOKIE_LIFE_SECONDS;
  document.cookie = `theme=${name}; path=/; max-age=${life}; samesite=lax`;
  showTheme();
}

function showTheme() {
  document.querySelectorAll("[data-theme-switch] button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === theme()));
  });
}

// --- confirmation: a native dialog in front of a form that would work without it
function confirmFirst(event) {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", "Please confirm");
  const inner = document.createElement("form");
  inner.method = "dialog";
  const text = document.createElement("p");
  text.textContent = form.dataset.confirm;
  const row = document.createElement("div");
  row.className = "form-actions";
  const cancel = document.createElement("button");
  cancel.className = "button";
  cancel.value = "cancel";
  cancel.textContent = "Cancel";
  const go = document.createElement("button");
  go.className = "button primary";
  go.value = "go";
  go.textContent = form.dataset.confirmButton || event.submitter?.textContent.trim() || "Continue";
  row.append(cancel, go);
  inner.append(text, row);
  dialog.append(inner);
  document.body.append(dialog);
  const submitter = event.submitter;
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "go";
    dialog.remove();
    if (!agreed) return submitter?.focus();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  });
  dialog.showModal();
}

// --- shortcuts: can be switched off, never fire inside fields (hotkey sees to that)
function keysOn() {
  return localStorage.getItem("keys") !== "off";
}

function bindKeys(root) {
  root.querySelectorAll("[data-hotkey]").forEach((element) => {
    uninstall(element);
    if (keysOn()) install(element);
  });
}

function openKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
}

// --- wiring
function prepare(root) {
  root.querySelectorAll("[data-copy][hidden], [data-theme-switch][hidden]").forEach((element) => {
    element.hidden = false;
  });
  root.querySelectorAll(".panel [data-keys-open][hidden]").forEach((element) => {
    element.hidden = false;
  });
  root.querySelectorAll("[data-announce]").forEach((element) => announce(element.dataset.announce));
  bindKeys(root);
  showTheme();
  tick();
}

function showCurrentTab() {
  document.querySelectorAll(".tabs [aria-current]").forEach((link) => {
    const list = link.closest("ul");
    const overflow = link.offsetLeft + link.offsetWidth - list.offsetLeft - list.clientWidth;
    if (overflow > 0) list.scrollLeft = overflow + 48;
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-theme-switch] button, [data-keys-open]");
  if (!button) return;
  if (button.dataset.copy) copy(button);
  else if ("keysOpen" in button.dataset) openKeys();
  else setTheme(button.value);
});
document.addEventListener("submit", confirmFirst, true);
document.addEventListener("change", (event) => {
  if (!("keysSwitch" in event.target.dataset)) return;
  localStorage.setItem("keys", event.target.checked ? "on" : "off");
  bindKeys(document);
});
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  if (event.detail.elt.dataset?.hotkey) uninstall(event.detail.elt);
});
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
document.addEventListener("visibilitychange", tick);

const keysSwitch = document.querySelector("[data-keys-switch]");
if (keysSwitch) keysSwitch.checked = keysOn();
prepare(document);
showCurrentTab();
document.querySelector("[data-error-summary]")?.focus();
setInterval(tick, 30_000);
