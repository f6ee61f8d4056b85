// Date fields: arrow-free conveniences (t today, + and - a day, w and W a week) and the slip said while one types.
const DAY_MS = 86400000;
const STEPS = { "+": 1, "-": -1, w: 7, W: -7 };

const utc = (text) => Date.parse(`${text}T00:00:00Z`);
const iso = (time) => new Date(time).toISOString().slice(0, 10);

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.('input[type="date"]') || field.readOnly || event.ctrlKey || event.metaKey || event.altKey) return;
  const today = document.documentElement.dataset.today ?? iso(Date.now());
  let value = null;
  if (event.key === "t") value = today;
  else if (event.key in STEPS) value = iso((utc(field.value || today) || utc(today)) + STEPS[event.key] * DAY_MS);
  if (value === null) return;
  event.preventDefault();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// <output data-slip="id of the field" data-from="2026-02-27" data-unit="d"></output>
function tell(output) {
  const field = document.getElementById(output.dataset.slip);
  const days = Math.round((utc(field?.value) - utc(output.dataset.from)) / DAY_MS);
  output.textContent = Number.isNaN(days) ? "" : `${days > 0 ? "+" : days < 0 ? "\u2212" : ""}${Math.abs(days)}\u00a0${output.dataset.unit}`;
}

document.addEventListener("input", (event) => {
  if (!event.target.id) return;
  document.querySelectorAll(`output[data-slip="${CSS.escape(event.target.id)}"]`).forEach(tell);
});
