// The hands of the composer: names after an @, Ctrl+Enter, tabs by arrows, and a draft that outlives a lost connection.
export function start(root, names, key) {
    const stop = new AbortController();
    const on = (type, handler) => root.addEventListener(type, handler, { signal: stop.signal });
    const area = () => root.querySelector("textarea[aria-describedby=compose-wrong]");
    const list = () => root.querySelector(".people");
    const kept = act => { try { return act(sessionStorage); } catch { return null; } };
    let from = -1, chosen = 0;

    const draft = kept(s => s.getItem(key));
    if (draft && area() && !area().value) {
        area().value = draft;
        area().dispatchEvent(new Event("change", { bubbles: true }));
    }

    const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

    function look() {
        const box = area(), before = box.value.slice(0, box.selectionStart);
        const found = /(^|[^\p{L}\p{N}])@([\p{L}\p{N}’'. -]{0,40})$/u.exec(before);
        const sought = found && fold(found[2]);
        const fits = found ? names.filter(n => fold(n).startsWith(sought) || (sought && fold(n).includes(" " + sought))).slice(0, 8) : [];
        // A whole name followed by a space is chosen already.
        if (!fits.length || fits.some(n => fold(n) + " " === sought)) return close();
        from = before.length - found[2].length - 1;
        chosen = 0;
        list().replaceChildren(...fits.map((name, i) => {
            const item = document.createElement("li");
            Object.assign(item, { textContent: name, id: `compose-person-${i}` });
            item.setAttribute("role", "option");
            return item;
        }));
        list().hidden = false;
        mark();
    }

    function mark() {
        [...list().children].forEach((item, i) => item.setAttribute("aria-selected", i === chosen));
        list().children[chosen].scrollIntoView({ block: "nearest" });
        Object.entries({ "aria-controls": "compose-people", "aria-autocomplete": "list", "aria-activedescendant": `compose-person-${chosen}` }).forEach(([n, v]) => area().setAttribute(n, v));
    }

    function close() {
        if (!list() || list().hidden) return false;
        list().hidden = true;
        area()?.removeAttribute("aria-activedescendant");
        return true;
    }

    function take(name) {
        const box = area(), end = box.selectionStart;
        box.setRangeText(`@${name} `, from, end, "end");
        close();
        box.focus();
        keep();
    }

    const keep = () => kept(s => area().value ? s.setItem(key, area().value) : s.removeItem(key));

    on("input", e => {
        if (e.target !== area()) return;
        keep();
        look();
    });
    on("keydown", e => {
        if (e.target.getAttribute("role") === "tab") return turn(e);
        if (e.target !== area()) return;
        if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            area().dispatchEvent(new Event("change", { bubbles: true }));
            return root.querySelector("[data-send]")?.click();
        }
        if (list().hidden) return;
        const all = [...list().children];
        if (e.key === "ArrowDown" || e.key === "ArrowUp") {
            chosen = (chosen + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length;
            mark();
        } else if (e.key === "Enter" || e.key === "Tab") take(all[chosen].textContent);
        else if (e.key === "Escape") close();
        else return;
        e.preventDefault();
        e.stopPropagation();
    });
    on("mousedown", e => {
        const item = e.target.closest(".people li");
        if (!item) return;
        e.preventDefault();
        take(item.textContent);
    });
    // Whoever left the field while the connection was away has told the server nothing.
    root.addEventListener("click", e => e.target.closest(".acts button") && area()?.dispatchEvent(new Event("change", { bubbles: true })), { signal: stop.signal, capture: true });
    on("focusout", e => e.target === area() && close());

    function turn(e) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
        if (!step) return;
        const tabs = [...root.querySelectorAll("[role=tab]")];
        const next = tabs[(tabs.indexOf(e.target) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
        e.preventDefault();
    }

    return {
        saved() {
            kept(s => s.removeItem(key));
            if (area()) area().value = "";
        },
        dispose() { stop.abort(); },
    };
}
