import type { ILanguage } from './language';

/** A language we know nothing about: its cells run, but nothing can be set before them. */
export const generic: ILanguage = {
  names: [''],
  isPipelined: false,
  epilogue: null,
  prelude: () => null
};
