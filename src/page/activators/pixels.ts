/** Pixels of a picture that a page shows. */
export const MAX_PIXELS = 50_000_000;

/**
 * Look at how large pictures are, before they are sent. What the browser cannot read is left to the server.
 *
 * @param message - when one has too many pixels
 * @throws {Error} with that message
 */
export async function checkPixels(files: readonly File[], message: string): Promise<void> {
  for (const file of files.filter(({ type }) => type.startsWith('image/'))) {
    if ((await countPixels(file)) > MAX_PIXELS) {
      throw new Error(message.replace(/\.$/, ''));
    }
  }
}

/** The head of a file says its size: nothing is decoded. @returns 0 where the browser cannot tell */
async function countPixels(file: File): Promise<number> {
  const uri = URL.createObjectURL(file);
  try {
    return await new Promise(resolve => {
      const image = new Image();
      image.addEventListener('load', () => resolve(image.naturalWidth * image.naturalHeight));
      image.addEventListener('error', () => resolve(0));
      image.src = uri;
    });
  } finally {
    URL.revokeObjectURL(uri);
  }
}
