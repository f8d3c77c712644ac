// Without this script everything works by loading pages again. With it: the queue by itself, a sound, one key.
(() => {
  "use strict";
  const d = document, $ = (id) => d.getElementById(id), net = $("net"), title = d.title;
  const keep = (name, value) => {
    // Storage is refused in some private windows.
    try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; }
  };
  const say = (name) => { if (net) net.textContent = name ? net.dataset[name] || "" : ""; };
  const ask = (path) => fetch(path, { headers: { "X-Requested-With": "console" }, redirect: "error", cache: "no-store" });

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

  const typing = (el) => el.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const sound = $("sound"), keys = $("keys");
  let audio;
  const beep = (times) => {
    if (!sound?.checked) return;
    audio = audio || new AudioContext();
    for (let n = 0; n < times; n++) {
      const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + n * 0.4;
      tone.frequency.value = 880;
      volume.gain.setValueAtTime(0.3, at);
      volume.gain.setValueAtTime(0, at + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.25);
    }
  };
  if ($("settings")) {
    $("settings").hidden = false;
    sound.checked = keep("sound") === "1";
    keys.checked = keep("keys") !== "0";
    sound.addEventListener("change", () => { keep("sound", sound.checked ? "1" : "0"); beep(1); });
    keys.addEventListener("change", () => keep("keys", keys.checked ? "1" : "0"));
  }
  d.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (e.key === "r" && $("reply") && keep("keys") !== "0") { e.preventDefault(); $("words").focus(); }
    if (e.key === "a" && $("first") && keys?.checked) { e.preventDefault(); $("first").requestSubmit(); }
  });

  const every = (seconds, look) => {
    const next = () => setTimeout(async () => {
      try { if (await look() === false) return; } catch { say("off"); }
      next();
    }, seconds * 1000);
    next();
  };

  const counted = () => {
    const n = +($("queue")?.dataset.count || 0);
    d.title = n ? `(${n}) ${title}` : title;
  };
  if ($("queue")) {
    counted();
    every(5, async () => {
      const answer = await ask(location.pathname + "/lines");
      if (answer.status === 401) { say("out"); d.title = title; return false; }
      if (!answer.ok) throw answer.status;
      const box = d.createElement("template"), old = $("queue");
      box.innerHTML = await answer.text();
      const fresh = box.content.querySelector("#queue"), held = d.activeElement?.closest?.("#queue a")?.getAttribute("href");
      const more = +fresh.dataset.newest > +old.dataset.newest;
      if (fresh.innerHTML !== old.innerHTML) {
        old.replaceWith(fresh);
        if (held) fresh.querySelector(`a[href="${held}"]`)?.focus();
      }
      counted();
      if (more) { say("new"); beep(3); } else if (net.textContent !== net.dataset.new) say("");
    });
  }

  const shown = $("case");
  if (shown) every(5, async () => {
    const answer = await ask(location.pathname + "/news");
    if (answer.status === 401) { say("out"); return false; }
    if (!answer.ok) throw answer.status;
    const { newest, state } = await answer.json();
    if (newest === +shown.dataset.newest && state === shown.dataset.state) return;
    // Loading again would take away what is being typed, or move the page under the hands.
    const busy = [...d.querySelectorAll("textarea, .phrase input:not([type=hidden])")].some((f) => f.value) || d.querySelector("details[open]");
    if (busy) { say("new"); beep(1); } else location.reload();
  });
})();
