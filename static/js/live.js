// Says what others changed on an open page. Nothing on the page moves until its reader asks for it.

const SECOND = 1000;
const LONGEST_WAIT = 8; // of usual waits, when the server does not answer
const GONE = [401, 403, 404];

const bar = document.querySelector("[data-live]");
const every = Number(bar?.dataset.live ?? 0) * SECOND;
let asked = Date.now();
let wait = 1;
let ended = false;
let later = "";

function wanted() {
  return localStorage.getItem("live") !== "off";
}

function look() {
  if (ended || document.hidden || !wanted() || Date.now() - asked < every * wait) return;
  asked = Date.now();
  window.htmx.trigger(bar, "look");
}

function tell() {
  const words = bar.querySelector("#live-words").textContent.trim();
  if (!words || words === later) return;
  const first = bar.hidden;
  bar.hidden = false;
  const place = document.getElementById("announcer");
  if (first && place) place.textContent = words;
}

function show() {
  document.dispatchEvent(new CustomEvent("leaving"));
  location.reload();
}

function showSwitch() {
  document.querySelectorAll("[data-live-switch]").forEach((label) => {
    label.hidden = false;
    label.querySelector("input").checked = wanted();
  });
}

if (bar && every) {
  bar.addEventListener("htmx:beforeSwap", (event) => {
    // Signed out meanwhile: the answer is the page to sign in, and nobody asks again.
    if (GONE.includes(event.detail.xhr.status)) {
      ended = true;
      event.detail.shouldSwap = false;
    }
  });
  bar.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr.status;
    wait = status >= 200 && status < 300 ? 1 : Math.min(wait * 2, LONGEST_WAIT);
  });
  bar.addEventListener("htmx:afterSwap", tell);
  bar.addEventListener("click", (event) => {
    if (event.target.closest("[data-live-show]")) show();
    if (!event.target.closest("[data-live-later]")) return;
    later = bar.querySelector("#live-words").textContent.trim();
    bar.hidden = true;
    document.getElementById("content")?.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", look);
  document.addEventListener("change", (event) => {
    if (!event.target.closest("[data-live-switch]")) return;
    localStorage.setItem("live", event.target.checked ? "on" : "off");
    if (!wanted()) bar.hidden = true;
  });
  setInterval(look, SECOND);
  showSwitch();
}
