// The script as a window: everything that was loaded is held, at most a few pages of it are in the document.
const PAGE = 40;
const MOST = 160;

export class Pages {
  #from = 0;
  #to = 0;

  constructor(stream, lines) {
    this.stream = stream;
    this.lines = lines;
    this.opener = lines.querySelector("[data-opener]");
    this.items = [...lines.querySelectorAll(":scope > article")];
    this.#to = this.items.length;
    this.more = this.opener?.dataset.more === "1";
  }

  get last() {
    return this.items.at(-1) ?? null;
  }

  get whole() {
    return this.#to === this.items.length;
  }

  /** The reader sees the end, and nothing newer is put away. */
  get atEnd() {
    return this.whole && this.stream.scrollTop > -48;
  }

  find(id) {
    return this.items.findLast((item) => item.dataset.message === id) ?? null;
  }

  append(item) {
    const shown = this.whole;
    this.items.push(item);
    if (!shown) return;
    this.lines.append(item);
    this.#to = this.items.length;
    if (this.atEnd) this.#shorten();
  }

  /** Put a line between two others. */
  insert(index, item) {
    if (index >= this.items.length) {
      this.append(item);
      return;
    }
    const shown = index >= this.#from && index <= this.#to;
    this.items.splice(index, 0, item);
    if (index < this.#from) this.#from += 1;
    if (index <= this.#to) this.#to += 1;
    if (shown) this.lines.insertBefore(item, this.items[index + 1].isConnected ? this.items[index + 1] : null);
  }

  /** Put these lines in the place of everything from `index` on. */
  replaceFrom(index, items) {
    const shown = this.whole;
    for (const item of this.items.splice(index)) item.remove();
    this.items.push(...items);
    this.#from = Math.min(this.#from, index);
    this.#to = Math.min(this.#to, index);
    if (!shown && this.#to < index) return;
    this.lines.append(...items);
    this.#to = this.items.length;
  }

  /** All that is held, anew: what did not change stays as it is, and as much as before is in the document. */
  renew(items, more) {
    const known = new Map(this.items.map((item) => [item.dataset.message, item]));
    const shown = new Set(this.items.slice(this.#from, this.#to).map((item) => item.dataset.message));
    const { whole } = this;
    this.more = more;
    this.items = items.map((item) => (known.get(item.dataset.message)?.isEqualNode(item) ? known.get(item.dataset.message) : item));
    const first = this.items.findIndex((item) => shown.has(item.dataset.message));
    const last = this.items.findLastIndex((item) => shown.has(item.dataset.message));
    this.#to = whole || first < 0 ? this.items.length : last + 1;
    this.#from = Math.max(first < 0 ? this.#to - PAGE : first, this.#to - MOST, 0);
    this.#draw(this.items.slice(this.#from, this.#to));
    this.#edge();
  }

  /** Older lines, oldest first, as the house sent them. */
  prepend(items, more) {
    this.more = more;
    this.items.unshift(...items);
    this.#from += items.length;
    this.#to += items.length;
    this.up();
  }

  /** Show a page of what is held above. False when it has to be fetched. */
  up() {
    if (!this.#from) {
      this.#edge();
      return !this.more;
    }
    const from = Math.max(0, this.#from - PAGE);
    const before = this.items[this.#from] ?? null;
    for (const item of this.items.slice(from, this.#from)) this.lines.insertBefore(item, before);
    this.#from = from;
    while (this.#to - this.#from > MOST) this.items[(this.#to -= 1)].remove();
    this.#edge();
    return true;
  }

  down() {
    const to = Math.min(this.items.length, this.#to + PAGE);
    this.lines.append(...this.items.slice(this.#to, to));
    this.#to = to;
    this.#shorten();
  }

  toNewest() {
    while (!this.whole) this.down();
    this.stream.scrollTop = 0;
  }

  /** Brings a line that is held into the document and into sight. */
  show(id) {
    const place = this.items.findIndex((item) => item.dataset.message === id);
    if (place < 0) return null;
    if (place < this.#from || place >= this.#to) {
      this.#from = Math.max(0, place - PAGE);
      this.#to = Math.min(this.items.length, this.#from + 2 * PAGE);
      this.#draw(this.items.slice(this.#from, this.#to));
      this.#edge();
    }
    this.items[place].scrollIntoView({ block: "center" });
    return this.items[place];
  }

  /** Do something to the script without moving what is being read. */
  still(change) {
    if (this.atEnd) return change();
    const top = this.stream.getBoundingClientRect().top;
    const mark = this.items.slice(this.#from, this.#to).find((item) => item.getBoundingClientRect().bottom > top);
    const before = mark?.getBoundingClientRect().top;
    const result = change();
    const now = mark && (mark.isConnected ? mark : this.find(mark.dataset.message));
    if (now?.isConnected) this.stream.scrollTop += now.getBoundingClientRect().top - before;
    return result;
  }

  // Nodes that stay are not touched: the focus in them, and what is marked of them, stays too.
  #draw(items) {
    const wanted = new Set(items);
    for (const node of [...this.lines.querySelectorAll(":scope > article")]) if (!wanted.has(node)) node.remove();
    let at = this.opener ? this.opener.nextElementSibling : this.lines.firstElementChild;
    for (const item of items) {
      if (item === at) at = at.nextElementSibling;
      else this.lines.insertBefore(item, at);
    }
  }

  #shorten() {
    while (this.#to - this.#from > MOST) this.items[(this.#from += 1) - 1].remove();
    this.#edge();
  }

  #edge() {
    if (this.opener) this.opener.hidden = this.more || this.#from > 0;
  }
}
