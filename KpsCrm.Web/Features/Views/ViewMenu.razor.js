export function start(menu) {
  menu.addEventListener("click", e => { if (e.target.closest("a, button")) menu.hidePopover(); });
}
