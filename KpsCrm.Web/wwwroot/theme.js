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
        set(on) { stored(kept => kept.setItem("kps-theme", on ? "dark" : "light")); paint(); },
        live() { document.body.dataset.live = "on"; },
        submit(form) { form.submit(); },
    };
})();
