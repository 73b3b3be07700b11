// What pages do beyond HTML and htmx: dialogs, keys, menus that close, rows by keyboard, drafts that outlive a sign-in.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const dialog = (name) => document.getElementById(name);

  function open(name) {
    const found = dialog(name);
    if (!found || found.open) return;
    found.showModal();
    const field = found.querySelector("[autofocus]");
    if (field) { field.focus(); if (field.select) field.select(); }
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) open(opener.dataset.open);
    if (event.target instanceof HTMLDialogElement) event.target.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  let waitingForPlace = 0;
  function go(key) {
    const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (place) place.click();
    return place !== null;
  }

  function rowMove(step) {
    const rows = [...document.querySelectorAll("main table.list tbody tr")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("at"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    rows.forEach((row) => row.classList.toggle("at", row === next));
    next.scrollIntoView({ block: "nearest" });
    const link = next.querySelector("a");
    if (link) link.focus({ preventScroll: true });
  }

  // A key presses a button of the chosen row; the page that follows goes on at the same place.
  function rowPress(key) {
    const row = document.querySelector("main tr.at");
    const button = row?.querySelector(`[data-key="${key}"]`);
    if (!button) return;
    sessionStorage.setItem("row", [...row.parentNode.children].indexOf(row));
    button.click();
  }
  const rowBefore = sessionStorage.getItem("row");
  sessionStorage.removeItem("row");
  if (rowBefore !== null && document.querySelector("main [data-key]")) rowMove(Number(rowBefore) + 1);

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("palette");
      return;
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    }
    if (dialog("palette")?.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const stops = [...dialog("palette").querySelectorAll("input, a")];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (waitingForPlace && Date.now() - waitingForPlace < 1500) {
      waitingForPlace = 0;
      if (go(event.key)) event.preventDefault();
      return;
    }
    if (event.key === "g") waitingForPlace = Date.now();
    else if (event.key === "/") { event.preventDefault(); open("palette"); }
    else if (event.key === "?") open("keys");
    else if (event.key === "j") rowMove(1);
    else if (event.key === "k") rowMove(-1);
    else if (/^[a-z]$/.test(event.key)) rowPress(event.key);
  });

  // A phone shows the navigation folded.
  const places = document.querySelector("details.places");
  if (places && window.matchMedia("(max-width: 48rem)").matches) places.open = false;

  // What was typed into a form is kept in this tab until its page comes back without it, so that a session that ended, a
  // lost connection or a form that came too late costs nothing. Passwords and files are never kept.
  const keyOf = (form) => `draft:${new URL(form.action, location.href).pathname}`;
  // The form's own token is kept too: a form that was saved and is come back to must not save a second time.
  const kept = (form) => [...form.elements].filter((field) => field.name === "request_id" ||
    (field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "hidden", "submit", "button"].includes(field.type)));

  function keepDraft(form) {
    if (form?.method !== "post" || form.hasAttribute("data-no-draft") || form.querySelector("input[type=password]")) return;
    const values = kept(form).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value, field.value]);
    if (values.length) sessionStorage.setItem(keyOf(form), JSON.stringify({ at: location.pathname, values }));
  }

  // Lines that a draft has and a fresh form lacks are made after its last one.
  function addLines(form, values) {
    const total = form.elements["lines-TOTAL_FORMS"];
    const rows = form.querySelectorAll("table.lines tbody tr");
    if (!total || !rows.length) return;
    const last = rows.length - 1;
    const wanted = Math.max(...values.map(([name]) => Number(/^lines-(\d+)-/.exec(name)?.[1] ?? -1)));
    for (let at = rows.length; at <= wanted; at += 1) {
      const row = rows[last].cloneNode(true);
      for (const field of row.querySelectorAll("[name]")) {
        field.name = field.name.replace(`lines-${last}-`, `lines-${at}-`);
        field.id = field.id.replace(`lines-${last}-`, `lines-${at}-`);
        field.value = "";
      }
      rows[last].parentElement.append(row);
    }
    total.value = Math.max(rows.length, wanted + 1);
  }

  document.addEventListener("input", (event) => keepDraft(event.target.form));

  // A second click while the first is under way sends nothing; a page that is come back to may send again.
  const sending = new WeakSet();
  window.addEventListener("pageshow", () => { for (const form of document.forms) sending.delete(form); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    keepDraft(form);
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (sending.has(form)) { event.preventDefault(); return; }
    sending.add(form);
    setTimeout(() => sending.delete(form), 10000);
  }, true);

  for (const form of document.querySelectorAll("form[method=post]")) {
    const text = sessionStorage.getItem(keyOf(form));
    if (!text) continue;
    const draft = JSON.parse(text);
    sessionStorage.removeItem(keyOf(form));
    const bound = form.querySelector(".wrong, .errorlist") !== null;
    const cameBack = document.referrer.includes("/accounts/") || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (bound || !cameBack || draft.at !== location.pathname) continue;
    addLines(form, draft.values);
    const fields = kept(form);
    draft.values.forEach(([name, value, mark]) => {
      const field = fields.find((each) => each.name === name && (typeof value !== "boolean" || each.value === mark));
      if (field) { if (typeof value === "boolean") field.checked = value; else field.value = value; }
    });
    const field = fields.find((each) => each.type !== "hidden");
    if (field) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A field that is shown to be copied.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
    button.textContent = button.dataset.done;
  });

  // Files may be dropped anywhere on an element that names the form which takes them.
  for (const area of document.querySelectorAll("[data-drop]")) {
    const input = document.getElementById(area.dataset.drop);
    area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
    area.addEventListener("dragleave", () => area.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("over");
      input.files = event.dataTransfer.files;
      input.form.requestSubmit();
    });
  }
})();
