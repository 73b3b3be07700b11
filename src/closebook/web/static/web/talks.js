// Conversations without a connection: what is logged is kept on this device, shown, and sent when there is one again.
(() => {
  "use strict";
  const KEPT = "kept-talks";
  const sign = document.querySelector("[data-kept-talks]");
  if (!sign) return;
  const texts = sign.dataset;
  const form = document.querySelector("form[data-talk]");
  const token = sign.querySelector("[name=csrfmiddlewaretoken]").value;
  const all = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; } };
  const write = (talks) => localStorage.setItem(KEPT, JSON.stringify(talks));
  // Somebody else who signs in on this device neither sees nor sends them.
  const mine = () => all().filter((talk) => talk.person === texts.person);
  const drop = (id) => write(all().filter((talk) => talk.id !== id));
  const newId = () => `page-${[...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("")}`;

  // A device often says that it is connected while nothing gets through, so a small file is asked for first.
  async function connected() {
    if (!navigator.onLine) return false;
    try {
      const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) };
      return (await fetch(document.querySelector("link[rel=icon]").href, asked)).ok;
    } catch { return false; }
  }

  function line(talk) {
    const found = document.createElement("li");
    const who = new URLSearchParams(talk.body);
    found.textContent = `${who.get("customer")} · ${who.get("day")} `;
    const button = (words, act) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", className: "quiet", textContent: words });
      made.addEventListener("click", act);
      found.append(made, " ");
    };
    if (talk.bad) button(texts.look, () => { sessionStorage.setItem(KEPT, talk.id); location.assign(talk.address); });
    button(texts.drop, () => { if (confirm(texts.sure)) { drop(talk.id); show(); } });
    return found;
  }

  function show(words = "") {
    const talks = mine();
    const parts = [];
    const group = (title, rows) => {
      if (!rows.length) return;
      const head = document.createElement("p");
      head.textContent = title;
      const list = document.createElement("ul");
      list.className = "plain";
      list.append(...rows.map(line));
      parts.push(head, list);
    };
    if (words) { const said = document.createElement("p"); said.textContent = words; parts.push(said); }
    group(texts.kept, talks.filter((talk) => !talk.bad));
    group(texts.bad, talks.filter((talk) => talk.bad));
    sign.replaceChildren(...parts);
    sign.hidden = !parts.length;
  }

  // Each carries the id that this device gave it: what arrived although the answer was lost is not kept twice.
  async function sendOne(talk) {
    const body = new URLSearchParams(talk.body);
    body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(talk.address, { method: "POST", body, credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) return texts.signIn;
    if (answer.status === 403) return texts.signIn;
    if (answer.status >= 500) return "later";
    if (answer.redirected && answer.ok) drop(talk.id);
    else write(all().map((each) => (each.id === talk.id ? { ...each, bad: true } : each)));
    return "";
  }

  let sending = false;
  async function sendKept() {
    if (sending) return;
    sending = true;
    let words = "";
    try {
      for (const talk of mine().filter((each) => !each.bad)) {
        const stop = await sendOne(talk);
        if (stop) { words = stop === "later" ? "" : stop; break; }
        if (!mine().length) words = texts.sent;
      }
    } catch { /* The connection is gone again: what is not sent stays. */ }
    sending = false;
    show(words);
  }

  function keep(made) {
    const body = new URLSearchParams(new FormData(made));
    body.delete("csrfmiddlewaretoken");
    write([...all(), { id: body.get("request_id"), person: texts.person, address: made.action, body: body.toString() }]);
    made.reset();
    made.elements.request_id.value = newId();
    show();
    sign.scrollIntoView({ block: "start" });
  }

  // One that could not be taken in is put back into its form, to be mended and saved there.
  function reopen() {
    const id = sessionStorage.getItem(KEPT);
    const talk = form && mine().find((each) => each.id === id);
    sessionStorage.removeItem(KEPT);
    if (!talk) return;
    for (const [name, value] of new URLSearchParams(talk.body)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList) field.value = value;
      else if (field?.type === "checkbox") field.checked = true;
      else if (field) field.value = value;
    }
    form.querySelectorAll("details").forEach((part) => { part.open = true; });
    drop(id);
  }

  let asking = false;
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    if (await connected()) form.submit(); else keep(form);
    asking = false;
  });
  reopen();
  show();
  window.addEventListener("online", sendKept);
  setInterval(() => { if (mine().some((talk) => !talk.bad)) connected().then((yes) => yes && sendKept()); }, 30000);
  if (mine().length) connected().then((yes) => yes && sendKept());
})();
