// The hands of the board: mouse drag, press-and-hold, keys, and the glide of cards that moved. Blazor owns the cards; this only reads them,
// draws a line where one would land, and tells the server (Drop, Step, Choose, PlanNext, More).
const HOLD = 250, SLOP = 8, EDGE = 56, GLIDE = 150;

export function start(root, dotnet) {
    const stop = new AbortController();
    const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: stop.signal, ...options });
    const line = root.querySelector(".drop-line");
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const call = (...args) => dotnet.invokeMethodAsync(...args).catch(() => { /* the circuit is away; the page says so itself */ });

    const columns = () => root.querySelector(".columns");
    const cardAt = node => node?.closest?.("[data-deal-id], [data-lead-id]");
    const idOf = card => Number(card.dataset.dealId ?? card.dataset.leadId);
    const byId = id => root.querySelector(`[data-deal-id="${id}"], [data-lead-id="${id}"]`);
    const cardsOf = list => [...list.children].filter(c => c.draggable);
    // On a phone the view stays with the stage one is working in.
    const focus = id => byId(id)?.focus({ preventScroll: matchMedia("(max-width: 700px)").matches });
    const stageOf = card => card.closest("[data-stage]").dataset.stage;

    // ---- where a card would land
    let drag = null;

    function begin(card, x, y) {
        drag = { card, id: idOf(card), version: Number(card.dataset.version), x, y, target: null };
        card.dataset.dragging = "";
        columns().style.scrollSnapType = "none";
        call("Dragging", true);
        requestAnimationFrame(tick);
    }

    function aim(x, y) {
        Object.assign(drag, { x, y });
        const under = document.elementFromPoint(x, y);
        const bar = under?.closest?.("[data-bar]"), column = under?.closest?.("[data-stage]");
        if (!root.contains(under) || !(bar || column)) return show(null);
        if (bar) return show({ stage: bar.dataset.bar, above: null, mark: bar });

        const list = column.querySelector(".cards");
        const others = cardsOf(list).filter(c => c !== drag.card);
        let above = null, next = null;
        for (const card of others) {
            const box = card.getBoundingClientRect();
            if (y < box.top + box.height / 2) { next = box; break; }
            above = card;
        }
        const top = above ? above.getBoundingClientRect().bottom + 3 : next ? next.top - 5 : list.getBoundingClientRect().top + 4;
        show({ stage: column.dataset.stage, above, mark: column, list, top });
    }

    function show(target) {
        if (drag.target?.mark !== target?.mark) {
            drag.target?.mark.removeAttribute("data-over");
            target?.mark.setAttribute("data-over", "");
        }
        drag.target = target;
        const box = target?.list?.getBoundingClientRect();
        line.hidden = !box || target.top < box.top || target.top > box.bottom;
        if (!line.hidden) Object.assign(line.style, { left: `${box.left + 8}px`, width: `${box.width - 16}px`, top: `${target.top}px` });
    }

    // Near an edge the column, and the board, scroll by themselves.
    function tick() {
        if (!drag) return;
        const list = drag.target?.list, board = columns();
        const push = (value, low, high) => value < low + EDGE ? (value - low - EDGE) / 4 : value > high - EDGE ? (value - high + EDGE) / 4 : 0;
        const [down, across] = [list?.scrollTop, board.scrollLeft];
        if (list) {
            const box = list.getBoundingClientRect();
            list.scrollTop += push(drag.y, box.top, box.bottom);
        }
        const wide = board.getBoundingClientRect();
        if (drag.y > wide.top) board.scrollLeft += push(drag.x, wide.left, wide.right);
        // Something else lies under a hand that keeps still.
        if (list?.scrollTop !== down || board.scrollLeft !== across) aim(drag.x, drag.y);
        requestAnimationFrame(tick);
    }

    function end(drop) {
        const { card, id, version, target, ghost } = drag;
        show(null);
        drag = null;
        delete card.dataset.dragging;
        ghost?.remove();
        columns().style.scrollSnapType = "";
        if (!drop || !target) return call("Dragging", false);

        const above = target.above ? idOf(target.above) : null;
        const neighbour = card.previousElementSibling;
        if (target.stage === stageOf(card) && (target.above ?? null) === (neighbour?.draggable ? neighbour : null)) return call("Dragging", false);
        // It is where the hand left it: nothing has to glide there.
        places.delete(id);
        call("Drop", id, target.stage, above, version);
    }

    // ---- mouse
    on(root, "dragstart", e => {
        const card = cardAt(e.target);
        if (!card || hold || drag) return e.preventDefault();
        e.dataTransfer.effectAllowed = "move";
        e.dataTransfer.setData("text/plain", card.querySelector(".title").textContent);
        // After the browser has taken its picture of the card.
        setTimeout(() => card.isConnected && begin(card, e.clientX, e.clientY));
    });
    on(root, "dragover", e => {
        if (!drag) return;
        e.preventDefault();
        e.dataTransfer.dropEffect = "move";
        aim(e.clientX, e.clientY);
    });
    on(root, "drop", e => {
        if (!drag) return;
        e.preventDefault();
        aim(e.clientX, e.clientY);
        end(true);
    });
    on(document, "dragend", () => drag && !drag.ghost && end(false));

    // ---- touch: press and hold takes the card, a swipe scrolls
    let hold = null, dragged = false;

    on(root, "touchstart", e => {
        letGo();
        dragged = false;
        const card = cardAt(e.target);
        if (!card || e.touches.length > 1 || e.target.closest(".move, .next")) return;
        const { clientX: x, clientY: y } = e.touches[0];
        hold = { x, y, timer: setTimeout(() => take(card, x, y), HOLD) };
    }, { passive: true });
    on(root, "touchmove", e => {
        const { clientX: x, clientY: y } = e.touches[0];
        if (drag?.ghost) {
            e.preventDefault();
            drag.ghost.style.transform = `translate(${x - drag.from.x}px, ${y - drag.from.y}px) rotate(1.5deg)`;
            aim(x, y);
        } else if (hold && Math.hypot(x - hold.x, y - hold.y) > SLOP) {
            letGo();
        }
    }, { passive: false });
    on(root, "touchend", e => {
        letGo();
        if (drag?.ghost) {
            e.preventDefault();
            end(true);
        }
    }, { passive: false });
    on(root, "touchcancel", () => {
        letGo();
        if (drag?.ghost) end(false);
    });
    on(root, "contextmenu", e => (hold || drag) && e.preventDefault());

    function take(card, x, y) {
        if (!card.isConnected) return;
        dragged = true;
        begin(card, x, y);
        drag.from = { x, y };
        drag.ghost = ghostOf(card, card.getBoundingClientRect());
        drag.ghost.classList.add("held");
        navigator.vibrate?.(10);
    }

    function letGo() {
        clearTimeout(hold?.timer);
        hold = null;
    }

    // ---- keys and clicks
    on(root, "keydown", e => {
        const card = e.target;
        if (card !== cardAt(card)) return;
        const id = idOf(card), version = Number(card.dataset.version);
        const arrow = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" }[e.key];
        if (arrow && (e.ctrlKey || e.altKey)) call("Step", id, arrow, version);
        else if (arrow) walk(card, arrow);
        else if (e.key === "Enter") card.querySelector(".title").click();
        else if (e.key === "Delete" && !e.ctrlKey && !e.metaKey && !e.altKey) call("Remove", id);
        else if (e.key.toLowerCase() === "m" && !e.ctrlKey && !e.metaKey && !e.altKey) call("Choose", id, version);
        else if (e.key.toLowerCase() === "n" && !e.ctrlKey && !e.metaKey && !e.altKey && card.querySelector(".next")) call("PlanNext", id);
        else return;
        e.preventDefault();
    });

    function walk(card, direction) {
        const list = card.parentElement, index = cardsOf(list).indexOf(card);
        if (direction === "up" || direction === "down") return cardsOf(list)[index + (direction === "up" ? -1 : 1)]?.focus();
        const lists = [...root.querySelectorAll(".cards")].filter(l => l === list || cardsOf(l).length);
        const beside = lists[lists.indexOf(list) + (direction === "left" ? -1 : 1)];
        if (beside) cardsOf(beside)[Math.min(index, cardsOf(beside).length - 1)].focus();
    }

    on(root, "click", e => {
        if (dragged) {
            dragged = false;
            e.preventDefault();
            return e.stopPropagation();
        }
        const bar = e.target.closest("[data-bar]");
        if (bar) return root.querySelector(`[data-stage="${bar.dataset.bar}"]`)?.scrollIntoView({ inline: "start", block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
        const card = cardAt(e.target);
        if (!card) return;
        if (e.target.closest(".move")) call("Choose", idOf(card), Number(card.dataset.version));
        else if (e.target.closest(".next")) call("PlanNext", idOf(card));
        else if (!e.target.closest("a")) card.querySelector(".title").click();
    }, { capture: true });

    // ---- cards that moved glide from where they were; the focus goes with them
    let places = snapshot(), focused = null;
    on(root, "focusin", e => focused = cardAt(e.target) === e.target ? { card: e.target, id: idOf(e.target) } : null);

    function snapshot() {
        const all = new Map();
        for (const list of root.querySelectorAll(".cards"))
            cardsOf(list).forEach((card, index) => all.set(idOf(card), { list, index, height: 0 }));
        return all;
    }

    function changed() {
        const now = snapshot();
        const first = places.size === 0;
        if (!first && !calm.matches && !document.hidden) glide(places, now);
        places = now;
        if (focused && !focused.card.isConnected && (document.activeElement === document.body || !document.activeElement)) focus(focused.id);
        watchEnds();
        markBar();
    }

    function glide(before, now) {
        const pitch = (root.querySelector(".card")?.offsetHeight ?? 92) + 8;
        for (const [id, place] of now) {
            const was = before.get(id);
            if (!was || !was.list.isConnected || (was.list === place.list && was.index === place.index)) continue;
            const card = byId(id), box = card.getBoundingClientRect(), frame = place.list.getBoundingClientRect();
            const list = was.list.getBoundingClientRect();
            const from = { x: list.left + (box.left - frame.left), y: list.top + was.index * pitch - was.list.scrollTop };
            const seen = y => y > -box.height && y < innerHeight;
            if (!seen(box.top) && !seen(from.y)) continue;
            const steps = [{ transform: `translate(${from.x - box.left}px, ${from.y - box.top}px)` }, { transform: "none" }];
            if (was.list === place.list) {
                card.animate(steps, { duration: GLIDE, easing: "ease-out" });
                continue;
            }
            // Columns clip what leaves them, so a copy makes the journey.
            const ghost = ghostOf(card, box);
            card.animate([{ opacity: 0 }, { opacity: 0 }], GLIDE);
            ghost.animate(steps, { duration: GLIDE, easing: "ease-out" }).finished.finally(() => ghost.remove());
        }
    }

    function ghostOf(card, box) {
        const ghost = card.cloneNode(true);
        for (const name of ["data-deal-id", "data-lead-id", "data-dragging", "tabindex", "draggable"]) ghost.removeAttribute(name);
        ghost.setAttribute("aria-hidden", "true");
        ghost.classList.add("ghost");
        Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
        return root.appendChild(ghost);
    }

    // ---- the end of a column comes near: load more
    const ends = new IntersectionObserver(entries => entries.forEach(e => e.isIntersecting && call("More", e.target.dataset.more)), { root, rootMargin: "600px" });
    function watchEnds() {
        ends.disconnect();
        root.querySelectorAll("[data-more]").forEach(end => ends.observe(end));
    }

    // ---- a text that is cut shows in full on hover; not in the markup, where it would cost every card
    on(root, "pointerover", e => {
        const text = e.target.closest?.(".title, .who");
        if (text) text.title = text.scrollWidth > text.clientWidth ? text.textContent : "";
    });

    // ---- phone: the bar names the stage in view
    function markBar() {
        const board = columns(), bars = [...root.querySelectorAll("[data-bar]")];
        if (!board || !bars.length) return;
        const index = Math.round(board.scrollLeft / Math.max(1, board.clientWidth));
        bars.forEach((bar, i) => i === index ? bar.setAttribute("aria-current", "true") : bar.removeAttribute("aria-current"));
        if (!drag) bars[index]?.parentElement.scrollTo({ left: bars[index].offsetLeft - 48 });
    }
    on(root, "scroll", e => e.target === columns() && markBar(), { capture: true, passive: true });

    const changes = new MutationObserver(records => records.some(r => r.target.matches?.(".cards, .columns, .board")) && changed());
    changes.observe(root, { childList: true, subtree: true });
    changed();
    root.dataset.ready = "";

    return {
        focus,
        dispose() {
            stop.abort();
            changes.disconnect();
            ends.disconnect();
            letGo();
            drag = null;
        },
    };
}
