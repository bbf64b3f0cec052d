// A number that changes counts to its new value once. Only the text node's value is written, so that Blazor keeps its node.
const running = new WeakMap();

export function countUp(tiles) {
  new MutationObserver(changes => {
    for (const { target, oldValue } of changes) animate(target, Number(oldValue));
  }).observe(tiles, { subtree: true, attributes: true, attributeFilter: ["data-value"], attributeOldValue: true });
}

function animate(tile, from) {
  const text = tile.querySelector(".value")?.firstChild;
  const to = Number(tile.dataset.value);
  const shape = /^(\$?)([\d,]+(?:\.(\d+))?)(%?)$/.exec(text?.nodeValue ?? "");
  if (!shape || !Number.isFinite(from) || from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) return;

  cancelAnimationFrame(running.get(tile));
  const [, before, , decimals = "", after] = shape;
  const format = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals.length, maximumFractionDigits: decimals.length });
  const final = text.nodeValue;
  const began = performance.now();
  const step = now => {
    const part = Math.min(1, (now - began) / 400);
    text.nodeValue = part === 1 ? final : before + format.format(from + (to - from) * (1 - (1 - part) ** 3)) + after;
    if (part < 1) running.set(tile, requestAnimationFrame(step));
  };
  running.set(tile, requestAnimationFrame(step));
}
