// The face that a character shows follows what its newest reply feels like.
export class Faces {
  constructor(faces) {
    this.faces = faces ? JSON.parse(faces) : {};
    this.words = document.querySelector("template#moods")?.content;
    this.mood = "";
  }

  /** In this mood; the picture is there before it is shown. A reply that was not read changes nothing. */
  async show(mood) {
    const found = this.faces[mood];
    if (!found || mood === this.mood) return;
    this.mood = mood;
    const [portrait, face] = found;
    await Promise.allSettled([...new Set([portrait, face])].map(loaded));
    if (this.mood !== mood) return;
    for (const image of document.querySelectorAll("[data-shows]")) image.src = image.dataset.shows === "face" ? face : portrait;
    const line = document.querySelector("[data-mood-line]");
    if (!line) return;
    line.querySelector("[data-mood-word]").textContent = this.words?.querySelector(`[data-mood="${mood}"]`)?.textContent ?? "";
    line.hidden = mood === "calm";
  }
}

function loaded(address) {
  const image = new Image();
  image.src = address;
  return image.decode();
}
