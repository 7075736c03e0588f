/** How Jupyter begins to say, as if the kernel had, that it leaves out messages for a while. */
const JUPYTERS_WORDS = /^\s*IOPub (message|data) rate exceeded\./;

const NOTICE =
  '\n[Jupyter left out a part of what was said here, as there was too much of it at once. ' +
  'Write what must be complete to a file.]\n';

/**
 * Put it into our words when Jupyter says, on stderr, that it leaves out messages: its own speak of a client that
 * would crash. Other text stays as it is.
 */
export function explainLoss(name: string, text: string): string {
  return name === 'stderr' && JUPYTERS_WORDS.test(text) ? NOTICE : text;
}
