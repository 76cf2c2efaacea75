import uPlot from 'uplot';
import { lastValue, lonePoints, placeLabels } from './end-labels';
import { type Palette, readPalette, type Token, watchTheme } from './palette';
import { nearestIndex, steadyTop, timeLabel } from './scale';
import 'uplot/dist/uPlot.min.css';
import './plot.css';

/** How a line looks, so that colour is not all that tells it from the others. */
export interface LineLook {
  readonly name: string;
  /** One character that goes with the name everywhere, or none. */
  readonly mark: string;
  readonly colour: Token;
  /** The class of a text in that colour. */
  readonly tone: string;
  /** Of the area down to zero; none unless given. */
  readonly fill?: Token;
  readonly width: number;
  /** Lengths of dashes and gaps, px. */
  readonly dash?: readonly number[];
  /** Of lines that end alike, the name of the higher one stands above; 0 unless given. */
  readonly level?: number;
}

export type Column = readonly (number | null)[];

export interface PlotData {
  /** Unix seconds, ascending, one step apart. */
  readonly xs: readonly number[];
  /** One for each line, as long as `xs`. */
  readonly columns: readonly Column[];
  /** The lowest top of the scale. */
  readonly leastTop: number;
}

interface PlotOptions {
  readonly lines: readonly LineLook[];
  readonly format: (value: number) => string;
  /** Told what the pointer points at, Unix seconds; undefined: nothing. */
  readonly onPoint: (at: number | undefined) => void;
  /** Told a range that was brushed, Unix seconds of its first and its last point. */
  readonly onBrush: (first: number, last: number) => void;
}

export interface Plot {
  update(data: PlotData, shown: readonly boolean[]): void;
  /** Moves the cursor to a moment. @param at Unix seconds; undefined hides it */
  point(at: number | undefined): void;
  /** Marks a range; undefined takes the mark away. */
  mark(range: readonly [first: number, last: number] | undefined): void;
  remove(): void;
}

const LABEL_HEIGHT = 18;
const LABEL_ROOM = 84;
const AXIS_WIDTH = 56;
const AXIS_HEIGHT = 28;
/** Seconds between two ticks of time: what people count in. */
const TICKS_APART = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
  172_800,
] as const;
/** Below this many px a drag is a click. */
const LEAST_DRAG = 6;

