// Passkeys: the browser asks the device between a form and its hidden answer. `data-passkey` says which ceremony: `make`
// one, `use` one that we ask for, `enter` with any of this site's. Without script such a form cannot be sent.

const possible = window.isSecureContext && "PublicKeyCredential" in window && "toJSON" in PublicKeyCredential.prototype;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = form.dataset.passkey === "enter" && !possible;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ceremony(form);
  });
}

async function ceremony(form) {
  if (!possible) return tell(form, "impossible");
  form.querySelector("[data-passkey-told]").hidden = true;
  const button = form.querySelector("button:not([type])");
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify(await answer(form));
    form.submit();
  } catch (error) {
    tell(form, error.name === "SecurityError" ? "impossible" : "failed");
  } finally {
    button.disabled = false;
  }
}

async function answer(form) {
  if (form.dataset.passkey === "make") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options().publicKey);
    const alone = form.elements.passwordless.checked;
    Object.assign(publicKey.authenticatorSelection, {
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    });
    return navigator.credentials.create({ publicKey });
  }
  const { publicKey } = form.dataset.passkey === "use" ? options() : await fetched(form.action);
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

const options = () => JSON.parse(document.getElementById("passkey-options").textContent);

async function fetched(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.status);
  return (await response.json()).request_options;
}

function tell(form, what) {
  const line = form.querySelector("[data-passkey-told]");
  line.textContent = line.dataset[what];
  line.hidden = false;
}
