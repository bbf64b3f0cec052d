// Blazor raises the state of its connection on the dialog. When its own attempts end (a long outage, a restarted server),
// this keeps asking until the server answers, then reloads: the address holds filters and place, so the page comes back the same.
const dialog = document.getElementById("components-reconnect-modal");
let waiting = false;

dialog.addEventListener("components-reconnect-state-changed", ({ detail: { state } }) => {
    if (state === "show") {
        document.body.dataset.live = "reconnecting";
        if (!dialog.open) dialog.showModal();
    } else if (state === "hide") {
        document.body.dataset.live = "on";
        dialog.close();
    } else if (state === "failed" || state === "rejected") {
        reloadWhenServerAnswers();
    }
});

dialog.addEventListener("cancel", event => event.preventDefault());
dialog.querySelector(".reconnect-now").addEventListener("click", tryNow);

async function tryNow() {
    try {
        if (await Blazor.reconnect()) return;
    } catch { /* the server is still away */ }
    await reloadWhenServerAnswers();
}

async function reloadWhenServerAnswers() {
    if (waiting) return;
    waiting = true;
    for (let pause = 500; ; pause = Math.min(pause * 1.5, 5000)) {
        try {
            if ((await fetch("/health/live", { cache: "no-store" })).ok) break;
        } catch { /* still away */ }
        // Jitter: two hundred open pages must not come back in the same instant.
        await new Promise(resolve => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
    }
    location.reload();
}
