// Forms: ask before something that matters, warn before typed words are lost, send no empty filters.
const changed = new WeakSet();
const RESEND_MS = 3000; // a download answers without leaving the page, so the button works again after a while

function ask(dialog) {
  return new Promise((answer) => {
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}

function confirmed(element) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(true);
  const yes = dialog.querySelector("#confirm-yes");
  dialog.querySelector("#confirm-title").textContent = element.dataset.confirm;
  dialog.querySelector("#confirm-text").textContent = element.dataset.confirmText ?? "";
  yes.textContent = element.dataset.confirmYes ?? yes.dataset.default;
  return ask(dialog);
}

const asking = (form, submitter) => (submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null);

// Plain forms and links. Elements with an hx- verb are asked about by htmx:confirm below.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const why = asking(form, event.submitter);
  if (!why || form.dataset.confirmed || isSwapped(form) || isSwapped(event.submitter)) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (!(await confirmed(why))) return;
  form.dataset.confirmed = "true";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  const element = event.detail.elt;
  const why = asking(element, event.detail.triggeringEvent?.submitter);
  if (!why) return;
  event.preventDefault();
  if (await confirmed(why)) event.detail.issueRequest(true);
});

function isSwapped(element) {
  return Boolean(element?.matches?.("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]"));
}

// Unsaved words.
document.addEventListener("input", (event) => {
  const form = event.target.form ?? event.target.closest?.("form");
  if (form?.hasAttribute("data-dirty")) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));

const dirty = (within) => [...within.querySelectorAll("form[data-dirty]")].some((form) => changed.has(form));

export function mayLeave(within) {
  const dialog = document.getElementById("unsaved");
  return dirty(within) && dialog ? ask(dialog) : Promise.resolve(true);
}

addEventListener("beforeunload", (event) => { if (dirty(document)) event.preventDefault(); });

// A filter that is not set does not belong in the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, verb, formData } = event.detail;
  if (verb !== "get" || !elt.closest("form[data-skip-empty]")) return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-skip-empty]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// One press, one request.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.getAttribute("method")?.toLowerCase() !== "post") return;
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, RESEND_MS);
});
