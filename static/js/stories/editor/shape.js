// The parts of a story, as forms: stories/format/shape.py in the order in which one writes.
const words = (name, more = {}) => ({ name, type: "words", ...more });
const long = (name) => words(name, { long: true });
const text = (name = "text") => ({ name, type: "text" });
const expr = (name) => ({ name, type: "expression" });
const effects = { name: "do", type: "effects" };
const to = { name: "to", type: "pick", of: ["scenes", "endings"] };
const called = { name: "called", type: "called" };
const number = (name, usual = 0) => ({ name, type: "number", usual });
const yes = (name, usual = false) => ({ name, type: "bool", usual });
const pick = (name, of, more = {}) => ({ name, type: "pick", of, ...more });
const VERBS = ["inspect", "take", "use", "give", "attack", "go", "talk", "roll", "custom"];

const branch = [text(), effects, to];
const roll = {
  name: "roll",
  type: "group",
  fields: [
    pick("dice", ["dice"], { needed: true }), expr("needs"), expr("plus"),
    { name: "passed", type: "group", fields: branch, needed: true },
    { name: "failed", type: "group", fields: branch, needed: true },
  ],
  begins: (data) => ({ dice: Object.keys(data.dice ?? {})[0] ?? "", needs: 10, passed: {}, failed: {} }),
};
const blank = (data, en, zh) => Object.fromEntries((data.languages ?? ["en", "zh-hans"]).map((code) => [code, code === "en" ? en : zh]));
const beat = { fields: [expr("when"), ...branch, yes("once", true)], begins: (data) => ({ when: "moves >= 2", text: blank(data, "…", "……") }) };

export const FORMS = {
  choice: { fields: [words("label"), expr("when"), words("locked"), ...branch, roll, yes("once", true), called], begins: (data) => ({ label: blank(data, "A choice", "一个选择") }) },
  action: {
    fields: [
      { name: "verb", type: "choose", among: VERBS }, pick("item", ["items"], { empty: "anything" }),
      pick("target", ["cast", "items", "places"], { empty: "anything" }), words("label"), expr("when"), ...branch, roll, yes("once", true), called,
    ],
    begins: (data) => ({ verb: "inspect", text: blank(data, "…", "……") }),
  },
  beat,
  exit: { ...beat, begins: (data) => ({ when: "moves >= 3", to: Object.keys(data.endings ?? {})[0] ?? "" }) },
  proposal: { fields: [long("means"), effects, expr("when"), number("most", 1)], begins: (data) => ({ means: blank(data, "What the reply would have to show", "回复要表现出什么"), do: "" }) },
  goal: { fields: [words("text"), expr("done")], begins: (data) => ({ text: blank(data, "A goal", "一个目标"), done: false }) },
  stake: { fields: [words("matters"), long("lost")], begins: (data) => ({ matters: blank(data, "What matters", "要紧的事"), lost: blank(data, "How it is lost", "怎样失去") }) },
  mark: { fields: [words("name"), long("good")], begins: (data) => ({ name: blank(data, "A mark", "一项"), good: blank(data, "What good looks like", "怎样算好") }) },
  scenes: {
    fields: [
      words("title"), text(), pick("place", ["places"]), { name: "present", type: "several", of: ["cast"] },
      { name: "choices", type: "map", of: "choice" }, { name: "beats", type: "map", of: "beat" }, { name: "actions", type: "map", of: "action" },
      { name: "exits", type: "map", of: "exit" }, { name: "goals", type: "list", of: "goal" }, { name: "proposals", type: "map", of: "proposal" },
      expr("entry"), effects, yes("roam"), { name: "rubric", type: "map", of: "mark" }, long("prompt"),
    ],
    begins: (data) => ({ title: blank(data, "A new scene", "新的一场"), text: blank(data, "What is told here.", "这里讲的话。") }),
  },
  endings: {
    fields: [words("title"), text(), long("means"), { name: "kind", type: "choose", among: ["light", "bitter", "dark"] }, expr("when")],
    begins: (data) => ({ title: blank(data, "An ending", "一个结局"), text: blank(data, "How it ends.", "怎样收场。"), means: blank(data, "What it means.", "意味着什么。"), kind: "bitter" }),
  },
  cast: {
    fields: [words("name"), words("role"), text("about"), long("wants"), long("fears"), long("secret"), long("voice"), number("bond", 50), { name: "portrait", type: "portrait" }, { name: "preset", type: "line" }, called],
    begins: (data) => ({ name: blank(data, "Somebody", "某人"), role: blank(data, "who is here", "在这里的人"), about: blank(data, "…", "……"), wants: blank(data, "…", "……"), fears: blank(data, "…", "……"), bond: 50 }),
  },
  items: {
    fields: [words("name"), text("about"), pick("at", ["places", "cast"], { more: ["you"] }), yes("fixed"), called],
    begins: (data) => ({ name: blank(data, "A thing", "一件东西"), about: blank(data, "…", "……") }),
  },
  places: {
    fields: [words("name"), text("about"), { name: "at", type: "point" }, { name: "roads", type: "several", of: ["places"] }, called],
    begins: (data) => ({ name: blank(data, "A place", "一个地方"), about: blank(data, "…", "……"), at: [100, 100] }),
  },
  flags: { plain: "bool", begins: () => false },
  counters: { fields: [words("name"), number("start"), number("low"), number("high", 10), yes("shown", true)], begins: (data) => ({ name: blank(data, "A number", "一个数"), start: 0, low: 0, high: 5 }) },
  dice: { fields: [words("name"), number("sides", 20), number("count", 1)], begins: (data) => ({ name: blank(data, "A die", "一颗骰子"), sides: 20 }) },
  story: {
    fields: [
      words("title"), words("line"), long("about"), long("player"), pick("start", ["scenes"], { needed: true }),
      { name: "kind", type: "choose", among: ["story", "practice"] }, { name: "cover", type: "portrait", only: ["palette", "scene"] },
      { name: "stakes", type: "list", of: "stake" }, { name: "actions", type: "map", of: "action" }, { name: "rubric", type: "map", of: "mark" }, long("prompt"),
    ],
  },
};

/** Which tables stand under which tab; a scene or ending is chosen on the graph. */
export const TABS = { scenes: ["scenes", "endings"], cast: ["cast"], world: ["items", "places"], numbers: ["flags", "counters", "dice"], story: [], plays: [] };

export const isName = (name) => /^[a-z][a-z0-9_]{0,39}$/u.test(name);

/** A name that nobody has yet: scene, scene_2, scene_3. */
export function freeName(table, stem) {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}_${number}`;
    if (!(name in (table ?? {}))) return name;
  }
}
