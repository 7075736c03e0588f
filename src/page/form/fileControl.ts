import { findRefusedFile } from '../../core/view/acceptedFiles';
import type { IActivatorContext } from '../activators/activator';
import type { DraftValue } from '../host';
import type { IControl, PostedValue } from './control';

/** Where the upload of a control stands. */
type Upload =
  | { state: 'none' }
  | { state: 'running'; names: string[]; done: Promise<void>; controller: AbortController }
  | { state: 'done'; names: string[]; uri: string }
  | { state: 'failed'; message: string };

/** What a view adds to a choice of files. */
export interface IFileControlOptions {
  /** Called with the files that were chosen; [] when the choice was taken back. */
  onFiles?(files: readonly File[]): void;
  /**
   * Look at files before they are sent.
   *
   * @throws {Error} with a sentence for people when they are refused
   */
  check?(files: readonly File[]): Promise<void>;
}

/**
 * A choice of files, by the browser's own control or dropped onto the field. They are uploaded at once, with
 * progress and Cancel; without any, the files of the batch stay.
 */
export class FileControl implements IControl {
  constructor(
    private readonly _input: HTMLInputElement,
    private readonly _context: IActivatorContext,
    private readonly _options: IFileControlOptions = {}
  ) {
    this._zone = _input.closest<HTMLElement>('._view') ?? _input;
    this._status.className = '_upload-status';
    this._status.setAttribute('role', 'status');
    this._bar.max = 1;
    this._bar.setAttribute('aria-label', `${_context.words.uploading} ${_context.name}`);
    this._button.type = 'button';
    this._button.addEventListener('click', this._onButton);
    this._box.className = '_upload';
    this._box.append(this._status, this._bar, this._button);
    this._set({ state: 'none' });
    _input.after(this._box);
    _input.title = _context.words.dropHere;
    _input.addEventListener('change', this._onChange);
    this._zone.addEventListener('dragover', this._onDragOver);
    this._zone.addEventListener('dragleave', this._onDragLeave);
    this._zone.addEventListener('drop', this._onDrop);
    if (_input.files?.length) {
      // Browsers keep the choice over a reload.
      this._start([..._input.files]);
    }
  }

  readonly isSecret = false;

  get isChanged(): boolean {
    return this._upload.state !== 'none';
  }

  read(): PostedValue | null {
    return this._upload.state === 'done' ? { uri: this._upload.uri } : null;
  }

  draft(): DraftValue | null {
    const { _upload: upload } = this;
    return upload.state === 'done' ? { uri: upload.uri, names: upload.names } : null;
  }

  write(value: DraftValue): void {
    if ('uri' in value) {
      this._abort();
      this._set({ state: 'done', uri: value.uri, names: value.names });
    }
  }

  /** Take files as if a person had chosen them, such as what was recorded. */
  choose(files: readonly File[]): void {
    this._input.value = '';
    this._start(files);
    this._context.onEdit();
  }

  reset(): void {
    this._abort();
    this._input.value = '';
    this._options.onFiles?.([]);
    this._set({ state: 'none' });
  }

  rebase(): void {
    // Files of the batch have no value in the control.
  }

  async whenSettled(): Promise<void> {
    while (this._upload.state === 'running') {
      await this._upload.done;
    }
    if (this._upload.state === 'failed') {
      throw new Error(this._context.words.uploadUnfinished(this._context.name));
    }
  }

  dispose(): void {
    this._abort();
    this._box.remove();
    this._input.removeAttribute('title');
    this._input.removeEventListener('change', this._onChange);
    this._zone.removeEventListener('dragover', this._onDragOver);
    this._zone.removeEventListener('dragleave', this._onDragLeave);
    this._zone.removeEventListener('drop', this._onDrop);
  }

  private readonly _onChange = (): void => {
    const files = [...(this._input.files ?? [])];
    if (files.length) {
      this._start(files);
    } else {
      // A person took the choice back.
      this.reset();
    }
    this._context.onEdit();
  };

  private readonly _onDragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') && !this._input.disabled) {
      event.preventDefault();
      this._zone.classList.add('_drop');
    }
  };

  private readonly _onDragLeave = (): void => this._zone.classList.remove('_drop');

  private readonly _onDrop = (event: DragEvent): void => {
    this._onDragLeave();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length || this._input.disabled) {
      return;
    }
    event.preventDefault();
    this._start(files);
    this._context.onEdit();
  };

  private readonly _onButton = (): void => {
    this.reset();
    this._input.focus();
    this._context.onEdit();
  };

  private _start(files: readonly File[]): void {
    const { words } = this._context;
    this._abort();
    if (files.length > 1 && !this._input.multiple) {
      this._set({ state: 'failed', message: words.oneFile });
      return;
    }
    const accepted = this._input.accept.split(',').filter(Boolean);
    const refused = findRefusedFile(
      files.map(({ name }) => name),
      accepted
    );
    if (refused !== null) {
      // Dropped files were not filtered by the browser.
      this._set({ state: 'failed', message: words.fileRefused(refused, accepted.join(', ')) });
      return;
    }
    this._options.onFiles?.(files);
    const controller = new AbortController();
    const names = files.map(({ name }) => name);
    const done = this._send(files, names, controller.signal);
    this._set({ state: 'running', names, done, controller });
  }

  private async _send(files: readonly File[], names: string[], signal: AbortSignal): Promise<void> {
    // What is set before the first `await` would be overwritten by the caller.
    await Promise.resolve();
    const { upload, words } = this._context;
    try {
      await this._options.check?.(files);
      if (signal.aborted) {
        return;
      }
      const uri = await upload(
        files,
        fraction => {
          if (!signal.aborted) {
            this._bar.value = fraction;
          }
        },
        signal
      );
      if (!signal.aborted) {
        this._set({ state: 'done', names, uri });
      }
    } catch (error) {
      if (!signal.aborted) {
        const reason = error instanceof Error ? error.message : String(error);
        this._set({ state: 'failed', message: words.uploadFailed(reason.replace(/\.$/, '')) });
      }
    }
    if (!signal.aborted) {
      this._context.onEdit();
    }
  }

  private _abort(): void {
    if (this._upload.state === 'running') {
      this._upload.controller.abort();
      this._upload = { state: 'none' };
    }
  }

  private _set(upload: Upload): void {
    const { words } = this._context;
    this._upload = upload;
    this._bar.hidden = upload.state !== 'running';
    this._bar.value = 0;
    this._button.hidden = upload.state === 'none';
    this._button.textContent = upload.state === 'running' ? words.cancel : words.remove;
    this._button.setAttribute(
      'aria-label',
      `${this._button.textContent} ${'names' in upload ? upload.names.join(', ') : ''}`.trim()
    );
    this._status.textContent = this._statusText(upload);
    this._status.classList.toggle('_problem', upload.state === 'failed');
  }

  private _statusText(upload: Upload): string {
    const { words } = this._context;
    switch (upload.state) {
      case 'none':
        return '';
      case 'running':
        return `${words.uploading} ${upload.names.join(', ')}`;
      case 'done':
        return `${words.uploaded} ${upload.names.join(', ')}`;
      case 'failed':
        return upload.message;
    }
  }

  private readonly _zone: HTMLElement;
  private readonly _box = document.createElement('span');
  private readonly _status = document.createElement('span');
  private readonly _bar = document.createElement('progress');
  private readonly _button = document.createElement('button');
  private _upload: Upload = { state: 'none' };
}
