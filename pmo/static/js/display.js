// Theme, row height and single-key shortcuts: applied at once, kept in a cookie that the server reads before it draws.
const root = document.documentElement;
const YEAR_SECONDS = 31536000;

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("form[data-display]") || !button?.name) return;
  event.preventDefault();
  const value = button.name === "theme" ? (isDark() ? "light" : "dark") : button.value;
  root.dataset[button.name] = value;
  keep(button.name, value);
  if (button.name === "keys") {
    button.setAttribute("aria-pressed", String(value === "on"));
    button.value = value === "on" ? "off" : "on";
  } else {
    for (const other of event.target.querySelectorAll(`[name="${button.name}"][aria-pressed]`)) other.setAttribute("aria-pressed", String(other === button));
  }
});
