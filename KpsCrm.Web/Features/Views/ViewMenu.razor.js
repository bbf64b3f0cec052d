export function start(menu) {
  if (!menu) return;
  menu.addEventListener("click", e => { if (e.target.closest("a, button")) menu.hidePopover(); });
}
