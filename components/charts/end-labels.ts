/**
 * Puts labels beside the ends of their lines: as near as they can be, in the lines' order, none over
 * another and none outside.
 * @param wanted where each line ends, px from the top
 * @param height of one label, px
 * @param room px from the top to the bottom
 * @returns the middle of each label
 */
export function placeLabels(wanted: readonly number[], height: number, room: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => at(wanted, a) - at(wanted, b));
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
