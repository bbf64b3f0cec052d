// Loaded before the first paint: picks the theme, so that the wrong one never flashes.
(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (localStorage.getItem("kps-theme") ?? (system.matches ? "dark" : "light")) === "dark";
    const paint = () => document.documentElement.dataset.theme = dark() ? "dark" : "light";
    paint();
    system.addEventListener("change", paint);
    window.kpsTheme = {
        dark,
        set(on) { localStorage.setItem("kps-theme", on ? "dark" : "light"); paint(); },
        live() { document.body.dataset.live = "on"; },
        submit(form) { form.submit(); },
    };
})();
