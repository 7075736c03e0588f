import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nodeFiles } from '../files';

describe('nodeFiles', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'files-'));
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('says why a file cannot be read, with its name and without', async () => {
    await expect(nodeFiles.readText(folder)).rejects.toMatchObject({
      code: 'file-unreadable',
      reason: 'it is a folder',
      message: `"${folder}" cannot be read: it is a folder`
    });
  });

  it('says that a file is not UTF-8', async () => {
    const file = path.join(folder, 'latin.txt');
    await fs.writeFile(file, new Uint8Array([0xff]));
    await expect(nodeFiles.readText(file)).rejects.toMatchObject({
      code: 'encoding',
      message: `"${file}" is not UTF-8`
    });
  });
});
