// A form shows what the choice made in it asks for. Without script all of it stands there, each field saying when it applies.
const chosen = (form, name) => form.querySelector(`[name="${CSS.escape(name)}"]:checked`)?.value ?? "";

function narrow(part) {
  const applies = part.dataset.values.split(" ").includes(chosen(part.closest("form"), part.dataset.when));
  const isRefused = part.querySelector("[aria-invalid=true]") !== null;
  part.hidden = !applies && !isRefused;
  for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
}

const narrowAll = (within) => within.querySelectorAll("[data-when]").forEach(narrow);

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=radio]") && event.target.form) narrowAll(event.target.form);
});
document.addEventListener("htmx:afterSettle", () => narrowAll(document));
addEventListener("pageshow", () => narrowAll(document)); // a form that the browser filled again
narrowAll(document);
