/** @param {number} value */
export function whole(value) {
  return Math.round(value).toLocaleString('en');
}

/**
 * A Markdown table, aligned so that it reads well in a terminal too: text to the left, numbers right.
 * @param {string[]} titles
 * @param {string[][]} rows
 */
export function table(titles, rows) {
  const isNumeric = titles.map((_, i) => rows.every((row) => /^[\d.,]*$/.test(row[i])));
  const widths = titles.map((title, i) =>
    Math.max(3, title.length, ...rows.map((r) => r[i].length)),
  );
  const line = (cells) => {
    const padded = cells.map((cell, i) =>
      isNumeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, i) =>
    isNumeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(titles), line(rule), ...rows.map(line)].join('\n');
}
