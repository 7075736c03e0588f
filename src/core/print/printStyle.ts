import type { IPrintSettings } from './printSettings';

/** The box in the margin of a page for each place of a number: those at the sides are in the corners. */
const MARGIN_BOXES = {
  header: { left: 'top-left-corner', center: 'top-center', right: 'top-right-corner' },
  footer: { left: 'bottom-left-corner', center: 'bottom-center', right: 'bottom-right-corner' }
} as const;

/**
 * Write the style sheet that gives a document its header and footer: boxes in the margins of the pages. A browser
 * draws its own header on each page; these can leave the first one out, so that one document is printed once.
 *
 * @returns '' when there is nothing to write
 * @see https://www.w3.org/TR/css-page-3/#margin-boxes
 */
export function renderPrintStyle(settings: IPrintSettings): string {
  const { pageNumber, fontFamily, fontSize, color, padding, isFirstSkipped } = settings;
  if (!pageNumber) {
    return '';
  }
  const { location, alignment } = pageNumber;
  const box = `@${MARGIN_BOXES[location][alignment]}`;
  const rules = [
    'content: counter(page)',
    `font: ${fontSize} ${fontFamily}`,
    `color: ${color}`,
    `padding: ${padding}`,
    `text-align: ${alignment}`,
    `vertical-align: ${location === 'header' ? 'top' : 'bottom'}`,
    'white-space: nowrap',
    // A number that is wider than its corner grows towards the text and not over the edge of the paper.
    ...(alignment === 'right' ? ['direction: rtl'] : [])
  ];
  const all = `@page { ${box} { ${rules.join('; ')} } }`;
  return isFirstSkipped ? `${all}\n@page :first { ${box} { content: none } }` : all;
}
