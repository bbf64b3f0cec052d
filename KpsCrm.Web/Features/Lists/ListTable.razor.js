// The keys of a list. They act only while a row, or a link or button in it, has the focus.
export function start(frame) {
  if (!frame) return;
  const rows = () => [...frame.querySelectorAll("tbody tr")];
  const go = row => {
    if (!row) return;
    for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const keys = e => {
    const row = e.target.closest?.("tbody tr");
    if (!row || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const all = rows(), at = all.indexOf(row), own = e.target === row;
    switch (e.key) {
      case "ArrowDown": case "j": go(all[at + 1]); break;
      case "ArrowUp": case "k": go(all[at - 1]); break;
      case "Home": go(all[0]); break;
      case "End": go(all.at(-1)); break;
      case "x": row.querySelector("input[type=checkbox]")?.click(); break;
      case "Escape": if (own) return; go(row); break;
      case "Enter": if (!own) return; row.querySelector("a")?.click(); break;
      case "e": if (!own) return; row.querySelector("button.show")?.click(); break;
      default: return;
    }
    e.preventDefault();
    e.stopPropagation();
  };
  frame.addEventListener("keydown", keys);
  frame.dataset.keys = "on";
}
