import * as React from 'react';

/** Escape sequences: colours and styles, and all others, which are dropped. */
const SEQUENCE =
  /\u001b(?:\[([0-9;:]*)([A-Za-z])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

interface IStyle {
  isBold: boolean;
  isUnderlined: boolean;
  color: string;
  background: string;
}

const PLAIN: IStyle = { isBold: false, isUnderlined: false, color: '', background: '' };

/** A stretch of text with the classes that JupyterLab's themes colour. */
export interface IAnsiPart {
  text: string;
  className: string;
}

/** Text without escape sequences. */
export function plainText(text: string): string {
  return text.replace(SEQUENCE, '');
}

/**
 * Split text at its escape sequences. The 16 named colours, bold and underline are kept; finer colours
 * have no place in a theme and are dropped.
 */
export function ansiParts(text: string): IAnsiPart[] {
  const parts: IAnsiPart[] = [];
  let style = PLAIN;
  let end = 0;
  const add = (piece: string) => {
    if (piece) {
      parts.push({ text: piece, className: classOf(style) });
    }
  };
  for (const match of text.matchAll(SEQUENCE)) {
    add(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[2] === 'm') {
      style = applyCodes(style, match[1]);
    }
  }
  add(text.slice(end));
  return parts;
}

/** Text with terminal colours as spans. */
export function ansiSpans(text: string): JSX.Element {
  return (
    <>
      {ansiParts(text).map((part, index) => (
        <span key={index} className={part.className || undefined}>
          {part.text}
        </span>
      ))}
    </>
  );
}

function applyCodes(style: IStyle, codes: string): IStyle {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = style;
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index];
    if (code === 38 || code === 48) {
      // 256 colours take one more number after 5, true colours three after 2.
      index += numbers[index + 1] === 5 ? 2 : 4;
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

function applyCode(style: IStyle, code: number): IStyle {
  if (code === 0) {
    return PLAIN;
  }
  if (code === 1 || code === 22) {
    return { ...style, isBold: code === 1 };
  }
  if (code === 4 || code === 24) {
    return { ...style, isUnderlined: code === 4 };
  }
  if (code === 39 || (code >= 30 && code <= 37)) {
    return { ...style, color: code === 39 ? '' : COLORS[code - 30] };
  }
  if (code === 49 || (code >= 40 && code <= 47)) {
    return { ...style, background: code === 49 ? '' : COLORS[code - 40] };
  }
  if (code >= 90 && code <= 97) {
    return { ...style, color: `${COLORS[code - 90]}-intense` };
  }
  if (code >= 100 && code <= 107) {
    return { ...style, background: `${COLORS[code - 100]}-intense` };
  }
  return style;
}

function classOf({ isBold, isUnderlined, color, background }: IStyle): string {
  return [
    isBold && 'ansi-bold',
    isUnderlined && 'ansi-underline',
    color && `ansi-${color}-fg`,
    background && `ansi-${background}-bg`
  ]
    .filter(Boolean)
    .join(' ');
}
