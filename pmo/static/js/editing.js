// Editing in place: Escape presses Cancel, Enter in a pick list sends the form as it does in a field, and after a swap the keyboard stays where the person was working.
let working = null;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(":popover-open, dialog[open]")) return;
  const cancel = event.target.closest("[data-editor]")?.querySelector("[data-cancel]");
  if (!cancel) return;
  event.preventDefault();
  cancel.click();
});

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-editor] select");
  if (event.key !== "Enter" || event.defaultPrevented || !list?.form) return;
  event.preventDefault();
  list.form.requestSubmit();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  const active = document.activeElement;
  working = target?.id && target.contains(active) ? { id: target.id, name: active.name, field: active.id } : null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (!working || document.activeElement !== document.body) return;
  const fresh = document.getElementById(working.id);
  const { name, field } = working;
  working = null;
  if (!fresh) return;
  const invalid = fresh.querySelector("[aria-invalid=true]");
  const same = field ? document.getElementById(field) : name ? fresh.querySelector(`[name="${CSS.escape(name)}"]`) : null;
  (invalid ?? fresh.querySelector("[data-error-summary], [autofocus]") ?? same ?? fresh.querySelector("[data-focus]") ?? fresh.querySelector("a, button, input"))?.focus();
});

document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-error-summary]")?.focus());
