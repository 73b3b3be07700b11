// The timer: a sign of life every minute, the key t, and moves that are kept while there is no connection.
(() => {
  const KEPT = "timer-moves";
  const forms = () => [...document.querySelectorAll("form[data-timer]")];
  const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; } };
  const write = (moves) => localStorage.setItem(KEPT, JSON.stringify(moves));
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  function post(address, facts) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token(), ...facts });
    return fetch(address, { method: "POST", body, credentials: "same-origin" });
  }

  // Kept moves are sent in their order, each with the moment at which it was made; the server refuses a repetition.
  async function sendKept() {
    let sent = 0;
    for (let moves = read(); moves.length; moves = read()) {
      let answer;
      try { answer = await post(moves[0].address, moves[0].facts); } catch { return; }
      if (answer.status >= 500) return;
      write(moves.slice(1));
      sent += 1;
    }
    if (sent) location.reload();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-timer]");
    if (!form || navigator.onLine) return;
    event.preventDefault();
    const facts = { to: event.submitter?.value || "", at: new Date().toISOString() };
    write([...read(), { address: form.action, facts }]);
    form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    form.querySelector("[data-kept]")?.removeAttribute("hidden");
  });

  let place = 0;
  document.addEventListener("keydown", (event) => {
    // After g, the letter leads to a place.
    const before = place;
    place = event.key === "g" ? Date.now() : 0;
    if (Date.now() - before < 1500) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "t" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    forms().map((form) => form.querySelector("[data-timer-key]")).find(Boolean)?.click();
  });

  window.addEventListener("online", sendKept);
  if (navigator.onLine) sendKept();
  const seen = document.querySelector("[data-timer-seen]")?.dataset.timerSeen;
  if (seen) setInterval(() => { if (navigator.onLine) post(seen, {}).catch(() => {}); }, 60000);
})();
