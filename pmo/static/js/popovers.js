// Places a popover beside the button that opened it, inside the window, where the browser cannot do it by itself.
const GAP = 6;
const EDGE = 8;
const opener = new WeakMap();

function place(popover, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + GAP;
  const start = popover.classList.contains("menu--end") ? at.right - width : at.left - 12;
  popover.style.left = `${Math.max(EDGE, Math.min(start, innerWidth - width - EDGE))}px`;
  popover.style.top = `${below + height > innerHeight - EDGE ? Math.max(EDGE, at.top - height - GAP) : below}px`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget]");
  const popover = button && document.getElementById(button.getAttribute("popovertarget"));
  if (popover) opener.set(popover, button);
}, true);

if (!CSS.supports("position-area", "block-end")) {
  document.addEventListener("toggle", (event) => {
    const popover = event.target;
    const button = opener.get(popover);
    if (event.newState === "open" && popover.matches(".pop, .menu") && button) place(popover, button);
  }, true);
}
