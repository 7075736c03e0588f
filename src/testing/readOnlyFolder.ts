import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';

/**
 * Let nobody write into a folder: by its permissions, or by a mount where we are root, whom permissions do not bind.
 *
 * @param folder - absolute, exists
 * @returns makes it writable again; null where we are root and may not mount
 */
export async function makeReadOnly(folder: string): Promise<(() => Promise<void>) | null> {
  if (process.getuid?.() !== 0) {
    await chmod(folder, 0o555);
    return () => chmod(folder, 0o755);
  }
  const mount = (...words: string[]) => execFileSync('mount', [...words], { stdio: 'ignore' });
  try {
    mount('--bind', folder, folder);
  } catch {
    return null;
  }
  mount('-o', 'remount,bind,ro', folder);
  return async () => void execFileSync('umount', [folder]);
}
