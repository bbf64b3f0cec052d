// A dialog's trap takes the focus a round trip after the dialog shows: it goes on to the field that asks for it, or back to where somebody is typing already.
addEventListener("focusin", e => {
    const trap = e.target;
    if (!(trap instanceof HTMLElement) || trap.tabIndex !== -1 || trap.childElementCount || !trap.classList.contains("pointer-events-none")) return;
    const dialog = trap.closest(".mud-dialog-container");
    if (!dialog) return;
    const typing = e.relatedTarget instanceof HTMLElement && dialog.contains(e.relatedTarget) ? e.relatedTarget : null;
    (typing ?? dialog.querySelector("[autofocus]:not(:disabled)"))?.focus();
});
