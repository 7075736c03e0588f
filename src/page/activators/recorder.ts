import type { IActivatorContext } from './activator';

/** Types of recordings, best first, with their suffix. */
const TYPES: Readonly<Record<'audio' | 'video', readonly (readonly [string, string])[]>> = {
  audio: [
    ['audio/webm', 'weba'],
    ['audio/mp4', 'm4a'],
    ['audio/ogg', 'ogg']
  ],
  video: [
    ['video/webm', 'webm'],
    ['video/mp4', 'mp4']
  ]
};

/** Records with microphone and camera, which are asked for only after a click. */
export class Recorder {
  /** False where the browser does not let pages record, such as without https. */
  static get isAvailable(): boolean {
    return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia);
  }

  /**
   * @param input - the control that the button stands behind
   * @param _onFile - called with what was recorded
   */
  constructor(
    input: HTMLElement,
    private readonly _kind: 'audio' | 'video',
    private readonly _context: IActivatorContext,
    private readonly _onFile: (file: File) => void
  ) {
    this._button.type = 'button';
    this._button.addEventListener('click', () => {
      this._toggle().catch(error => this._say(error));
    });
    this._note.className = '_note';
    this._note.setAttribute('role', 'status');
    this._live.className = '_preview';
    this._live.muted = true;
    this._live.hidden = true;
    this._live.setAttribute('aria-hidden', 'true');
    this._box.className = '_recorder';
    this._box.append(this._button, this._note, this._live);
    this._label(false);
    input.after(this._box);
  }

  dispose(): void {
    this._isDisposed = true;
    this._release();
    this._box.remove();
  }

  private async _toggle(): Promise<void> {
    if (this._recorder) {
      this._recorder.stop();
      return;
    }
    this._note.textContent = '';
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: this._kind === 'video'
    });
    this._stream = stream;
    if (this._isDisposed || this._recorder) {
      this._release();
      return;
    }
    this._start(stream);
    this._label(true);
    if (this._kind === 'video') {
      this._live.hidden = false;
      this._live.srcObject = stream;
      await this._live.play();
    }
  }

  private _start(stream: MediaStream): void {
    const known = TYPES[this._kind].find(([type]) => MediaRecorder.isTypeSupported(type));
    const [mimeType, suffix] = known ?? ['', 'bin'];
    const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    const parts: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('stop', () => {
      this._release();
      if (!this._isDisposed) {
        this._onFile(new File(parts, `recording.${suffix}`, { type: mimeType }));
      }
    });
    recorder.start();
    this._recorder = recorder;
  }

  private _release(): void {
    if (this._recorder?.state === 'recording') {
      this._recorder.stop();
    }
    this._stream?.getTracks().forEach(track => track.stop());
    this._stream = null;
    this._recorder = null;
    this._live.srcObject = null;
    this._live.hidden = true;
    this._label(false);
  }

  private _label(isRecording: boolean): void {
    const { words, name } = this._context;
    this._button.textContent = isRecording ? words.stopRecording : words.record;
    this._button.setAttribute('aria-label', `${this._button.textContent}: ${name}`);
    this._button.classList.toggle('_recording', isRecording);
  }

  private _say(error: unknown): void {
    this._release();
    const reason = error instanceof Error ? error.message : String(error);
    this._note.textContent = this._context.words.recordingFailed(reason);
  }

  private readonly _box = document.createElement('span');
  private readonly _button = document.createElement('button');
  private readonly _note = document.createElement('span');
  private readonly _live = document.createElement('video');
  private _stream: MediaStream | null = null;
  private _recorder: MediaRecorder | null = null;
  private _isDisposed = false;
}
