// Rows of a list by keys: walk, choose, and act on the row one stands on. Without this file rows are plain links and boxes.
const rows = () => [...document.querySelectorAll("[data-row]")];
const boxOf = (row) => row.querySelector(".pick input");
const here = () => rows().find((row) => row.contains(document.activeElement));

function say(words) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = words;
}

function walk(step) {
  const all = rows();
  const at = all.indexOf(here());
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.querySelector("a")?.focus();
}

function tick() {
  const row = here();
  const box = row && boxOf(row);
  if (!box) return say("Go to a row first, with j and k.");
  box.checked = !box.checked;
  const number = rows().filter((one) => boxOf(one)?.checked).length;
  say(`${box.checked ? "Chosen" : "No longer chosen"}. ${number} chosen in all.`);
}

// An act of the list is for the rows that are chosen; by key, where none is, for the row one stands on.
function chooseFirst(event) {
  if (!("forRows" in event.target.dataset) || rows().some((row) => boxOf(row)?.checked)) return;
  const box = here() && boxOf(here());
  if (box) box.checked = true;
  else {
    event.preventDefault();
    say("Go to a row first, with j and k.");
  }
}

document.querySelectorAll("[data-walk]").forEach((button) => {
  button.addEventListener("click", () => walk(Number(button.dataset.walk)));
});
document.querySelector("[data-tick]")?.addEventListener("click", tick);
document.addEventListener("hotkey-fire", chooseFirst, true);
