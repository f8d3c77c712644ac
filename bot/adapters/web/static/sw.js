// Keeps the look of the pages and what a person has opened to read. Never the conversation.
// A new version waits until its pages are closed: taking over at once (skipWaiting, claim) left navigations hanging.
const LOOK = "look-VERSION", READ = "read";
addEventListener("install", (e) => e.waitUntil(caches.open(LOOK).then((c) => c.addAll("KEPT"))));
addEventListener("activate", (e) => e.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((n) => n !== LOOK && n !== READ).map((n) => caches.delete(n))))));
const noNet = () => caches.match("/offline");
const kept = (request) => caches.match(request).then((hit) => hit || caches.match(request, { ignoreSearch: true }));
// A copy older than the facts in it are good for is not shown: old sums and numbers would stand there as new.
const good = (hit) => hit && Date.now() - Date.parse(hit.headers.get("Date")) > 864e5 * hit.headers.get("Good-For") ? null : hit;
addEventListener("fetch", (e) => {
  const request = e.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    e.respondWith(caches.match(request).then((hit) => hit || fetch(request)));
  } else if (/^\/((a|card|desk|office)\/.+|112|child)$/.test(url.pathname)) {
    e.respondWith(fetch(request).then((answer) => {
      if (answer.ok) {
        const copy = answer.clone();
        e.waitUntil(caches.open(READ).then((c) => c.put(request, copy).then(() => c.keys())
          .then((keys) => keys.length > 60 && caches.open(READ).then((all) => all.delete(keys[0])))));
      }
      return answer;
    }).catch(() => kept(request).then((hit) => good(hit) || noNet())));
  } else if (request.mode === "navigate") {
    e.respondWith(fetch(request).catch(noNet));
  }
});
