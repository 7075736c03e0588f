import { execFile } from 'node:child_process';
import * as path from 'node:path';

/** Reads a PDF from standard input; in a process of its own, since the library comes as an ES module alone. */
const READER = `
const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
const parts = [];
for await (const part of process.stdin) parts.push(part);
const document = await getDocument({ data: new Uint8Array(Buffer.concat(parts)), verbosity: 0 }).promise;
const pages = [];
for (let number = 1; number <= document.numPages; number += 1) {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  const [, , width, height] = page.view;
  pages.push({
    width,
    height,
    items: items.filter(item => item.str.trim()).map(item => ({ text: item.str, x: item.transform[4], y: item.transform[5] }))
  });
}
const { info } = await document.getMetadata();
process.stdout.write(JSON.stringify({ title: info.Title ?? '', pages }));
`;

/** A page of a PDF; lengths in points from the lower left corner. */
export interface IPdfPage {
  width: number;
  height: number;
  items: { text: string; x: number; y: number }[];
}

/** Read the title and the texts of a PDF, page by page. */
export function readPdf(pdf: Uint8Array): Promise<{ title: string; pages: IPdfPage[] }> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', READER],
      { cwd: path.resolve(__dirname, '../..'), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout)))
    );
    child.stdin?.end(pdf);
  });
}

/** All texts of a page, in the order of the file, joined by blanks. */
export function textOfPage(page: IPdfPage): string {
  return page.items.map(({ text }) => text).join(' ');
}
