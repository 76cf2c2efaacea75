/**
 * Puts labels beside the ends of their lines: as near as they can be, in the lines' order, none over
 * another and none outside. Those of lines nearer than a label is high stand in the order given.
 * @param wanted where each line ends, px from the top
 * @param height of one label, px
 * @param room px from the top to the bottom
 * @returns the middle of each label
 */
export function placeLabels(wanted: readonly number[], height: number, room: number): number[] {
  const order = stackedOrder(wanted, height);
  const placed = [...wanted];
  let lowest = height / 2;
  for (const index of order) {
    placed[index] = Math.max(at(placed, index), lowest);
    lowest = at(placed, index) + height;
  }
  let highest = room - height / 2;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(at(placed, index), highest);
    highest = at(placed, index) - height;
  }
  return placed;
}

/** Indices from the top to the bottom: the first that nothing left is a whole label above. */
function stackedOrder(wanted: readonly number[], height: number): number[] {
  const left = [...wanted.keys()];
  const order: number[] = [];
  while (left.length > 0) {
    const top = Math.min(...left.map((index) => at(wanted, index)));
    const next = left.findIndex((index) => at(wanted, index) - top < height);
    order.push(...left.splice(next, 1));
  }
  return order;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

/** Points without a neighbour: a line alone would not show them. */
export function lonePoints(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] == null) continue;
    if (values[index - 1] == null && values[index + 1] == null) found.push(index);
  }
  return found;
}

/** The last value there is; undefined of none. */
export function lastValue(values: ArrayLike<number | null | undefined>): number | undefined {
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index];
    if (value != null) return value;
  }
  return undefined;
}
