// Blazor tells the state of its connection on the dialog, and tries again in ever longer pauses. A person waits less patiently: while the
// connection is away this asks the server every second or so, and reconnects the moment it answers. When the circuit is gone (a restarted
// server), the page is loaded again: the address holds filters and place, so it comes back the same.
const dialog = document.getElementById("components-reconnect-modal");
let away = false;

dialog.addEventListener("components-reconnect-state-changed", ({ detail: { state } }) => {
    if (state === "hide") {
        away = false;
        document.body.dataset.live = "on";
        dialog.close();
    } else if (state === "rejected") {
        location.reload();
    } else if (!away) {
        away = true;
        document.body.dataset.live = "reconnecting";
        if (!dialog.open) dialog.showModal();
        comeBack();
    }
});

dialog.addEventListener("cancel", event => event.preventDefault());
dialog.querySelector(".reconnect-now").addEventListener("click", () => location.reload());

async function comeBack() {
    for (let pause = 300; away; pause = Math.min(pause * 1.5, 3000)) {
        // Jitter: two hundred open pages must not come back in the same instant.
        await new Promise(resolve => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
        try {
            if (!away || !(await fetch("/health/live", { cache: "no-store" })).ok) continue;
            if (!await Blazor.reconnect()) location.reload();
            return;
        } catch { /* still away */ }
    }
}
