// A button that copies what stands beside it. It is there only with script; without, the text is selected by hand.
const SAID_MS = 4_000;

async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  return false; // no secure connection: what is selected is copied by hand
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  getSelection()?.selectAllChildren(source);
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  label.textContent = (await copied(source.textContent.trim())) ? button.dataset.done : button.dataset.byHand;
  setTimeout(() => { label.textContent = before; }, SAID_MS);
});

const show = () => document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
document.addEventListener("htmx:afterSettle", show);
show();
