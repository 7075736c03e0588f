import { existsSync } from 'node:fs';
import { BUNDLE, FaultSweep } from '../../../testing/faultSweep';
import { describeWithJupyter, until } from '../../../testing/jupyterServer';

/**
 * `npm run test:faults` asks for many seeds and a whole sweep. Ordinary tests leave this out until no seed fails: once in
 * several sweeps something is still left behind.
 */
const COUNT = Number(process.env.CROSSCOMPUTE_FAULT_SEEDS ?? 0);
const FIRST = Number(process.env.CROSSCOMPUTE_FAULT_SEED ?? 1);
const SIZE = { commands: 140, forks: 54, kernels: 6 };
const SEEDS = Array.from({ length: COUNT }, (_, index) => FIRST + index);

/** Servers that are killed before one may work in peace. */
const MOST_SERVERS = 4;

const isWanted = COUNT > 0 && process.platform === 'linux' && existsSync(BUNDLE);
const describeOnLinux = isWanted
  ? describeWithJupyter
  : (name: string) =>
      describe.skip(`${name} (npm run test:faults)`, () => {
        it('is skipped', () => undefined);
      });

describeOnLinux('crosscompute run whose processes are killed at random', python => {
  it.each(SEEDS)(
    'ends every run once, loses none, and leaves nothing behind (seed %i)',
    async seed => {
      const sweep = await FaultSweep.create(python, SIZE, seed);
      try {
        for (let servers = 0; servers < MOST_SERVERS; servers += 1) {
          const { status, signal, stderr } = await sweep.runAmongKills();
          expect([signal, stderr]).not.toEqual(['SIGABRT', stderr]);
          if (status === 0) {
            break;
          }
        }
        // What failed as its kernel was killed is run again.
        const end = await sweep.runInPeace();
        expect({ killed: sweep.killed, ...end }).toMatchObject({ status: 0 });
        await until('no process is left', async () => (await sweep.processes()).length === 0);
        const faults = [];
        for (const automation of sweep.automations) {
          faults.push(...(await sweep.faults(automation)));
        }
        const leftOvers = await sweep.leftOvers();
        expect({ killed: sweep.killed, faults, leftOvers }).toEqual({
          killed: sweep.killed,
          faults: [],
          leftOvers: []
        });
      } finally {
        await sweep.remove();
      }
    },
    600_000
  );
});
