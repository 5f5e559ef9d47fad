// The token that goes along with every request that changes something.

/** From the page, not from the cookie, which scripts may not be allowed to read. */
export function csrf() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Who signs in anew in another window makes this page's token worthless: fetch one that holds. False without a page. */
export async function renewed() {
  try {
    const response = await fetch(location.pathname, { credentials: "same-origin", redirect: "error" });
    if (!response.ok) return false;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("input[name=csrfmiddlewaretoken]").value;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    return true;
  } catch {
    return false;
  }
}
