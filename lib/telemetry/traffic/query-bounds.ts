import { SECONDS_KEPT, type TrafficQuery } from './port';

const MINUTE = 60;
const HOUR = 3_600;
const MOST_POINTS = 3_600;
/** Of a query's way: a time that was the last hour when it was asked. */
const GRACE_SECONDS = 60;

/**
 * @param nowSeconds Unix seconds
 * @throws RangeError for a query that cannot be answered
 */
export function checkQuery({ from, to, step }: TrafficQuery, nowSeconds: number): void {
  const isStep = step < MINUTE ? MINUTE % step === 0 : step % MINUTE === 0 && HOUR % step === 0;
  if (!Number.isInteger(step) || step < 1 || !isStep) {
    throw new RangeError('use a step that divides 60, or a multiple of 60 that divides 3,600');
  }
  if (!Number.isInteger(from / step) || !Number.isInteger(to / step) || from < 0 || to <= from) {
    throw new RangeError('use multiples of the step, the first below the last');
  }
  if ((to - from) / step > MOST_POINTS) throw new RangeError(`use at most ${MOST_POINTS} points`);
  if (step < MINUTE && from < nowSeconds - SECONDS_KEPT - GRACE_SECONDS) {
    throw new RangeError('use a step of at least 60 beyond the last hour');
  }
}
