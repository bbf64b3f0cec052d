// Passkeys and printing on the account pages. Without it the pages still work; only passkeys need it.
const knows = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
}
for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = !!knows;
for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !knows;
    form.addEventListener("submit", event => {
        if (form.querySelector("[data-credential]").value) return;
        event.preventDefault();
        if (form.reportValidity()) ask(form);
    });
}

async function ask(form) {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
        const token = form.querySelector("[name=__RequestVerificationToken]").value;
        const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams({ __RequestVerificationToken: token }) });
        if (!answer.ok) throw new Error(answer.status === 429 ? "There were too many attempts. Wait a minute, then try again." : "The server gave no answer. Load the page again, then try once more.");
        const options = await answer.json();
        const credential = form.dataset.passkey === "create"
            ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
            : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        form.querySelector("[data-credential]").value = JSON.stringify(credential.toJSON());
        form.requestSubmit();
    } catch (error) {
        problem.textContent = error.name === "NotAllowedError" ? "Your device gave no passkey. Try again." : error.name === "InvalidStateError" ? "This device has a passkey for you already." : error.message;
        problem.hidden = false;
    }
}
