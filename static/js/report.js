// Keeps what somebody types at the public form before they press Continue. Without this file each page is kept when it is sent.
const WAIT = 2_000;
const form = document.querySelector("form[data-kept]");
let timer;
let changed = false;

function typed() {
  const data = new FormData(form);
  for (const field of form.querySelectorAll("input[type=file]")) data.delete(field.name);
  data.set("keep", "1");
  return data;
}

async function keep() {
  changed = false;
  await fetch(form.dataset.kept, { method: "POST", body: typed(), credentials: "same-origin" });
}

form?.addEventListener("input", () => {
  changed = true;
  clearTimeout(timer);
  timer = setTimeout(() => keep().catch(() => undefined), WAIT);
});
form?.addEventListener("submit", () => {
  changed = false;
  clearTimeout(timer);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && changed) navigator.sendBeacon(form.dataset.kept, typed());
});
