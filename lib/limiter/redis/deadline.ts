import { StoreError } from '../store';

/**
 * Rejects when `work` takes longer than `ms`. The verdict waits for one poll of the sockets after
 * the timer: when this process was the slow one, the answer is already there and is not thrown away.
 */
export function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(new StoreError('timeout', `no answer from Redis within ${ms} ms`));
    const timer = setTimeout(() => setImmediate(expire), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
