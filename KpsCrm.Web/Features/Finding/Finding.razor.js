// The keys, and the palette's window: it opens at once, without asking the server, and arrows walk what the server has answered.
// What was seen is kept in this browser, by number only: the names are asked for when the palette opens, by whoever may see them.
const KEPT = 8, PATIENCE = 1200;
const stored = act => { try { return act(localStorage); } catch { return null; } };

export function start(root, dotnet, user) {
    const stop = new AbortController();
    const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: stop.signal, ...options });
    const [palette, create, keys] = root.querySelectorAll("dialog");
    const input = palette.querySelector("input"), list = palette.querySelector("[role=listbox]");
    const slot = `kps-seen:${user}`;
    const seen = () => stored(kept => JSON.parse(kept.getItem(slot) ?? "[]")) ?? [];
    let going = 0, enter = false;

    // ---- the palette
    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");

    function choose(option) {
        chosen()?.setAttribute("aria-selected", "false");
        if (!option) return input.removeAttribute("aria-activedescendant");
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", option.id);
    }

    function find() {
        if (palette.open) return;
        input.value = "";
        enter = false;
        palette.showModal();
        input.focus();
        dotnet.invokeMethodAsync("OpenedAsync", seen()).catch(() => { /* the circuit is away; the page says so itself */ });
    }

    const answered = new MutationObserver(() => {
        // The line that was chosen may have gone, or be another's now.
        if (list.dataset.for === input.value || !chosen()) choose(options()[0]);
        if (enter && list.dataset.for === input.value) {
            enter = false;
            chosen()?.click();
        }
    });
    answered.observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-for"] });

    on(palette, "keydown", e => {
        if (e.isComposing) return;
        const all = options(), at = all.indexOf(chosen());
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[e.key];
        if (to !== undefined) choose(all[(to + all.length) % all.length]);
        else if (e.key === "Enter" && e.target === input) {
            // Whoever types quickly means what they typed, not what is listed yet.
            if (list.dataset.for === input.value) chosen()?.click();
            else enter = true;
        } else return;
        e.preventDefault();
    });
    on(palette, "pointermove", e => {
        const option = e.target.closest("[role=option]");
        if (option && option !== chosen()) choose(option);
    });

    // ---- windows close by what was chosen in them, and by a click beside them
    for (const dialog of [palette, create, keys])
        on(dialog, "click", e => (e.target === dialog || e.target.closest("[data-shut], [role=option]")) && dialog.close());
    on(create, "keydown", e => {
        const buttons = [...create.querySelectorAll("button")];
        const at = buttons.indexOf(document.activeElement);
        const button = { ArrowDown: buttons[(at + 1) % buttons.length], ArrowUp: buttons[(at - 1 + buttons.length) % buttons.length] }[e.key];
        if (button) button.focus();
        else if (plain(e)) buttons.find(b => b.dataset.key === e.key.toLowerCase())?.click();
        else return;
        e.preventDefault();
        e.stopPropagation();
    });

    // ---- keys that work everywhere, except in a field and beside an open window
    const plain = e => !e.ctrlKey && !e.metaKey && !e.altKey && e.key.length === 1;
    const busy = () => document.querySelector("dialog[open], .mud-dialog, .mud-popover-open");
    const writing = e => e.target.closest?.("input, textarea, select, [contenteditable]");

    on(document, "click", e => e.target.closest("[data-find]") && find());
    on(document, "keydown", e => {
        if (e.defaultPrevented || e.isComposing || e.repeat) return;
        const key = e.key.toLowerCase();
        if (key === "k" && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey) {
            e.preventDefault();
            if (palette.open) palette.close();
            else if (!busy()) find();
            return;
        }
        if (!plain(e) || writing(e) || busy()) return going = 0;
        const wasGoing = Date.now() - going < PATIENCE;
        going = 0;
        if (wasGoing) {
            const page = keys.querySelector(`[data-go="${CSS.escape(key)}"]`);
            if (page) Blazor.navigateTo(page.dataset.href);
        } else if (e.key === "g") going = Date.now();
        else if (e.key === "c") {
            create.showModal();
            create.querySelector("button").focus();
        } else if (e.key === "?") keys.showModal();
        else if (e.key === "/") {
            const search = document.querySelector("#content input[type=search]");
            search ? search.select() : find();
        } else return;
        e.preventDefault();
    });

    root.dataset.ready = "";
    return {
        seen(path) {
            if (path) stored(kept => kept.setItem(slot, JSON.stringify([path, ...seen().filter(p => p !== path)].slice(0, KEPT))));
        },
        shortcuts: () => keys.showModal(),
        signOut: () => kpsTheme.submit(document.querySelector("form[action='/sign-out']")),
        dispose() {
            stop.abort();
            answered.disconnect();
        },
    };
}
