const CODES = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, grey: 90, bold: 1 };

/** Whether output may be coloured: it goes to a person who did not say otherwise (no-color.org). */
const isColoured =
  (process.env.FORCE_COLOR ?? '0') !== '0' ||
  (process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '');

/**
 * @param {'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'grey' | 'bold'} colour
 * @param {string} text
 */
export function paint(colour, text) {
  return isColoured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
}

/** The time of day, ms included. */
export function clock(now = new Date()) {
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  return `${now.toTimeString().slice(0, 8)}.${milliseconds}`;
}
