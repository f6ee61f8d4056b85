// The live region: messages leave by themselves unless they ask something, and a dead connection is said aloud.
const region = document.getElementById("toasts");
const SHOWN_MS = 7000;

function mind(toast) {
  if (toast.dataset.minded) return;
  toast.dataset.minded = "true";
  if (toast.getAttribute("role") === "alert") return;
  let timer = setTimeout(() => toast.remove(), SHOWN_MS);
  const stop = () => clearTimeout(timer);
  const again = () => { stop(); timer = setTimeout(() => toast.remove(), SHOWN_MS); };
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", again);
  toast.addEventListener("focusout", again);
}

function say(text) {
  if ([...region.children].some((toast) => toast.textContent === text)) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "alert");
  toast.textContent = text;
  region.append(toast);
  setTimeout(() => toast.remove(), SHOWN_MS);
}

if (region) {
  new MutationObserver(() => region.querySelectorAll("[data-toast]").forEach(mind)).observe(region, { childList: true });
  region.querySelectorAll("[data-toast]").forEach(mind);
  document.addEventListener("htmx:sendError", () => say(region.dataset.offline));
  document.addEventListener("htmx:timeout", () => say(region.dataset.offline));
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) event.detail.elt.closest?.("[data-toast]")?.remove(); // what it says was just undone
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("[data-toast], .banner")?.remove();
});
