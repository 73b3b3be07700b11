// The page that tries the API: each form sends its request with the token, and shows what came back.
(() => {
  "use strict";

  const token = document.getElementById("token");
  token.value = sessionStorage.getItem("api-token") || "";
  token.addEventListener("change", () => sessionStorage.setItem("api-token", token.value));

  function requestOf(form) {
    let path = form.dataset.path;
    const query = new URLSearchParams();
    const options = { method: form.dataset.method, credentials: "omit", headers: { Authorization: `Bearer ${token.value.trim()}` } };
    for (const field of form.elements) {
      const where = field.dataset.in;
      if (where === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      else if (where === "query" && field.value !== "") query.set(field.name, field.value);
      else if (where === "header" && field.value !== "") options.headers[field.name] = field.value;
      else if (where === "body") {
        options.body = field.value;
        options.headers["Content-Type"] = "application/json";
      } else if (where === "files") {
        options.body = new FormData();
        for (const file of field.files) options.body.append(field.name, file);
      }
    }
    const text = query.toString();
    return [text ? `${path}?${text}` : path, options];
  }

  function pretty(text) {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-try]");
    if (!form) return;
    event.preventDefault();
    const [address, options] = requestOf(form);
    const shown = form.querySelector(".answer");
    const began = performance.now();
    try {
      const answer = await fetch(address, options);
      const text = await answer.text();
      const took = Math.round(performance.now() - began);
      shown.querySelector("p").textContent = `${options.method} ${address} → ${answer.status} ${answer.statusText}, ${took} ms`;
      shown.querySelector("code").textContent = pretty(text);
    } catch (error) {
      shown.querySelector("p").textContent = `${options.method} ${address}`;
      shown.querySelector("code").textContent = String(error);
    }
    shown.hidden = false;
    const key = form.querySelector("[name='Idempotency-Key']");
    if (key) key.value = crypto.randomUUID();
  });

  for (const key of document.querySelectorAll("[name='Idempotency-Key']")) key.value = crypto.randomUUID();

  // The address may name the operation to open.
  const opened = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (opened) opened.open = true;
})();
