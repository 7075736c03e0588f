import type { ICrossComputeClient } from '../tokens';

/** Milliseconds after which the browser has taken a file over. */
const REVOKE_DELAY_MS = 60_000;

/**
 * Download the whole text of a run, both streams, each under its name, as the files in `debug/` hold it.
 */
export async function downloadLog(client: ICrossComputeClient, run: string): Promise<void> {
  const [stdout, stderr] = await Promise.all([
    client.getLog(run, 'stdout'),
    client.getLog(run, 'stderr')
  ]);
  const parts = stderr.size ? [stdout, '\n--- stderr ---\n', stderr] : [stdout];
  const uri = URL.createObjectURL(new Blob(parts, { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = uri;
  link.download = `${run}.txt`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(uri), REVOKE_DELAY_MS);
}
