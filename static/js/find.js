// The field of the header suggests while somebody types. Without this file it is a plain search.
const WAIT = 150;

function suggesting(field) {
  const list = document.getElementById("suggestions");
  let timer;
  let asked = "";
  let at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function mark(next) {
    const all = options();
    at = all.length ? (next + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", all[at].id);
    else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    at = -1;
  }

  async function ask() {
    const words = field.value.trim();
    asked = words;
    if (words.length < 2) return close();
    const answer = await fetch(`${field.dataset.find}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected || asked !== words) return;
    list.innerHTML = await answer.text();
    list.hidden = false;
    at = -1;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  }

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(close), WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) options()[at].querySelector("a").click();
    else return;
    event.preventDefault();
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) setTimeout(close, WAIT);
  });
}

document.querySelectorAll("[data-find]").forEach(suggesting);
