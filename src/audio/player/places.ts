/**
 * Places of items in their table, so that a change of the queue writes few rows: an item keeps the place that it has
 * wherever that is right. Returns the places of all, in order.
 */
export function placesFor(
  order: readonly string[],
  stored: ReadonlyMap<string, number>,
): Map<string, number> {
  const places = keeping(order, stored);
  // Places in between are used up after about fifty halvings: then all are numbered again.
  return isRising(places) ? places : new Map(order.map((id, index) => [id, index]));
}

function keeping(order: readonly string[], stored: ReadonlyMap<string, number>): Map<string, number> {
  const kept = keptOf(order, stored);
  const places = new Map<string, number>();
  let before: number | undefined;
  for (const [index, id] of order.entries()) {
    const own = kept.get(id);
    const after = own ?? nextKept(order, index, kept);
    const place = own ?? between(before, after);
    places.set(id, place);
    before = place;
  }
  return places;
}

/** Those whose stored places rise in this order; of two that don't, the first stays. */
function keptOf(order: readonly string[], stored: ReadonlyMap<string, number>): Map<string, number> {
  const kept = new Map<string, number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const id of order) {
    const place = stored.get(id);
    if (place === undefined || place <= last) continue;
    kept.set(id, place);
    last = place;
  }
  return kept;
}

function nextKept(
  order: readonly string[],
  from: number,
  kept: ReadonlyMap<string, number>,
): number | undefined {
  for (const id of order.slice(from)) {
    const place = kept.get(id);
    if (place !== undefined) return place;
  }
  return undefined;
}

function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return after === undefined ? 0 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

function isRising(places: ReadonlyMap<string, number>): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const place of places.values()) {
    if (place <= last) return false;
    last = place;
  }
  return true;
}
