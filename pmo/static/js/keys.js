// Single keys, only for those who switched them on (WCAG 2.1.4): / finds, j and k move in the list that has the focus.
const isOn = () => document.documentElement.dataset.keys === "on";
const typing = (element) => element.matches("input, textarea, select, [contenteditable=true]");

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
  if (event.key === "j" || event.key === "k") move(event);
});

function move(event) {
  const list = event.target.closest("table, .list-pane, [data-list]");
  const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
  if (!rows.length) return;
  const at = rows.indexOf(event.target.closest("[data-row]"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
  event.preventDefault();
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a, button")?.focus({ preventScroll: true });
}
