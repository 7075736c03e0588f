import { existsSync } from 'node:fs';
import { BUNDLE, FaultSweep } from '../../../testing/faultSweep';
import { describeWithJupyter, until } from '../../../testing/jupyterServer';

/** Many seeds and whole sweeps are for `npm run test:faults`; ordinary tests take two of a few runs each. */
const COUNT = Number(process.env.CROSSCOMPUTE_FAULT_SEEDS ?? 0);
const FIRST = Number(process.env.CROSSCOMPUTE_FAULT_SEED ?? 1);
const SIZE = COUNT
  ? { commands: 140, forks: 54, kernels: 6 }
  : { commands: 12, forks: 6, kernels: 2 };
const SEEDS = COUNT ? Array.from({ length: COUNT }, (_, index) => FIRST + index) : [3, 8];

/** Servers that are killed before one may work in peace. */
const MOST_SERVERS = COUNT ? 4 : 2;

const describeOnLinux =
  process.platform === 'linux' && existsSync(BUNDLE)
    ? describeWithJupyter
    : (name: string) =>
        describe.skip(`${name} (on Linux, with the bundle)`, () => {
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
        const { killed, partial } = sweep;
        expect({ killed, partial: [...partial], faults, leftOvers }).toEqual({
          killed,
          partial: [],
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
