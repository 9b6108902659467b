// Sends a large file in parts and goes on where it stood: after a lost connection by itself, after a reload when the same
// file is chosen again. The server says how far it is; without this script the form sends the file at once.
const form = document.querySelector("form[data-uploads]");
const MEGABYTE = 1024 * 1024; // as the server tells sizes
const WAITS = [1_000, 2_000, 5_000, 10_000, 30_000];

class Refused extends Error {}

async function ask(method, url, { body, headers = {} } = {}) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(url, {
    method,
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": token, Accept: "application/json", ...headers },
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) {
    const refusal = new Refused((told.errors ?? []).map((error) => error.detail).join(" ") || "Not accepted.");
    refusal.code = told.errors?.[0]?.code;
    refusal.status = answer.status;
    throw refusal;
  }
  return told;
}

function json(value) {
  return { body: JSON.stringify(value), headers: { "Content-Type": "application/json" } };
}

const state = form.querySelector("[data-upload-state]");
const bar = state.querySelector("progress");
const words = state.querySelector("[data-upload-words]");
const button = form.querySelector("button.primary");

function megabytes(bytes) {
  return (bytes / MEGABYTE).toLocaleString("en", { maximumFractionDigits: 1 });
}

let told = 0;

function show(offset, size) {
  bar.value = (100 * offset) / size;
  const now = Date.now();
  if (now - told < 2_000 && offset < size) return; // a reader of the screen is not told every part
  told = now;
  words.textContent = `${megabytes(offset)} of ${megabytes(size)} MB are here.`;
}

// What identifies a file across a reload; kept by the browser alone.
function keyOf(file) {
  return `upload ${form.dataset.uploads} ${file.name} ${file.size} ${file.lastModified}`;
}

async function begun(file) {
  const known = localStorage.getItem(keyOf(file));
  if (known) {
    try {
      return await ask("GET", `${form.dataset.uploads}${known}/`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      localStorage.removeItem(keyOf(file)); // it was finished or thrown away
    }
  }
  const upload = await ask("POST", form.dataset.uploads, json({
    name: file.name,
    size: file.size,
    title: form.elements.title.value,
    note: form.elements.note.value,
    privileged: Boolean(form.elements.privileged?.checked),
  }));
  localStorage.setItem(keyOf(file), upload.reference);
  return upload;
}

async function sendParts(file, upload) {
  const url = `${form.dataset.uploads}${upload.reference}/`;
  let offset = upload.offset;
  while (offset < file.size) {
    const part = file.slice(offset, offset + upload.part_size);
    try {
      const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset) };
      offset = (await ask("PUT", url, { body: part, headers })).offset;
    } catch (error) {
      if (error.code !== "wrong_offset") throw error;
      offset = (await ask("GET", url)).offset; // the answer to an earlier part was lost
    }
    show(offset, file.size);
  }
  words.textContent = "All of it is here. Computing its SHA-256 …";
  const done = await ask("POST", `${url}finish/`, json({}));
  localStorage.removeItem(keyOf(file));
  location.assign(`${form.dataset.evidence}${done.reference}/`);
}

async function patiently(file) {
  for (let tries = 0; ; tries += 1) {
    try {
      const upload = await begun(file);
      show(upload.offset, file.size);
      return await sendParts(file, upload);
    } catch (error) {
      if (error instanceof Refused) throw error;
      const wait = WAITS[Math.min(tries, WAITS.length - 1)];
      words.textContent = `The connection is lost. Trying again in ${wait / 1000} s; nothing that is here is lost.`;
      await new Promise((resume) => setTimeout(resume, wait));
    }
  }
}

form.addEventListener("submit", async (event) => {
  const file = form.elements.file.files[0];
  if (!file || !file.size) return; // the server says what is missing
  event.preventDefault();
  button.disabled = true;
  state.hidden = false;
  told = 0;
  try {
    await patiently(file);
  } catch (error) {
    if (error.code === "already_here") localStorage.removeItem(keyOf(file));
    words.textContent = `Not kept: ${error.message}`;
    button.disabled = false;
  }
});
