// Shows what the form asks for, and again whenever a file has changed. Nothing is stored.
"use strict";
const form = document.forms[0], state = document.getElementById("state"), shown = document.getElementById("shown");
const frames = ["web", "paper"].map((id) => document.getElementById(id)).filter(Boolean);
let done = "", choices = "", running = false;

const asked = () => new URLSearchParams(new FormData(form));

function load(frame, address) {
  let top = 0;
  try { top = frame.contentWindow.scrollY; } catch { /* a PDF tells nothing of itself */ }
  frame.addEventListener("load", () => { try { frame.contentWindow.scrollTo(0, top); } catch { /* as above */ } }, {once: true});
  frame.contentWindow.location.replace(address);
}

async function show(query) {
  const found = await (await fetch("/show?" + query)).json();
  if (choices && found.choices && found.choices !== choices) return location.replace("/?" + query);
  choices = found.choices;
  shown.innerHTML = found.html;
  document.title = "Preview: " + query.get("article");
  for (const frame of frames) load(frame, frame.id === "web" ? `/a/${query.get("article")}?` + query : "/paper?" + query);
  state.textContent = "as on disk";
}

// What was shown last is remembered with the version of the files and what the form asked: a change of either, also one that
// comes while the page is being filled, is seen at the next look.
async function look() {
  if (running) return;
  running = true;
  try {
    const query = asked(), wanted = await (await fetch("/version")).json() + " " + query;
    if (wanted !== done) { await show(query); done = wanted; }
  } catch { state.textContent = "the preview has stopped"; }
  running = false;
}

form.addEventListener("change", () => { history.replaceState(null, "", "/?" + asked()); look(); });
form.addEventListener("submit", (event) => event.preventDefault());
look();
setInterval(look, 500);
