import type { ICopyright } from './automation';
import type { Section } from './section';

/** The owner that pages name when the file names none. */
export const DEFAULT_COPYRIGHT: ICopyright = {
  text: null,
  name: 'CrossCompute',
  imageUri: '/assets/logo.svg',
  ownerUri: 'https://crosscompute.com',
  year: null
};

/**
 * Read who owns an automation: one `copyright`, or several `copyrights`.
 *
 * @returns at least one
 */
export function normalizeCopyrights(configuration: Section): ICopyright[] {
  const several = configuration.sections('copyrights').map(readOwner);
  return several.length ? several : [readCopyright(configuration.section('copyright'))];
}

function readCopyright(section: Section): ICopyright {
  return {
    text: section.filledText('text'),
    name: section.filledText('name') ?? DEFAULT_COPYRIGHT.name,
    imageUri: section.filledText('image_uri') ?? DEFAULT_COPYRIGHT.imageUri,
    ownerUri: section.filledText('owner_uri') ?? DEFAULT_COPYRIGHT.ownerUri,
    year: section.filledText('year')
  };
}

function readOwner(section: Section): ICopyright {
  const slug = section.filledText('slug');
  const years = section.texts('years');
  return {
    ...DEFAULT_COPYRIGHT,
    name: section.filledText('name') ?? DEFAULT_COPYRIGHT.name,
    ownerUri: slug
      ? `${DEFAULT_COPYRIGHT.ownerUri}/${encodeURIComponent(slug)}`
      : DEFAULT_COPYRIGHT.ownerUri,
    year: years.length ? years.join(', ') : null
  };
}
