// The panel's window: focus, keys, and the draft of what is typed. The draft is kept in this browser, key by key, because the connection to the
// server may be away when something is typed; it belongs to one person, and goes when they save, discard or sign out.
const PREFIX = "kps-draft:";
const OPEN = "kps-panel";
let dialog, owner, user, slot, before, closing;

// A browser that keeps nothing throws at the mere mention of localStorage.
const stored = act => { try { return act(localStorage, sessionStorage); } catch { return null; } };
const fields = () => Object.fromEntries([...dialog.querySelectorAll("[name]")].map(f => [f.name, f.type === "checkbox" ? (f.checked ? "true" : "") : f.value]));
const tell = (name, ...args) => owner.invokeMethodAsync(name, ...args).catch(() => { });

export function start(element, dotnet, who) {
    [dialog, owner, user] = [element, dotnet, who];
    listen();
    return stored((drafts, tab) => {
        for (const key of Object.keys(drafts))
            if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${user}:`)) drafts.removeItem(key);
        const open = JSON.parse(tab.getItem(OPEN) ?? "null");
        return open?.user === user && drafts.getItem(open.slot) ? open.request : null;
    });
}

export function open(request, name) {
    slot = `${PREFIX}${user}:${name}`;
    if (!dialog.open) {
        before = document.activeElement;
        dialog.showModal();
    }
    return stored((drafts, tab) => {
        tab.setItem(OPEN, JSON.stringify({ user, slot, request }));
        return JSON.parse(drafts.getItem(slot) ?? "null");
    });
}

export const begin = () => (dialog.querySelector("form [autofocus]") ?? dialog.querySelector("form input:not([type=hidden]), form textarea") ?? dialog).focus();
export const focus = id => document.getElementById(id)?.focus();
export const ask = () => dialog.querySelector(".leave button")?.focus();
export const keep = () => stored(drafts => drafts.setItem(slot, JSON.stringify(fields())));
export const forget = () => stored(drafts => drafts.removeItem(slot));

// To the first field that has to be mended.
export function mend() {
    (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector(".contest button"))?.focus();
}

export function close() {
    stored((_, tab) => tab.removeItem(OPEN));
    if (!dialog.open) return;
    closing = true;
    dialog.close();
    (before?.isConnected ? before : document.querySelector("#content"))?.focus();
}

function listen() {
    dialog.addEventListener("input", event => event.target.name && keep());
    dialog.addEventListener("change", event => event.target.name && keep());
    // A browser closes the window by itself at the second attempt; what was typed stays kept.
    dialog.addEventListener("cancel", event => event.preventDefault());
    dialog.addEventListener("close", () => closing ? closing = false : tell("Closed"));
    // At the document: what had the focus may have gone from under the keys.
    document.addEventListener("keydown", event => {
        if (!dialog.open) return;
        const choosing = event.target.getAttribute("aria-expanded") === "true";
        if (event.key === "Escape" || (choosing && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key) && !event.ctrlKey && !event.metaKey)) event.preventDefault();
        if (event.key === "Escape" && !choosing) tell("LeaveAsync");
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("form")?.requestSubmit();
    });
    document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", ({ detail }) => {
        if (detail.state === "hide" && dialog.open) tell("CatchUp", fields());
    });
}
