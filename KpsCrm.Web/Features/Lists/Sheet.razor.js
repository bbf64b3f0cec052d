export function open(dialog) {
  if (!dialog) return;
  const before = document.activeElement;
  dialog.showModal();
  // Beside the panel is "no more".
  dialog.addEventListener("click", e => { if (e.target === dialog) dialog.close(); });
  // Blazor takes the dialog away without closing it: the focus goes back to where it came from.
  new MutationObserver((_, observer) => {
    if (dialog.isConnected) return;
    observer.disconnect();
    if (before?.isConnected && (document.activeElement === document.body || !document.activeElement)) before.focus();
  }).observe(document.body, { childList: true, subtree: true });
}
