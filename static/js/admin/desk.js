// The desk of moderators without leaving it: forms are sent from the page, and what comes back takes the desk's place.
// Without this script each form leads to the same page again.
const OTHER = "removed warned restricted suspended banned".split(" ");
let busy = false;

const desk = () => document.querySelector("[data-desk]");
const find = (selector) => desk().querySelector(selector);

async function send(form, button) {
  if (busy) return;
  busy = true;
  desk().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action || location.pathname, {
      method: "POST", body: new FormData(form, button), credentials: "same-origin", headers: { Accept: "text/html" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-desk]");
    if (!fresh) return location.reload(); // signed out, or something that only a whole page can say
    const legend = find("[data-legend]").open;
    const listed = find(".desk__list details").open;
    // A status is read aloud when its text changes, not when it comes with a new page.
    const said = fresh.querySelector("[data-said]");
    const told = [...said.childNodes];
    said.replaceChildren();
    desk().replaceWith(fresh);
    find("[data-legend]").open = legend;
    find(".desk__list details").open = listed;
    requestAnimationFrame(() => said.replaceChildren(...told));
    ready();
    (find("#case-h") ?? desk()).focus({ preventScroll: true });
    scrollTo({ top: 0 });
  } finally {
    busy = false;
    desk()?.removeAttribute("aria-busy");
  }
}

function ready() {
  for (const option of desk().querySelectorAll("[data-template] option[data-rule]")) option.title = option.dataset.text;
  chosen();
  find(".desk__here")?.scrollIntoView({ block: "nearest" });
  if (matchMedia("(max-width: 40rem)").matches) find(".desk__list details").open = !find("#decide-h");
}

// Only what an outcome needs is asked for; its first template stands there already.
function chosen() {
  const form = find("[data-decide]");
  if (!form) return;
  const outcome = form.elements.outcome.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(outcome);
  const template = form.querySelector("[data-template]");
  if (!template) return;
  const rule = form.elements.rule.value;
  for (const option of template.options) option.hidden = option.disabled = Boolean(option.dataset.rule) && option.dataset.rule !== rule;
  if (OTHER.includes(outcome) && !form.elements.text.value.trim()) fill(templates()[0]);
}

const templates = () => [...(find("[data-template]")?.options ?? [])].filter(({ dataset, disabled }) => dataset.rule && !disabled);

function fill(option) {
  if (!option) return;
  const field = find("#text");
  const known = [...find("[data-template]").options].map(({ dataset }) => dataset.text ?? "");
  // What a moderator wrote is not written over.
  if (field.value.trim() && !known.includes(field.value)) return;
  field.value = option.dataset.text;
  option.selected = true;
}

function step(by) {
  const all = [...desk().querySelectorAll("[data-open]")];
  const here = all.findIndex(({ dataset }) => dataset.open === desk().dataset.case);
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  next?.click();
}

function number(digit) {
  const form = find("[data-decide]");
  if (!form) return;
  if (OTHER.includes(form.elements.outcome.value)) fill(templates()[digit - 1]);
  else form.querySelectorAll("[name=labels]")[digit - 1]?.click();
}

function pressed(event) {
  const { key, target } = event;
  if (event.altKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const typing = target.matches("textarea, input:not([type=radio], [type=checkbox]), select");
  if (key === "Escape" && typing) return target.blur();
  if (key === "Enter" && (event.ctrlKey || !(typing || target.matches("button, a, summary")))) {
    if (!find("[data-decide] [name=outcome]:checked")) return;
    event.preventDefault();
    return find("[data-go]").click();
  }
  if (typing || event.ctrlKey || event.shiftKey && key !== "?") return;
  if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (key === "?") find("[data-legend]").open = !find("[data-legend]").open;
  else if (/^[1-9]$/.test(key)) number(Number(key));
  else {
    const at = find(`[data-key="${CSS.escape(key)}"]`);
    if (!at) return;
    if (at.matches("select") || key === "c") at.focus();
    else at.click();
  }
  event.preventDefault();
}

document.addEventListener("keydown", pressed);
document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-desk]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-template]")) fill(target.selectedOptions[0]);
  else if (target.matches("[name=outcome], #rule")) chosen();
});
ready();
