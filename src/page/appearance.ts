/** What a drawing takes over from the page around it; colours as CSS writes them. */
export interface IAppearance {
  isDark: boolean;
  background: string;
  color: string;
  /** Of lines that matter less, such as a grid. */
  line: string;
  font: string;
}

/**
 * Read how the page looks where an element stands.
 *
 * @param element - in the document; its own colours count
 */
export function appearanceOf(element: HTMLElement): IAppearance {
  const { backgroundColor, color, fontFamily, outlineColor } = getComputedStyle(element);
  return {
    isDark: isDarkColor(backgroundColor),
    background: backgroundColor,
    color,
    line: outlineColor || color,
    font: fontFamily
  };
}

/**
 * Be told when the page became light or dark, by the system or by JupyterLab.
 *
 * @param listener - called with what is the case now, only when it differs
 */
export function followAppearance(
  element: HTMLElement,
  listener: (appearance: IAppearance) => void
): { dispose(): void } {
  let last = JSON.stringify(appearanceOf(element));
  const check = () => {
    const now = appearanceOf(element);
    const text = JSON.stringify(now);
    if (text !== last) {
      last = text;
      listener(now);
    }
  };
  // Not all hosts have it, such as those that tests run in.
  const query = window.matchMedia?.('(prefers-color-scheme: dark)');
  query?.addEventListener('change', check);
  // JupyterLab says on the body which theme it shows, after its style sheet was loaded.
  const observer = new MutationObserver(check);
  const { documentElement, body } = document;
  [documentElement, body].forEach(node =>
    observer.observe(node, { attributes: true, attributeFilter: ['class', 'data-jp-theme-light'] })
  );
  return {
    dispose: () => {
      query?.removeEventListener('change', check);
      observer.disconnect();
    }
  };
}

/** Relative luminance of an `rgb()` colour; whatever else there is counts as light. */
function isDarkColor(color: string): boolean {
  const parts =
    /^rgba?\(([^)]*)\)/
      .exec(color)?.[1]
      .match(/[\d.]+/g)
      ?.map(Number) ?? [];
  const [red = 255, green = 255, blue = 255, opacity = 1] = parts;
  return opacity > 0 && 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
