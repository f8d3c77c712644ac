// Without this script every button is a plain form. With it: no reload, new lines by themselves, nothing lost offline.
(() => {
  "use strict";
  const d = document, $ = (id) => d.getElementById(id);
  const form = $("f"), log = $("log"), net = $("net"), field = $("words"), waiting = $("waiting");
  const keep = (store, name, value) => {
    // Storage is refused in some private windows and frames: then a queue lives as long as its page.
    try { return value === undefined ? store().getItem(name) : store().setItem(name, value); } catch { return null; }
  };
  const local = () => localStorage, session = () => sessionStorage;

  const lang = d.documentElement.lang, mark = lang + d.currentScript.src, article = d.querySelector("article");
  if ("serviceWorker" in navigator && (form || article)) addEventListener("load", () => {
    const worker = navigator.serviceWorker;
    worker.register("/sw.js").catch(() => {});
    worker.ready.then(() => caches.open("read")).then(async (read) => {
      // The first page that a person opens comes before the worker: keep it too.
      if (!worker.controller && article) await read.add(location.href);
      if (keep(local, "offline") === mark) return;
      const page = await fetch("/offline?lang=" + lang);
      if (page.ok) await read.put("/offline", page);
      keep(local, "offline", mark);
    }).catch(() => {});
  });
  if ($("offline")) {
    // A phone may be "online" without a way through, and may not say when there is one.
    const back = () => fetch("/robots.txt", { cache: "no-store" }).then(() => location.reload(), () => {});
    addEventListener("online", back);
    setInterval(back, 5000);
  }
  const copy = d.querySelector("button[data-copied]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.onclick = () => navigator.clipboard.writeText($("copy").value).then(() => { copy.textContent = copy.dataset.copied; }, () => $("copy").select());
  }
  // Share: the phone's own sheet where there is one, else the link is copied. Without either it opens the page, as any link.
  d.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-share]");
    if (!link || !(navigator.share || navigator.clipboard)) return;
    event.preventDefault();
    const copied = () => { link.textContent = link.dataset.copied; };
    const open = () => location.assign(link.href);
    const byHand = () => navigator.clipboard ? navigator.clipboard.writeText(link.href).then(copied, open) : open();
    if (!navigator.share) return byHand();
    navigator.share({ title: link.dataset.share, url: link.href }).catch((fault) => { if (fault.name !== "AbortError") byHand(); });
  });
  if (!form) return;

  const number = (el) => +el.id.slice(1);
  const lines = () => [...log.children].filter((el) => /^m\d+$/.test(el.id));
  const last = () => Math.max(0, ...lines().map(number));
  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const say = (name) => { net.textContent = name ? net.dataset[name] : ""; };
  const status = () => say(!navigator.onLine || failed ? (queue.length ? "off" : "lost") : lost ? "lost" : slow ? "slow" : "");

  let queue = JSON.parse(keep(local, "queue") || "[]"), busy = false, failed = 0, slow = 0, lost = false, source, timer, poll, turn, keyed;
  const save = () => keep(local, "queue", JSON.stringify(queue));

  // Who presses with the keyboard goes on at the answer, not behind all buttons that came before it.
  const goTo = (answer) => {
    if (!answer) return;
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
    keyed = false;
  };
  const newest = () => [...log.querySelectorAll(":scope > .m:not(.me)")].pop();

  // The answer to a post and the stream race: insert by number, pass over what is there. What a post brought is scrolled
  // to from its first line on, whichever way it came; other lines only move a page that is read to its end.
  const put = (html) => {
    const box = d.createElement("template"), atEnd = innerHeight + scrollY > d.body.scrollHeight - 200;
    box.innerHTML = html;
    let first, answer;
    for (const el of [...box.content.children]) {
      if (!el.id || $(el.id)) continue;
      // Words that the stream brings before the post is answered stand here already, waiting.
      if (el.matches(".me")) [...waiting.children].find((w) => w.firstChild.textContent === el.lastChild.textContent)?.remove();
      log.insertBefore(el, lines().find((other) => number(other) > number(el)) || null);
      first = first || el;
      if (!el.matches(".me")) answer = answer || el;
    }
    if (busy && keyed) goTo(answer);
    if (busy) (turn = turn || first)?.scrollIntoView();
    else if (atEnd) first?.scrollIntoView();
  };

  const pending = (item) => {
    if (!item.fields.words || $("w" + item.id)) return;
    const el = d.createElement("div"), text = d.createElement("p"), note = d.createElement("small");
    el.className = "m me unsent";
    el.id = "w" + item.id;
    text.dir = "auto";
    text.textContent = item.fields.words;
    note.textContent = net.dataset.waits;
    el.append(text, note);
    waiting.append(el);
    el.scrollIntoView();
  };

  const reload = () => {
    if (field.value) keep(session, "draft", field.value);
    if (keyed) keep(session, "keyed", "1");
    location.reload();
  };

  // While reports flood in, the server asks for a little work: "address-of-the-script challenge".
  const prove = (wanted) => {
    if (!wanted || $("proof")) return;
    const script = d.createElement("script");
    script.id = "proof";
    [script.src, script.dataset.wanted] = wanted.split(" ");
    d.head.append(script);
  };
  prove(form.dataset.proof);

  const post = async (item) => {
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 40000);
    const wait = setTimeout(() => { slow++; status(); item.slow = 1; }, 1000);
    try {
      const answer = await fetch(item.path, {
        method: "POST", signal: stop.signal, headers: { "X-Requested-With": "chat" },
        body: new URLSearchParams({ csrf: form.csrf.value, lang: form.lang.value, after: last(), id: item.id, ...item.fields }),
      });
      prove(answer.headers.get("X-Proof"));
      return [answer.status, await answer.text()];
    } finally {
      clearTimeout(limit);
      clearTimeout(wait);
      if (item.slow) slow--;
      delete item.slow;
    }
  };

  const flush = async () => {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    while (queue.length) {
      let code = 0, html = "";
      turn = null;
      try { [code, html] = await post(queue[0]); } catch { /* no net: stays in the queue */ }
      if (code === 403 && !keep(session, "again")) {
        keep(session, "again", "1"); // the cookie is gone: a fresh page brings a new one
        reload();
        return;
      }
      if (!code || code >= 500) {
        failed++;
        timer = setTimeout(flush, Math.min(30, 2 ** failed) * 1000);
        break;
      }
      failed = 0;
      const item = queue.shift();
      save();
      d.querySelectorAll("[aria-busy]").forEach((el) => el.removeAttribute("aria-busy"));
      $("w" + item.id)?.remove();
      if (code === 205) { reload(); return; }
      if (code !== 200) { say("fault"); busy = false; return; }
      keep(session, "again", "");
      put(html);
      if (!source && !poll) listen();
    }
    busy = false;
    status();
  };

  const send = (path, fields) => {
    const same = (item) => item.path === path && JSON.stringify(item.fields) === JSON.stringify(fields);
    if (!fields.words && queue.some(same)) return;
    const item = { id: id(), path, fields };
    queue.push(item);
    save();
    pending(item);
    status();
    flush();
  };

  const where = (button) => {
    const failing = () => { say("nowhere"); field.focus(); button.removeAttribute("aria-busy"); };
    if (!navigator.geolocation) return failing();
    navigator.geolocation.getCurrentPosition(
      ({ coords: c }) => send("/where", { lat: c.latitude.toFixed(5), lon: c.longitude.toFixed(5) }),
      failing, { timeout: 20000, maximumAge: 600000 });
  };

  form.addEventListener("submit", (event) => {
    const by = event.submitter;
    if (!by) return;
    if (by.id === "close") {
      try { localStorage.clear(); sessionStorage.clear(); } catch { /* there is none */ }
      window.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)));
      return;
    }
    event.preventDefault();
    keyed = by.matches(":focus-visible") && !by.matches(".send");
    if (by.hasAttribute("formaction")) {
      const words = field.value.trim();
      field.value = "";
      keep(session, "draft", "");
      field.focus();
      if (words) send("/say", { words });
      return;
    }
    by.setAttribute("aria-busy", "true");
    if ("where" in by.dataset) where(by); else send("/act", { action: by.value });
  });
  // Gone from the screen at once, from the title, and from what Back leads to.
  const leave = $("leave");
  const away = () => {
    hush();
    d.title = leave.dataset.title;
    d.body.replaceChildren();
    try { top.location.replace(leave.href); } catch { location.replace(leave.href); }
  };
  leave.onclick = (event) => { event.preventDefault(); away(); };
  let escaped = 0;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    if (event.timeStamp - escaped < 2000 && escaped) return away();
    escaped = event.timeStamp;
  });
  field.addEventListener("input", () => keep(session, "draft", field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(pointer:fine)").matches) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".send"));
  });

  // Phones end a sleeping page's stream without a word: close it when hidden, open it when seen, resume by number.
  const ask = () => fetch(`/lines?after=${last()}&lang=${form.lang.value}`).then((a) => a.text()).then((html) => put(html)).catch(() => {});
  const listen = () => {
    hush();
    if (d.hidden) return;
    const polling = () => { source = null; lost = false; status(); poll = setInterval(ask, 8000); };
    if (!("EventSource" in window)) return polling();
    let late;
    source = new EventSource(`/events?after=${last()}&lang=${form.lang.value}`);
    source.onopen = () => { clearTimeout(late); late = 0; lost = false; status(); if (failed) flush(); };
    source.onmessage = (event) => put(event.data);
    source.onerror = () => {
      if (source && source.readyState === 2) return polling();
      late = late || setTimeout(() => { lost = !!source && source.readyState !== 1; status(); }, 3000);
    };
  };
  const hush = () => { source?.close(); source = null; clearInterval(poll); poll = 0; };
  d.addEventListener("visibilitychange", () => {
    if (d.hidden) return hush();
    if ("live" in log.dataset || last()) listen();
    flush();
  });
  addEventListener("online", () => { failed = 0; status(); flush(); });
  addEventListener("offline", status);

  field.value = field.value || keep(session, "draft") || "";
  queue.forEach(pending);
  if ("live" in log.dataset) listen();
  $("last")?.scrollIntoView({ behavior: "instant" });
  d.querySelector(".skip").onclick = (event) => { event.preventDefault(); goTo(newest()); newest()?.scrollIntoView(); };
  if (keep(session, "keyed")) { keep(session, "keyed", ""); goTo(newest()); }
  flush();
})();
