// Without this script everything works by loading pages again. With it: the queue and the case by themselves, and keys.
(() => {
  "use strict";
  const d = document, $ = (id) => d.getElementById(id), net = $("net");
  const keep = (name, value) => {
    // Storage is refused in some private windows.
    try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; }
  };
  const say = (name) => { net.textContent = name ? net.dataset[name] || "" : ""; };

  // A form goes out once, however often it is pressed.
  d.addEventListener("submit", (e) => {
    if (e.target.getAttribute("aria-busy") === "true") return e.preventDefault();
    e.target.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => d.querySelectorAll("[aria-busy]").forEach((f) => f.removeAttribute("aria-busy")));

  // What the reporter will read, while staff fill in the places.
  d.addEventListener("input", (e) => {
    const form = e.target.closest(".phrase"), shown = form?.querySelector(".preview");
    if (!shown) return;
    shown.textContent = shown.dataset.template.replace(/\{(\w+)\}/g, (all, name) => form.elements[name]?.value || all);
  });

  // --- keys
  const typing = (el) => el.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const keys = $("keys");
  if (keys) {
    $("settings").hidden = false;
    keys.checked = keep("keys") !== "0";
    keys.addEventListener("change", () => keep("keys", keys.checked ? "1" : "0"));
  }
  // The next group of phrases, open; Tab leads into it.
  const phrases = () => {
    const groups = [...d.querySelectorAll("details.group")], open = groups.findIndex((g) => g.open);
    groups.forEach((g, n) => { g.open = n === (open + 1) % groups.length; });
    groups.find((g) => g.open)?.querySelector("summary").focus();
  };
  const DOES = {
    a: () => ($("first") || $("take"))?.requestSubmit(),
    r: () => $("words")?.focus(),
    p: phrases,
    c: () => $("outcome")?.focus(),
    q: () => $("waits")?.closest("a").click(),
  };
  d.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || typing(e.target) || keep("keys") === "0" || !DOES[e.key]) return;
    e.preventDefault();
    DOES[e.key]();
  });

  // --- pages that keep themselves up to date; watch.js looks and says when
  const fetched = async (path) => {
    const answer = await fetch(path, { headers: { "X-Requested-With": "console" }, redirect: "error", cache: "no-store" });
    if (answer.status === 409) location.reload(); // a colleague's by now: it asks for a reason
    if (!answer.ok) throw answer.status;
    return answer;
  };
  const page = async (path) => {
    const box = d.createElement("template");
    box.innerHTML = await (await fetched(path)).text();
    return box.content;
  };
  // Where the focus was, it is again: the same link, or the same button of the same form.
  const mark = (el) => el?.id || `${el?.getAttribute("href")} ${el?.form?.getAttribute("action")} ${el?.textContent}`;
  const replace = (old, fresh) => {
    const held = old.contains(d.activeElement) && mark(d.activeElement);
    old.replaceWith(fresh);
    if (held) [...fresh.querySelectorAll("a, button, summary, [tabindex]")].find((el) => mark(el) === held)?.focus();
  };
  const live = (look) => {
    let busy = false;
    d.addEventListener("watched", async (e) => {
      if (busy) return;
      busy = true;
      try { await look(e.detail); } catch { /* watch.js says when it lasts */ }
      busy = false;
    });
  };

  if ($("queue")) live(async ({ old, pulse }) => {
    const fresh = (await page(location.pathname + "/lines")).querySelector("#queue");
    if (fresh.innerHTML !== $("queue").innerHTML) replace($("queue"), fresh);
    if (old && pulse.newest > old.newest) say("new");
    else if (!pulse.waiting) say("");
  });

  if ($("case")) live(async () => {
    const shown = $("case"), { newest, state } = await (await fetched(location.pathname + "/news")).json();
    if (newest === +shown.dataset.newest && state === shown.dataset.state) return;
    const fresh = (await page(location.pathname)).querySelector("#case");
    if (!fresh) return location.reload();
    if (+fresh.dataset.heard > +shown.dataset.heard) d.dispatchEvent(new Event("words"));
    say("new");
    // What is being typed, or stands open, stays as it is; what was said and what happened comes in above and below.
    const busy = [...shown.querySelectorAll("textarea, .phrase input:not([type=hidden])")].some((f) => f.value);
    if (busy || shown.querySelector("details[open]") || typing(d.activeElement)) {
      for (const part of shown.querySelectorAll("[data-live]")) {
        const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
        if (other && other.innerHTML !== part.innerHTML) replace(part, other);
      }
      if (state !== shown.dataset.state) say("changed");
      Object.assign(shown.dataset, { newest, state, heard: fresh.dataset.heard });
    } else replace(shown, fresh);
    $("case").dataset.unseen = location.pathname + "/seen";
  });
})();
