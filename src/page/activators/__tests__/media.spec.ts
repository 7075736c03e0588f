import { createVariable } from '../../../core/template/__tests__/sample';
import type { JsonObject, JsonValue } from '../../../core/json';
import { click, find } from '../../__tests__/samplePage';
import { activatorContract, createPlace, newerElement, settle } from './activatorContract';
import { barcodeActivator } from '../barcode';
import { codeActivator } from '../code';
import { frameActivator, sandboxTokens } from '../frame';
import { htmlActivator } from '../html';
import { imageActivator } from '../image';
import { audioActivator, videoActivator } from '../media';
import { pdfActivator } from '../pdf';

function valueSample(view: string, value: JsonValue, configuration: JsonObject = {}) {
  const variables = [createVariable('output', 'x', view, { configuration })];
  return { step: 'output' as const, sample: { variables, values: { x: value } } };
}

function fileSample(view: string, name: string, type: string, configuration: JsonObject = {}) {
  const variables = [createVariable('output', 'x', view, { path: name, configuration })];
  const data = { x: { kind: 'file' as const, name, type, size: 5 } };
  return { step: 'output' as const, sample: { variables, data } };
}

function inputSample(view: string, path = 'x.bin') {
  return {
    step: 'input' as const,
    sample: { variables: [createVariable('input', 'x', view, { path })] }
  };
}

const frame = valueSample('frame', 'https://example.com/a');
const pdf = fileSample('pdf', 'x.pdf', 'application/pdf');
const sandboxed = valueSample('html', '<b>x</b>', { sandbox: true });
const code = valueSample('code', 'def f():\n    """a\n    b"""\n', { language: 'python' });
const codeInput = {
  step: 'input' as const,
  sample: { variables: [createVariable('input', 'x', 'code')], values: { x: 'a\nb' } }
};

activatorContract(frameActivator, [frame]);
activatorContract(pdfActivator, [pdf]);
activatorContract(htmlActivator, [sandboxed]);
activatorContract(audioActivator, [
  fileSample('audio', 'x.mp3', 'audio/mpeg'),
  inputSample('audio')
]);
activatorContract(videoActivator, [
  fileSample('video', 'x.mp4', 'video/mp4'),
  inputSample('video')
]);
activatorContract(imageActivator, [
  fileSample('image', 'x.png', 'image/png', { zoom: true }),
  inputSample('image')
]);
activatorContract(codeActivator, [codeInput]);
activatorContract(barcodeActivator, [valueSample('barcode', ''), inputSample('barcode')]);

