// Files that are dropped on the card, or pasted anywhere but in a text, go the way of the button's.
export function start(root) {
    const input = () => [...root.querySelectorAll('input[type=file]')].at(-1);
    const take = files => {
        const target = input();
        if (!target || files.length === 0)
            return;
        target.files = files;
        target.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const hasFiles = event => event.dataTransfer?.types.includes('Files');
    let depth = 0;
    const over = on => root.classList.toggle('over', on);
    const listeners = [
        [root, 'dragenter', event => { if (hasFiles(event)) { event.preventDefault(); depth++; over(true); } }],
        [root, 'dragover', event => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy'; } }],
        [root, 'dragleave', () => { if (--depth <= 0) { depth = 0; over(false); } }],
        [root, 'drop', event => { depth = 0; over(false); if (hasFiles(event)) { event.preventDefault(); take(event.dataTransfer.files); } }],
        [document, 'paste', event => { if (event.clipboardData?.files.length > 0 && !event.target.closest?.('input:not([type=file]), textarea, [contenteditable]')) { event.preventDefault(); take(event.clipboardData.files); } }],
    ];
    for (const [target, name, listener] of listeners)
        target.addEventListener(name, listener);
    return {
        dispose() {
            for (const [target, name, listener] of listeners)
                target.removeEventListener(name, listener);
        },
    };
}
