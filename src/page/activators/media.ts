import { FileControl } from '../form/fileControl';
import type { IActivated, IActivatorContext, IViewActivator } from './activator';
import { FilePreview } from './filePreview';
import { Recorder } from './recorder';

/** Asked for, uploads a file or records one; shown, the browser's own player does everything. */
function createMediaActivator(kind: 'audio' | 'video'): IViewActivator {
  return {
    name: kind,
    activate: (element, context) => {
      if (element instanceof HTMLMediaElement) {
        return new ActivePlayer(element);
      }
      return element instanceof HTMLInputElement && element.type === 'file'
        ? activateInput(element, context, kind)
        : null;
    }
  };
}

export const audioActivator = createMediaActivator('audio');

export const videoActivator = createMediaActivator('video');

function activateInput(
  input: HTMLInputElement,
  context: IActivatorContext,
  kind: 'audio' | 'video'
): IActivated {
  const preview = new FilePreview(kind, context.name);
  const control = new FileControl(input, context, {
    onFiles: files => preview.show(files[0] ?? null)
  });
  preview.attach(input);
  const recorder = Recorder.isAvailable
    ? new Recorder(input, kind, context, file => control.choose([file]))
    : null;
  return {
    control,
    dispose: () => {
      recorder?.dispose();
      control.dispose();
      preview.dispose();
    }
  };
}

/** Goes on with the same player: what plays is not replaced before the file is another. */
class ActivePlayer implements IActivated {
  constructor(private readonly _player: HTMLMediaElement) {}

  update(next: HTMLElement): boolean {
    if (next.tagName !== this._player.tagName) {
      return false;
    }
    const isSameTrack =
      next.querySelector('track')?.getAttribute('src') ===
      this._player.querySelector('track')?.getAttribute('src');
    if (!isSameTrack || next.textContent !== this._player.textContent) {
      this._player.replaceChildren(...next.childNodes);
    }
    return true;
  }

  dispose(): void {
    this._player.pause?.();
  }
}
