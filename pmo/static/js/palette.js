// Ctrl K: the search page as a palette. The list is a fragment of that page; arrows choose, Enter opens.
const palette = document.getElementById("palette");
const input = palette?.querySelector("input[name=q]");

const options = () => [...palette.querySelectorAll("[role=option]")];
const chosen = () => palette.querySelector("[role=option][aria-selected=true]");

function open() {
  if (palette.open) return;
  palette.showModal();
  input.select();
}

function choose(option) {
  options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-open-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter" && chosen()) { event.preventDefault(); chosen().click(); }
  });
  palette.addEventListener("htmx:afterSettle", () => choose(chosen() ?? options()[0] ?? null));
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
}
