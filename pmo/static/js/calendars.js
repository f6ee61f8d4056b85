// <button type="button" data-calendar="id of a text field">: the browser's own calendar for fields that also understand "+10d" or "31 Mar".
const iso = /^\d{4}-\d{2}-\d{2}$/;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-calendar]");
  const field = button && document.getElementById(button.dataset.calendar);
  if (!field) return;
  const picker = document.createElement("input");
  picker.type = "date";
  picker.className = "calendar-anchor";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  const from = button.dataset.day ?? document.documentElement.dataset.today;
  if (iso.test(from ?? "")) picker.value = from;
  button.append(picker);
  picker.addEventListener("change", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  picker.addEventListener("blur", () => picker.remove());
  picker.focus();
  picker.showPicker?.();
});
