/** How a frame is made. */
export interface IFrameOptions {
  src: string;
  /** What people call it. */
  title: string;
  /** Pixels; '' for the height of the style. */
  height: string;
  /** Tokens of the attribute `sandbox`; null for a frame without, which only documents without scripts may have. */
  sandbox: string | null;
  /** True where nothing waits until it is seen, such as on paper. */
  isEager: boolean;
}

/** Make a frame; what is in it never learns from which page. */
export function createFrame(options: IFrameOptions): HTMLIFrameElement {
  const { src, title, height, sandbox, isEager } = options;
  const frame = document.createElement('iframe');
  // Before the address, so that nothing loads without them.
  frame.setAttribute('referrerpolicy', 'no-referrer');
  if (sandbox !== null) {
    frame.setAttribute('sandbox', sandbox);
  }
  frame.title = title;
  frame.setAttribute('loading', isEager ? 'eager' : 'lazy');
  setFrameHeight(frame, height);
  frame.src = src;
  return frame;
}

/** Set the height of a frame. @param height - pixels; '' for that of the style */
export function setFrameHeight(frame: HTMLIFrameElement, height: string): void {
  frame.style.height = height === '' ? '' : `${height}px`;
}
