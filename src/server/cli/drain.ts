import type { IRunQueue } from '../queue/queue';
import type { Interrupts } from './interrupts';

/** Milliseconds that runs have to end by themselves when the server is asked to end. */
const PATIENCE_MS = 10_000;

/**
 * Let runs that execute end by themselves, for 10 seconds or until somebody does not want to wait; none begins.
 *
 * @param say - tells people that there is something to wait for
 * @param gone - aborted when there is nothing to wait for any more; default never
 */
export async function drainRuns(
  queue: Pick<IRunQueue, 'drain' | 'executing'>,
  interrupts: Interrupts,
  { say, gone }: { say: (line: string) => void; gone?: AbortSignal }
): Promise<void> {
  const { executing } = queue;
  if (executing > 0) {
    const runs = executing === 1 ? 'a run' : `${executing} runs`;
    say(`Waiting at most ${PATIENCE_MS / 1000} seconds for ${runs} to end`);
  }
  await interrupts.patiently(impatience => {
    const signals = [impatience, AbortSignal.timeout(PATIENCE_MS), ...(gone ? [gone] : [])];
    return queue.drain(AbortSignal.any(signals));
  });
}
