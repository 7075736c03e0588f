import { PassThrough, type Readable } from 'node:stream';
import { once } from 'node:events';
import { Zip, ZipPassThrough } from 'fflate';

/** A file of an archive. */
export interface IZipEntry {
  /** File name, any letters. */
  name: string;
  /** Read when its turn comes. */
  read(): Promise<Uint8Array>;
}

/**
 * Write an archive while its files come in: one file is in memory at a time, and a slow reader is waited for. PDF
 * is compressed by itself, so the files are only stored.
 *
 * @param entries - names are unique
 */
export function zipStream(entries: AsyncIterable<IZipEntry>): Readable {
  const output = new PassThrough();
  writeZip(entries, output).catch((error: unknown) =>
    output.destroy(error instanceof Error ? error : new Error(String(error)))
  );
  return output;
}

async function writeZip(entries: AsyncIterable<IZipEntry>, output: PassThrough): Promise<void> {
  const zip = new Zip((error, data, isLast) => {
    if (error) {
      output.destroy(error);
      return;
    }
    output.write(data);
    if (isLast) {
      output.end();
    }
  });
  for await (const { name, read } of entries) {
    const content = await read();
    const file = new ZipPassThrough(name);
    zip.add(file);
    file.push(content, true);
    if (output.writableNeedDrain && !output.destroyed) {
      await Promise.race([once(output, 'drain'), once(output, 'close')]);
    }
    if (output.destroyed) {
      return;
    }
  }
  zip.end();
}
