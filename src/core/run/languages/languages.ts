import { bash } from './bash';
import { generic } from './generic';
import { javascript } from './javascript';
import type { ILanguage } from './language';
import { python } from './python';
import { r } from './r';

/** The languages that we can prepare a kernel for. */
export class LanguageRegistry {
  /**
   * Add a language.
   *
   * @throws {Error} when one of its names is taken; nothing is added then
   */
  add(language: ILanguage): void {
    const taken = language.names.find(name => this._languages.has(name));
    if (taken !== undefined) {
      throw new Error(`the language "${taken}" is there already`);
    }
    for (const name of language.names) {
      this._languages.set(name, language);
    }
  }

  /**
   * Find the language of a kernel spec.
   *
   * @param name - as kernel specs write it; upper and lower case are the same
   * @returns the language that can set nothing for one we do not know
   */
  get(name: string): ILanguage {
    return this._languages.get(name.trim().toLowerCase()) ?? generic;
  }

  private readonly _languages = new Map<string, ILanguage>();
}

/** Make a registry with the languages that come with us: Python, bash, R and JavaScript. */
export function createLanguages(): LanguageRegistry {
  const languages = new LanguageRegistry();
  for (const language of [python, bash, r, javascript]) {
    languages.add(language);
  }
  return languages;
}
