// Loaded only while reports flood in: finds the number that the page asks for, and sends it. Nothing waits for it.
(async (wanted) => {
  const form = document.getElementById("f"), bytes = new TextEncoder(), easy = 32 - 15;
  if (!form || !crypto.subtle) return;
  for (let n = 0; ; n++) {
    const proof = wanted + "." + n;
    if (new DataView(await crypto.subtle.digest("SHA-256", bytes.encode(proof))).getUint32(0) >>> easy) continue;
    return fetch("/proof", { method: "POST", body: new URLSearchParams({ csrf: form.csrf.value, proof }) }).catch(() => {});
  }
})(document.currentScript.dataset.wanted);
