// On every page of who sees the queue: looks every five seconds, sounds, counts in the title, and says loudly when it no
// longer watches. Tells the page's own script with "watched"; hears of new words in the open case by "words".
(() => {
  "use strict";
  const d = document, box = d.getElementById("watch"), title = d.title;
  if (!box) return;
  const [alarm, bar, waits] = [box.querySelector("[role=alert]"), d.getElementById("sound"), d.getElementById("waits")];
  const say = box.dataset;
  const LOOK = 5e3, LOST = 2e4, AGAIN = 25e3, CRY = 6e4, CRIES = 10, WARN = 180, tab = String(Math.random());
  const keep = (store, name, value) => {
    // Storage is refused in some private windows.
    try { return value === undefined ? store().getItem(name) : store().setItem(name, value); } catch { return null; }
  };
  const local = () => localStorage, session = () => sessionStorage;

  // --- sound: on, unless it was muted on this device; until something is pressed many browsers let no page sound
  const SOUNDS = {
    report: [880, 880, 880], urgent: [988, 1319, 988, 1319, 988, 1319], words: [659, 784], soon: [523, 523],
    off: [440, 330, 220, 440, 330, 220],
  };
  let audio;
  const muted = () => keep(local, "sound") === "0";
  const sounds = () => !muted() && audio?.state === "running";
  const shown = () => {
    const how = muted() ? "muted" : sounds() ? "on" : window.AudioContext ? "blocked" : "none";
    if (bar.dataset.is === how) return;
    bar.dataset.is = how;
    bar.hidden = false;
    bar.className = how === "on" ? "note" : "warning";
    bar.firstElementChild.textContent = bar.dataset[how];
    bar.lastElementChild.textContent = how === "on" ? bar.dataset.mute : bar.dataset.turn;
    bar.lastElementChild.hidden = how === "none";
  };
  const wake = (then) => {
    if (!muted() && window.AudioContext) {
      if (!audio) { audio = new AudioContext(); audio.onstatechange = shown; }
      audio.resume().then(() => { shown(); then?.(); }, () => {});
    }
    shown();
  };
  const rang = () => (keep(local, "rang") || "0 ").split(" ");
  const ring = (name) => {
    const [at, by] = rang(), now = Date.now();
    // Of several open pages one sounds.
    if (!sounds() || (by !== tab && now - at < LOOK + 1e3 && name !== "off" && name !== "soon")) return;
    keep(local, "rang", `${now} ${tab}`);
    SOUNDS[name].forEach((pitch, n) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + n * 0.3;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.3, start);
      volume.gain.setValueAtTime(0, start + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.25);
    });
  };
  bar.lastElementChild.addEventListener("click", () => {
    keep(local, "sound", bar.dataset.is === "on" ? "0" : "1");
    wake(() => ring("words")); // so that whoever pressed it hears how loud it is
  });
  d.addEventListener("words", () => { if (Date.now() - rang()[0] > LOOK) ring("words"); });

  // --- what is said: one loud line, and the title
  let state = "", loud = "", since = 0, cries = 0, cried = 0, pulse = JSON.parse(keep(session, "pulse") || "null");
  const tell = (name, words = "") => {
    if (loud === name + words) return;
    loud = name + words;
    box.hidden = !name;
    alarm.textContent = words;
    box.querySelectorAll("[data-when]").forEach((el) => { el.hidden = !el.dataset.when.split(" ").includes(name); });
  };
  const named = () => {
    const n = pulse ? pulse.waiting + pulse.unread : 0;
    const urgent = { out: say.titleOut, lost: say.titleLost, soon: say.titleSoon, ends: say.titleSoon }[state];
    d.title = urgent || (n ? `(${n}) ${title}` : title);
    const what = pulse?.danger ? "danger" : pulse?.waiting ? "waits" : pulse?.unread ? "unread" : "";
    const count = { danger: pulse?.danger, waits: pulse?.waiting, unread: pulse?.unread }[what];
    waits.textContent = what && state !== "out" && state !== "lost" ? waits.dataset[what].replace("{n}", count) : "";
    waits.className = what;
  };
  const turn = (next, words) => {
    if (next !== state) {
      state = next;
      cries = 0;
      cried = Date.now();
      if (next === "out" || next === "lost") ring("off");
      else if (next) ring("soon");
    }
    tell(next, words);
    named();
  };
  box.querySelector("a").search = "?next=" + encodeURIComponent(location.pathname);
  const clock = (at) => new Date(at).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" });

  // Nobody may be sitting here: what stands on the page goes, what was half written waits for the same person.
  const main = d.getElementById("main");
  const signedOut = () => {
    const fields = [...main.querySelectorAll("textarea[id]")].filter((f) => f.value).map((f) => [f.id, f.value]);
    if (fields.length) keep(session, "draft", JSON.stringify([say.who, location.pathname, fields]));
    const heading = d.createElement("h1");
    heading.textContent = say.titleOut.slice(2);
    main.replaceChildren(heading);
    d.querySelector("footer")?.remove();
    turn("out", fields.length ? `${say.out} ${say.kept}` : say.out);
  };
  const [who, path, fields] = JSON.parse(keep(session, "draft") || "[]");
  if (who === say.who && path === location.pathname) {
    fields.forEach(([id, words]) => { const field = d.getElementById(id); if (field && !field.value) field.value = words; });
    keep(session, "draft", "");
  }

  // --- looking
  const ask = (to) => fetch(to, { headers: { "X-Requested-With": "console" }, redirect: "error", cache: "no-store",
    signal: AbortSignal.timeout?.(1e4) });
  let heard = Date.now(), ticked = heard, next = 0, asking = false;
  const look = async () => {
    const answer = await ask(say.to);
    if (answer.status === 401) return signedOut();
    if (!answer.ok) throw answer.status;
    const old = pulse;
    pulse = await answer.json();
    heard = Date.now();
    keep(session, "pulse", JSON.stringify(pulse));
    const minutes = Math.max(1, Math.ceil(pulse.left / 60)), near = pulse.left <= WARN;
    if (near) turn(pulse.stays ? "soon" : "ends", (pulse.stays ? say.soon : say.ends).replace("{minutes}", minutes));
    else turn("");
    if (old && (pulse.newest > old.newest || pulse.waiting > old.waiting || pulse.danger > old.danger)) {
      ring(pulse.danger ? "urgent" : "report");
    } else if (old && pulse.unread > old.unread) ring("words");
    else if (pulse.danger && heard - rang()[0] > AGAIN) ring("urgent");
    d.dispatchEvent(new CustomEvent("watched", { detail: { old, pulse } }));
  };
  const tick = async () => {
    const now = Date.now();
    if (now - ticked > LOOK) heard = Math.max(heard, now - LOST / 2); // the machine slept: look before crying
    ticked = now;
    if (state !== "out" && !asking && now >= next) {
      asking = true;
      next = now + LOOK;
      try { await look(); } catch { /* told below, when it lasts */ }
      asking = false;
    }
    if (state !== "out" && now - heard > LOST) turn("lost", say.lost.replace("{time}", clock(since = since || heard)));
    if (state !== "lost") since = 0;
    if ((state === "out" || state === "lost") && cries < CRIES && now - cried > CRY) { cries++; cried = now; ring("off"); }
  };

  // --- who is there: a press keeps the session awake, and says that the words on the page have been seen
  const csrf = d.querySelector("footer [name=csrf]")?.value;
  let awake = Date.now();
  const here = (event) => {
    if (!bar.contains(event.target)) wake(); // its button knows by itself what it does
    const unseen = d.querySelector("[data-unseen]"), now = Date.now();
    if (!csrf || state === "out" || (!unseen && now - awake < (state === "soon" ? 2e3 : 6e4))) return;
    awake = now;
    next = 0;
    const to = unseen ? unseen.dataset.unseen : say.awake;
    delete unseen?.dataset.unseen;
    fetch(to, { method: "POST", body: new URLSearchParams({ csrf }), redirect: "manual" }).catch(() => {});
  };
  for (const press of ["pointerdown", "keydown", "wheel"]) addEventListener(press, here, { passive: true });
  d.addEventListener("visibilitychange", () => {
    // Signed in again in another page: this one goes on.
    if (!d.hidden && state === "out") ask(say.to).then((answer) => { if (answer.ok) location.reload(); }, () => {});
  });

  wake();
  named();
  tick();
  try { new Worker(say.tick).onmessage = tick; } catch { setInterval(tick, 1e3); }
})();