/** Lines over time on a canvas of their own, zero-based, each named at its end. Sized by its host. */
export function createPlot(host: HTMLElement, options: PlotOptions): Plot {
  const { lines, format, onPoint, onBrush } = options;
  const { fontFamily } = getComputedStyle(host);
  let palette: Palette = readPalette();
  let top = 1;
  let leastTop = 0;
  let isPointing = false;
  let isMarked = false;
  let pointedAt: number | undefined;
  let told: number | undefined;
  /** Indices of lines from the top to the bottom, as their labels last stood. */
  let stack: readonly number[] = [...lines.keys()].sort(
    (a, b) => (lines[b]?.level ?? 0) - (lines[a]?.level ?? 0),
  );

  const chart = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: Math.max(1, host.clientHeight),
      padding: [10, LABEL_ROOM, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true },
        y: { range: () => [0, top] },
      },
      axes: [
        {
          size: AXIS_HEIGHT,
          space: 72,
          incrs: [...TICKS_APART],
          font: `13px ${fontFamily}`,
          stroke: () => palette.solid['--ink-faint'],
          grid: { show: false },
          ticks: { show: false },
          values: (_, splits, _axis, _space, apart) =>
            splits.map((split) => timeLabel(split, apart)),
        },
        {
          size: AXIS_WIDTH,
          gap: 8,
          font: `13px ${fontFamily}`,
          stroke: () => palette.solid['--ink-faint'],
          grid: { stroke: () => palette.solid['--line'], width: 1 },
          ticks: { show: false },
          splits: () => [0, top / 2, top],
          values: (_, splits) => splits.map(format),
        },
      ],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        points: { size: 7, width: 0, fill: (_, index) => strokeOf(index) },
      },
      series: [{}, ...lines.map(seriesOf)],
      hooks: {
        setCursor: [
          ({ cursor, data }) => {
            if (isPointing) tell(cursor.idx == null ? undefined : data[0][cursor.idx]);
          },
        ],
        setSelect: [brushed],
        draw: [drawLabels],
      },
    },
    [[], ...lines.map(() => [])],
    host,
  );

  function strokeOf(index: number): string {
    const line = lines[index - 1];
    return line === undefined ? '' : palette.solid[line.colour];
  }

  function seriesOf(line: LineLook): uPlot.Series {
    const { fill, dash, width } = line;
    return {
      width,
      stroke: () => palette.solid[line.colour],
      ...(fill !== undefined && { fill: () => palette.washed[fill] }),
      ...(dash !== undefined && { dash: [...dash] }),
      points: {
        show: true,
        size: 4,
        width: 0,
        fill: () => palette.solid[line.colour],
        filter: ({ data }, index) => lonePoints(data[index] ?? []),
      },
    };
  }

  function brushed({ select, data, posToVal }: uPlot): void {
    const { left, width } = select;
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const xs = data[0] as readonly number[];
    const first = xs[nearestIndex(xs, posToVal(left, 'x'))];
    const last = xs[nearestIndex(xs, posToVal(left + width, 'x'))];
    if (width >= LEAST_DRAG && first !== undefined && last !== undefined) onBrush(first, last);
  }

  function drawLabels({ ctx, bbox, data, series, valToPos }: uPlot): void {
    const ratio = devicePixelRatio;
    const ends = stack.flatMap((index) => {
      const line = lines[index];
      const value = lastValue(data[index + 1] ?? []);
      if (line === undefined || series[index + 1]?.show === false || value === undefined) return [];
      return [{ index, line, y: valToPos(value, 'y') }];
    });
    const placed = placeLabels(
      ends.map(({ y }) => y),
      LABEL_HEIGHT,
      bbox.height / ratio,
    );
    const labels = ends
      .map((end, index) => ({ ...end, middle: placed[index] ?? 0 }))
      .sort((a, b) => a.middle - b.middle);
    stack = [...new Set([...labels.map(({ index }) => index), ...stack])];
    ctx.save();
    ctx.font = `600 ${13 * ratio}px ${fontFamily}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    for (const { line, middle } of labels) {
      ctx.fillStyle = palette.solid[line.colour];
      ctx.fillText(
        line.mark === '' ? line.name : `${line.mark} ${line.name}`,
        bbox.left + bbox.width + 8 * ratio,
        bbox.top + middle * ratio,
      );
    }
    ctx.restore();
  }

  function place(): void {
    const isShown = pointedAt !== undefined && chart.data[0].length > 0;
    const left = isShown ? chart.valToPos(pointedAt ?? 0, 'x') : -10;
    chart.setCursor({ left, top: isShown ? 0 : -10 }, false);
  }

  function tell(at: number | undefined): void {
    told = at;
    onPoint(at);
  }

  const move = () => {
    isPointing = true;
  };
  const leave = () => {
    isPointing = false;
    tell(undefined);
  };
  // Before uPlot hears of it, whose answer is the cursor.
  chart.over.addEventListener('mousemove', move, { capture: true });
  chart.over.addEventListener('mouseleave', leave);
  const stopWatching = watchTheme(() => {
    palette = readPalette();
    chart.redraw(false);
  });
  const resizing = new ResizeObserver(() => {
    if (host.clientWidth > 0) {
      chart.setSize({ width: host.clientWidth, height: host.clientHeight });
    }
  });
  resizing.observe(host);

  return {
    update({ xs, columns, ...scale }, shown) {
      const changed = [...shown.keys()].filter(
        (index) => chart.series[index + 1]?.show !== shown[index],
      );
      const isOther = changed.length > 0 || scale.leastTop !== leastTop;
      leastTop = scale.leastTop;
      const highest = highestOf(columns.filter((_, index) => shown[index]));
      top = steadyTop(isOther ? 0 : top, highest, leastTop);
      chart.batch(() => {
        for (const index of changed) {
          chart.setSeries(index + 1, { show: shown[index] === true });
        }
        chart.setData([[...xs], ...columns.map((column) => [...column])]);
      });
      if (!isPointing) place();
    },
    point(at) {
      pointedAt = at;
      // Somebody else has moved it: the pointer rests, and must not take it back at the next second.
      if (at !== told) isPointing = false;
      if (!isPointing) place();
    },
    mark(range) {
      // A range that is being drawn with the pointer is not this one's to take away.
      if (range === undefined && !isMarked) return;
      isMarked = range !== undefined;
      const [left, right] =
        range === undefined ? [0, 0] : range.map((at) => chart.valToPos(at, 'x'));
      const width = (right ?? 0) - (left ?? 0);
      const { height } = chart.over.getBoundingClientRect();
      chart.setSelect({ left: left ?? 0, top: 0, width, height }, false);
    },
    remove() {
      resizing.disconnect();
      stopWatching();
      chart.destroy();
    },
  };
}

function highestOf(columns: readonly Column[]): number {
  let highest = 0;
  for (const column of columns) {
    for (const value of column) if (value !== null && value > highest) highest = value;
  }
  return highest;
}
