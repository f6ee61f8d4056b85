// The side panel: opened by an htmx swap of #panel, closed without losing the list; focus goes in and comes back.
import { mayLeave } from "./forms.js";

const CLOSES = ".panel :is(a[data-close-panel], a[data-close])";
let cameFrom = null;

const panel = () => document.getElementById("panel");
const isThePage = () => document.querySelector(".page > .page__head:nth-last-child(2)"); // as in layout.css: no list beside it

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (target?.id === "panel" && !target.contains(elt)) cameFrom = elt;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const opened = event.detail.target?.id === "panel" || event.target.id === "panel";
  if (!opened || panel()?.hidden) return;
  mark(cameFrom);
  if (!panel().contains(document.activeElement)) panel().focus({ preventScroll: true });
});

function mark(link) {
  document.querySelectorAll("[data-opens-panel]").forEach((row) => { row.removeAttribute("data-opens-panel"); row.removeAttribute("aria-selected"); });
  const row = link?.closest("tr[data-row]");
  if (row) { row.setAttribute("data-opens-panel", ""); row.setAttribute("aria-selected", "true"); }
}

async function close(link) {
  const open = panel();
  if (!open || open.hidden || !(await mayLeave(open))) return;
  if (link?.href && isThePage()) {
    location.assign(link.href);
    return;
  }
  const empty = document.createElement("aside");
  empty.className = "panel";
  empty.id = "panel";
  empty.hidden = true;
  open.replaceWith(empty);
  mark(null);
  if (link?.href) history.replaceState(history.state, "", link.href);
  (cameFrom?.isConnected ? cameFrom : document.getElementById("main"))?.focus({ preventScroll: true });
  cameFrom = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(CLOSES);
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  close(link);
});

document.addEventListener("keydown", (event) => {
  const open = panel();
  if (event.key !== "Escape" || event.defaultPrevented || !open || open.hidden || !open.contains(event.target)) return;
  if (document.querySelector(":popover-open, dialog[open]") || event.target.closest("[data-editor]")) return;
  event.preventDefault();
  close(open.querySelector(CLOSES));
});
