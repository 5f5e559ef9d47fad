// While something is put together or taken in, the list says how far it is; when it is over, the page comes anew.
const EVERY = 1500;
const list = document.querySelector("[data-takeout]");
let wasAtWork = atWork();

if (wasAtWork) setTimeout(again, EVERY);

function atWork() {
  return list.querySelector("[data-at-work]") !== null;
}

async function again() {
  try {
    const response = await fetch(list.dataset.url, { headers: { "HX-Request": "true" } });
    if (response.ok) show(await response.text());
  } catch {
    // No network for the moment: the next look may find one.
  }
  if (wasAtWork) setTimeout(again, EVERY);
}

// Only what has changed is put in, so that no button is taken from under somebody's finger.
function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-list]");
  if (!fresh) return;
  const articles = [...list.querySelectorAll("article")];
  const coming = [...fresh.querySelectorAll("article")];
  const same = articles.length === coming.length && articles.every((each, at) => each.dataset.state === coming[at].dataset.state);
  if (!same || !fresh.hasAttribute("data-at-work")) {
    wasAtWork = false;
    location.reload();
    return;
  }
  articles.forEach((article, at) => {
    const bar = article.querySelector("progress");
    const now = coming[at].querySelector("progress");
    if (!bar || !now) return;
    bar.max = now.max;
    bar.value = now.value;
    article.querySelector("p").textContent = coming[at].querySelector("p").textContent;
  });
}
