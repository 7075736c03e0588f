/** The sentences that controls say. */
export interface IInputWords {
  /** Name of the picker beside the field of a colour. @param name - label of the field */
  pickColor: (name: string) => string;
  /** @param name - of a chosen option */
  removeChoice: (name: string) => string;
  /** Below a list of choices. @param total - of those that contain what was typed */
  choices: (shown: number, total: number) => string;
  /** What the browser says is none. */
  badNumber: string;
  badDate: string;
  badEmail: string;
}

/** English, for served pages. */
export const ENGLISH_INPUT_WORDS: IInputWords = {
  pickColor: name => `Pick: ${name}`,
  removeChoice: name => `Remove ${name}`,
  choices: (shown, total) =>
    total === 0
      ? 'Nothing contains this.'
      : shown < total
        ? `${shown} of ${total}: type to find the others.`
        : '',
  badNumber: 'must be a number',
  badDate: 'must be complete',
  badEmail: 'must be an address such as name@example.com'
};
