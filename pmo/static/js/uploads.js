// Files on their way: how far they are, and a word before one that is too large is sent.
const MIB = 1024 * 1024;

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.("input[type=file][data-most-mib]")) return;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.mostMib) * MIB);
  field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
  if (isTooLarge) field.reportValidity();
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest?.("form[data-upload]")?.querySelector("progress");
  const hasFile = event.target.querySelector?.("input[type=file]")?.files.length;
  if (!bar || !hasFile || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
