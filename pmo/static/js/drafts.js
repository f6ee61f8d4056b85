// What is typed in a form with data-draft="key" is kept in this tab until it is saved, so that an expired session costs no words.
const stored = (form) => `draft:${form.dataset.draft}`;
const worth = (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type) && field.name !== "csrf_token";

function keep(form) {
  const words = [...form.elements].filter(worth).filter((field) => field.type !== "radio" && field.type !== "checkbox" || field.checked).map((field) => [field.name, field.value]);
  sessionStorage.setItem(stored(form), JSON.stringify({ at: form.dataset.draftOf ?? "", words }));
}

function restore(form) {
  const draft = JSON.parse(sessionStorage.getItem(stored(form)) ?? "null");
  if (!draft || form.querySelector("[data-error-summary]")) return;
  if (draft.at !== (form.dataset.draftOf ?? "")) { sessionStorage.removeItem(stored(form)); return; } // somebody saved meanwhile: their words stand
  let differs = false;
  for (const [name, value] of draft.words) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") { differs ||= field.checked !== (field.value === value); field.checked = field.value === value; }
      else { differs ||= field.value !== value; field.value = value; }
    }
  }
  const note = form.querySelector("[data-draft-note]");
  if (differs && note) note.hidden = false;
  if (differs) form.dispatchEvent(new Event("input", { bubbles: true }));
}

const of = (element) => element?.closest?.("form[data-draft]");

document.addEventListener("input", (event) => { const form = of(event.target); if (form && event.target !== form) keep(form); });
document.addEventListener("change", (event) => { const form = of(event.target); if (form) keep(form); });
document.addEventListener("htmx:afterRequest", (event) => {
  const form = of(event.detail.elt);
  if (form === event.detail.elt && event.detail.xhr.getResponseHeader("HX-Redirect") && event.detail.xhr.status === 204) sessionStorage.removeItem(stored(form));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-forget]");
  const form = of(button);
  if (!form) return;
  sessionStorage.removeItem(stored(form));
  form.reset();
  form.querySelector("[data-draft-note]").hidden = true;
});
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-draft]").forEach(restore));
