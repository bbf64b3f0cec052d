// Asks for older entries when the end of the list comes near. The observer ends with its element.
export function watch(end, timeline) {
    const observer = new IntersectionObserver(async seen => {
        if (!seen.some(s => s.isIntersecting)) return;
        observer.disconnect();
        try { await timeline.invokeMethodAsync("More"); } catch { return; }
        if (end.isConnected) observer.observe(end);
    }, { root: end.closest(".content"), rootMargin: "600px" });
    observer.observe(end);
}
