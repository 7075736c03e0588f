const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&'
};

/**
 * Read the texts of elements from an answer of S3, which has neither attributes in them nor comments. What comes of it
 * is checked by whoever asks.
 *
 * @param name - letters
 * @returns what stands in each, in their order; [] when there are none, or when it is no XML
 */
export function readElements(text: string, name: string): string[] {
  const pattern = new RegExp(`<${name}>([^]*?)</${name}>`, 'g');
  return [...text.matchAll(pattern)].map(([, inside]) => inside);
}

/** The text of the first element of a name, entities resolved; '' when there is none. */
export function readText(text: string, name: string): string {
  const [inside = ''] = readElements(text, name);
  return inside.replace(/&(lt|gt|quot|apos|amp);/g, entity => ENTITIES[entity]);
}