beforeAll(() => {
  // jsdom has none of them.
  URL.createObjectURL = () => 'blob:x';
  URL.revokeObjectURL = () => undefined;
  HTMLMediaElement.prototype.pause = () => undefined;
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

describe('frames', () => {
  const page = 'https://tools.example/a/x';

  it('of our own origin never get scripts and their origin together', () => {
    const both = 'allow-scripts allow-same-origin';
    for (const address of ['https://tools.example/a', '/a/y', 'https://TOOLS.example:443/']) {
      expect(sandboxTokens(address, '', page)).toBe('allow-scripts allow-forms allow-popups');
      expect(sandboxTokens(address, both, page)).toBe('allow-scripts');
      expect(sandboxTokens(address, 'allow-same-origin', page)).toBe('allow-same-origin');
    }
    expect(sandboxTokens('https://other.example/', both, page)).toBe(both);
    expect(sandboxTokens('http://tools.example/', '', page)).toContain('allow-same-origin');
  });

  it('never get what the author may not allow', () => {
    const asked = 'allow-top-navigation allow-forms evil"';
    expect(sandboxTokens('https://other.example/', asked, page)).toBe('allow-forms');
  });

  it('stay while the address stays', async () => {
    const { place, context } = await createPlace(frame);
    const activated = frameActivator.activate(place.element, context);
    const first = find<HTMLIFrameElement>('iframe');
    expect(first.getAttribute('sandbox')).toContain('allow-scripts');
    expect(first.getAttribute('referrerpolicy')).toBe('no-referrer');
    expect(first.title).toBe('X');
    activated?.update?.(await newerElement('output', frame.sample));
    expect(find('iframe')).toBe(first);
    const other = valueSample('frame', 'https://example.com/b').sample;
    activated?.update?.(await newerElement('output', other));
    expect(find<HTMLIFrameElement>('iframe').src).toBe('https://example.com/b');
    expect(find('._frame-link').textContent).toContain('example.com/b');
  });
});

describe('html in a frame', () => {
  it('is as high as it says itself, and nobody else says', async () => {
    const { place, context } = await createPlace(sandboxed);
    const activated = htmlActivator.activate(place.element, context);
    const element = find<HTMLIFrameElement>('iframe');
    expect(element.getAttribute('sandbox')).toBe('allow-scripts allow-popups');
    const say = (source: Window | null, data: unknown) =>
      window.dispatchEvent(new MessageEvent('message', { source, data }));
    say(window, { type: 'crosscompute:height', height: 700 });
    say(element.contentWindow, { type: 'other', height: 700 });
    say(element.contentWindow, { type: 'crosscompute:height', height: '1; color: red' });
    expect(element.style.height).toBe('');
    say(element.contentWindow, { type: 'crosscompute:height', height: 321.5 });
    expect(element.style.height).toBe('322px');
    say(element.contentWindow, { type: 'crosscompute:height', height: 1e9 });
    expect(element.style.height).toBe('20000px');
    activated?.dispose();
  });
});

describe('code', () => {
  it('is coloured line by line, also what goes over several lines, and stays the same text', async () => {
    const { place, context } = await createPlace(code);
    const text = place.element.querySelector('code')?.textContent;
    const activated = codeActivator.activate(place.element, context);
    await untilTrue(() => document.querySelector('.hljs-string') !== null);
    expect(find('code').textContent).toBe(text);
    const lines = [...document.querySelectorAll('._line')].map(line => line.textContent);
    expect(lines).toEqual(['def f():\n', '    """a\n', '    b"""']);
    expect(document.querySelectorAll('.hljs-string')).toHaveLength(2);
    activated?.dispose();
    expect(document.querySelector('.hljs-string')).toBeNull();
  });

  it('is copied as it is', async () => {
    const { place, context } = await createPlace(code);
    const writeText = jest.fn(async () => undefined);
    Object.assign(navigator, { clipboard: { writeText } });
    codeActivator.activate(place.element, context);
    click('Copy');
    await settle();
    expect(writeText).toHaveBeenCalledWith('def f():\n    """a\n    b"""');
    expect(find('._copy').textContent).toBe('Copied');
  });

  it('is indented by Tab, and left by Escape and Tab', async () => {
    const { place, context } = await createPlace(codeInput);
    const activated = codeActivator.activate(place.element, context);
    const area = place.element as HTMLTextAreaElement;
    const press = (key: string, shiftKey = false) => {
      const event = new KeyboardEvent('keydown', { key, shiftKey, cancelable: true });
      area.dispatchEvent(event);
      return event.defaultPrevented;
    };
    area.setSelectionRange(0, area.value.length);
    expect(press('Tab')).toBe(true);
    expect(area.value).toBe('    a\n    b');
    expect(press('Tab', true)).toBe(true);
    expect(area.value).toBe('a\nb');
    press('Escape');
    expect(press('Tab')).toBe(false);
    area.dispatchEvent(new Event('blur'));
    expect(press('Tab')).toBe(true);
    activated?.dispose();
    expect(press('Tab')).toBe(false);
  });
});

describe('images', () => {
  it('of too many pixels are not shown, but offered', async () => {
    const { place, context } = await createPlace(fileSample('image', 'x.png', 'image/png'));
    imageActivator.activate(place.element, context);
    const image = place.element as HTMLImageElement;
    Object.defineProperties(image, {
      naturalWidth: { value: 10_000 },
      naturalHeight: { value: 5001 }
    });
    image.dispatchEvent(new Event('load'));
    expect(image.hidden).toBe(true);
    expect(image.hasAttribute('src')).toBe(false);
    expect(find('._problem').textContent).toContain('50 million pixels');
    expect(find('._problem a').getAttribute('href')).toContain('/o/x');
  });

  it('are seen as soon as they are chosen', async () => {
    const { place, context } = await createPlace(inputSample('image', 'x.png'));
    // jsdom loads no pictures.
    jest.spyOn(context, 'upload').mockImplementation(() => new Promise(() => undefined));
    imageActivator.activate(place.element, context);
    const input = place.element as HTMLInputElement;
    const file = new File(['x'], 'x.png', { type: 'image/png' });
    Object.defineProperty(input, 'files', { value: [file], configurable: true });
    input.dispatchEvent(new Event('change'));
    expect(find<HTMLImageElement>('img._preview').src).toBe('blob:x');
    Object.defineProperty(input, 'files', { value: [], configurable: true });
    click('Cancel');
    expect(find('img._preview').hidden).toBe(true);
  });
});

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve));
  }
}
