// Arrow keys go from line to line; when a line leaves, the focus goes on to the one that takes its place.
export function start(root) {
    const stop = new AbortController();
    const stops = () => [...root.querySelectorAll("[data-stop]")];
    let at = null;

    root.addEventListener("focusin", e => {
        const line = e.target.closest("li");
        at = line ? { node: e.target, index: stops().findIndex(s => line.contains(s)) } : null;
    }, { signal: stop.signal });
    root.addEventListener("keydown", e => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
        if (!step || e.altKey || e.ctrlKey || e.metaKey || !e.target.closest("li")) return;
        const all = stops(), line = e.target.closest("li");
        all[all.findIndex(s => line.contains(s)) + step]?.focus();
        e.preventDefault();
    }, { signal: stop.signal });

    const changes = new MutationObserver(() => {
        if (!at || at.node.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
        const all = stops();
        all[Math.min(at.index, all.length - 1)]?.focus();
    });
    changes.observe(root, { childList: true, subtree: true });
    return { dispose() { stop.abort(); changes.disconnect(); } };
}
