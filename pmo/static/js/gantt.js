// The timeline by keyboard: arrows move between rows, left and right fold, Enter opens the details; and it opens at today.
// Without this module everything is still a link in the table.
const rows = (list) => [...list.querySelectorAll("tr[data-row]")];
let asked = null; // the row whose folding was asked for: it gets the focus back after the swap

function prepare(root) {
  const list = root.querySelector?.("[data-gantt]") ?? root.closest?.("[data-gantt]");
  if (!list || list.dataset.ready) return;
  list.dataset.ready = "1";
  rows(list).forEach((row, at) => row.setAttribute("tabindex", at === 0 ? "0" : "-1"));
  const again = asked === null ? null : rows(list)[asked];
  asked = null;
  if (again) focus(again);
  if (!list.scrollLeft) toToday(list);
}

function toToday(list) {
  const columns = list.querySelector("thead .gx")?.offsetLeft ?? 0;
  list.scrollLeft = Math.max(0, Number(list.dataset.todayX) - (list.clientWidth - columns) / 3);
}

function focus(row) {
  rows(row.closest("[data-gantt]")).forEach((other) => other.setAttribute("tabindex", "-1"));
  row.setAttribute("tabindex", "0");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function fold(row, opening) {
  const twist = row.querySelector("[data-twist]");
  if (!twist || (twist.getAttribute("aria-expanded") === "true") === opening) return false;
  asked = rows(row.closest("[data-gantt]")).indexOf(row);
  twist.click();
  return true;
}

const KEYS = {
  ArrowDown: (row, all, at) => focus(all[Math.min(at + 1, all.length - 1)]),
  ArrowUp: (row, all, at) => focus(all[Math.max(at - 1, 0)]),
  Home: (row, all) => focus(all[0]),
  End: (row, all) => focus(all.at(-1)),
  ArrowRight: (row) => fold(row, true),
  ArrowLeft: (row) => fold(row, false),
  Enter: (row) => row.querySelector("a.name")?.click(),
};

document.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-gantt] tr[data-row]");
  if (!row || event.target !== row || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  const all = rows(row.closest("[data-gantt]"));
  event.preventDefault();
  KEYS[event.key](row, all, all.indexOf(row));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-today]");
  const list = document.querySelector("[data-gantt]");
  if (link && list) { event.preventDefault(); toToday(list); }
  const twist = event.target.closest("[data-twist]");
  if (twist) asked = rows(twist.closest("[data-gantt]")).indexOf(twist.closest("tr"));
});

document.addEventListener("htmx:afterSwap", () => prepare(document));
prepare(document);
if (new URLSearchParams(location.search).has("print")) addEventListener("load", () => print());
