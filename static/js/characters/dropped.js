// What somebody let fall on the page: files as they are, and of folders, however deep, whatever may be a card.
const CARD = /\.(?:png|apng|json|charx|jpe?g)$/iu;
// One who drops a whole disk is told how far it was read.
const MOST = 2_000;

/** {files, unread, more}: names that could not be opened, and whether there is more than was taken. */
export async function dropped(transfer) {
  // Asked for at once: behind the first wait they are gone.
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: [...(transfer?.files ?? [])], unread: [], more: false };
  const found = { files: [], unread: [], more: false };
  for (const entry of entries) await take(entry, found, { named: true });
  return found;
}

async function take(entry, found, { named = false } = {}) {
  if (found.files.length >= MOST) {
    found.more = true;
    return;
  }
  try {
    if (entry.isDirectory) {
      for (const inner of await everythingIn(entry.createReader())) await take(inner, found);
    } else if (named || (CARD.test(entry.name) && !entry.name.startsWith("."))) {
      found.files.push(await new Promise((done, failed) => entry.file(done, failed)));
    }
  } catch {
    found.unread.push(entry.name);
  }
}

/** A reader gives a hundred at a time, and nothing when it is at the end. */
async function everythingIn(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return all.sort((one, other) => one.name.localeCompare(other.name));
    all.push(...some);
  }
}
