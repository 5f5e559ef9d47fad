// Whether two values say the same: the database gives an object's keys back in an order of its own.
export const same = (one, other) => written(one) === written(other);

function written(value) {
  return JSON.stringify(value ?? null, (_key, inner) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(byKey)) : inner));
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const byKey = ([one], [other]) => (one < other ? -1 : 1);
