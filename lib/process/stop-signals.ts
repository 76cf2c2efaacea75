import cluster from 'node:cluster';
import { readSupervisorMessage } from './message';

/** `retire`: another worker has taken this one's place. */
export type StopReason = 'SIGTERM' | 'SIGINT' | 'retire';

/**
 * Tells when this process is to stop, once. A process by itself that is told again ends at once. A
 * worker listens to its supervisor: terminals and service managers signal all processes of a group,
 * and one signal must not count twice.
 */
export function onStop(stop: (reason: StopReason) => void): void {
  if (cluster.isWorker) {
    listenToSupervisor(stop);
    return;
  }
  const told = (signal: NodeJS.Signals) => {
    process.once('SIGTERM', exitNow).once('SIGINT', exitNow);
    process.off('SIGTERM', told).off('SIGINT', told);
    stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  };
  process.on('SIGTERM', told).on('SIGINT', told);
}

function listenToSupervisor(stop: (reason: StopReason) => void): void {
  let isTold = false;
  const tell = (reason: StopReason) => {
    if (isTold) return;
    isTold = true;
    stop(reason);
  };
  process.on('message', (content) => {
    const message = readSupervisorMessage(content);
    if (message !== undefined) tell(message.kind === 'stop' ? message.signal : 'retire');
  });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => tell('SIGTERM'));
}

function exitNow(): never {
  process.exit(1);
}
