// Loaded before the first paint: picks the theme, so that the wrong one never flashes.
(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    // A browser that keeps nothing throws at the mere mention of localStorage.
    const stored = act => { try { return act(localStorage); } catch { return null; } };
    const dark = () => (stored(kept => kept.getItem("kps-theme")) ?? (system.matches ? "dark" : "light")) === "dark";
    const paint = () => document.documentElement.dataset.theme = dark() ? "dark" : "light";
    paint();
    system.addEventListener("change", paint);
    window.kpsTheme = {
        dark,
        // "light", "dark", or nothing: as the system.
        chosen: () => stored(kept => kept.getItem("kps-theme")),
        choose(theme) {
            stored(kept => theme ? kept.setItem("kps-theme", theme) : kept.removeItem("kps-theme"));
            paint();
        },
        set(on) { stored(kept => kept.setItem("kps-theme", on ? "dark" : "light")); paint(); },
        // A page is live when it stands and obeys: a board also needs its hands, which come a moment after its cards.
        live() {
            this.here();
            const ready = () => document.querySelector("#content h1") && (!document.querySelector(".board-page") || document.querySelector(".board[data-ready] [data-stage]"));
            const say = () => {
                if (!ready()) return;
                watch.disconnect();
                document.body.dataset.live = "on";
            };
            const watch = new MutationObserver(say);
            watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });
            say();
        },
        // Signing out: what was typed and not saved is nobody else's business.
        submit(form) {
            stored(kept => Object.keys(kept).filter(key => key.startsWith("kps-draft:")).forEach(key => kept.removeItem(key)));
            form.submit();
        },
        // Someone is here: a session in which nobody does anything ends by itself, however much happens on the screen.
        here() {
            let told = Date.now();
            const tell = () => {
                if (Date.now() - told < 60_000) return;
                told = Date.now();
                fetch("/account/here", { cache: "no-store" }).catch(() => { });
            };
            for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, tell, { capture: true, passive: true });
        },
    };
})();
