/// <reference types="./zxing" />
import type { ICodeReader, IScannerControls } from '@zxing/browser/umd/zxing-browser.min.js';
import type { IActivatorContext } from './activator';

/** Milliseconds in which the same code before the camera counts once. */
const SAME_CODE_MS = 2000;

/** Buttons for camera and picture, and what the camera sees. The library that reads codes is loaded when it is used. */
export class CodeScanner {
  /**
   * @param place - its `data-*` say how often and how large pictures are read
   * @param _onText - called with each text that was read
   */
  constructor(
    place: HTMLElement,
    private readonly _context: IActivatorContext,
    private readonly _onText: (text: string) => void
  ) {
    const { framesPerSecond, scannerWidth, scannerHeight } = place.dataset;
    this._delayMs = 1000 / (Number(framesPerSecond) || 10);
    this._video.width = Number(scannerWidth) || 256;
    this._video.height = Number(scannerHeight) || 256;
    this._video.muted = true;
    this._video.hidden = true;
    this._video.setAttribute('playsinline', '');
    this._video.setAttribute('aria-hidden', 'true');
    this._button.type = 'button';
    this._button.addEventListener('click', () => {
      this._toggle().catch(error => this._fail(error));
    });
    // Without https browsers give pages no camera.
    this._button.hidden = !navigator.mediaDevices?.getUserMedia;
    this._note.className = '_note';
    this._note.setAttribute('role', 'status');
    this.element.className = '_scanner';
    this.element.append(this._button, this._createPicture(), this._note, this._video);
    this._label(false);
  }

  /** Stands in the page as long as the scanner is used. */
  readonly element = document.createElement('div');

  /** Give the camera back. */
  stop(): void {
    this._turn += 1;
    this._controls?.stop();
    this._controls = null;
    this._video.hidden = true;
    this._label(false);
  }

  dispose(): void {
    this.stop();
    this.element.remove();
  }

  private _createPicture(): HTMLElement {
    const { words, name } = this._context;
    const label = document.createElement('label');
    label.className = '_scan-picture';
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*';
    input.setAttribute('aria-label', `${words.scanPicture}: ${name}`);
    input.addEventListener('change', event => {
      // In a form it is no input of the automation.
      event.stopPropagation();
      const file = input.files?.[0];
      if (file) {
        this._readPicture(file).catch(this._context.report);
      }
    });
    label.append(`${words.scanPicture} `, input);
    return label;
  }

  private async _readPicture(file: File): Promise<void> {
    this._note.textContent = this._context.words.loading;
    const reader = await this._createReader();
    const turn = this._turn;
    const uri = URL.createObjectURL(file);
    try {
      const text = (await reader.decodeFromImageUrl(uri)).getText();
      if (turn === this._turn) {
        this._note.textContent = '';
        this._onText(text);
      }
    } catch {
      // The library throws when it finds nothing, whatever the reason.
      this._note.textContent = this._context.words.noCode;
    } finally {
      URL.revokeObjectURL(uri);
    }
  }

  private async _toggle(): Promise<void> {
    if (!this._video.hidden) {
      this.stop();
      return;
    }
    this._turn += 1;
    const turn = this._turn;
    this._note.textContent = '';
    this._video.hidden = false;
    this._label(true);
    const reader = await this._createReader();
    if (turn !== this._turn) {
      return;
    }
    const video = { facingMode: 'environment' };
    const controls = await reader.decodeFromConstraints({ video }, this._video, result => {
      if (result && turn === this._turn) {
        this._see(result.getText());
      }
    });
    if (turn === this._turn) {
      this._controls = controls;
    } else {
      controls.stop();
    }
  }

  /** A code stays before the camera for many pictures. */
  private _see(text: string): void {
    const now = Date.now();
    const isSame = text === this._seen.text && now - this._seen.timeMs < SAME_CODE_MS;
    this._seen = { text, timeMs: now };
    if (!isSame) {
      this._onText(text);
    }
  }

  private async _createReader(): Promise<ICodeReader> {
    const { default: library } = await import('@zxing/browser/umd/zxing-browser.min.js');
    return new library.BrowserMultiFormatReader(undefined, {
      delayBetweenScanAttempts: this._delayMs,
      delayBetweenScanSuccess: this._delayMs
    });
  }

  private _fail(error: unknown): void {
    this.stop();
    const reason = error instanceof Error ? error.message : String(error);
    this._note.textContent = this._context.words.scanFailed(reason);
  }

  private _label(isScanning: boolean): void {
    const { words, name } = this._context;
    this._button.textContent = isScanning ? words.stopScan : words.scan;
    this._button.setAttribute('aria-label', `${this._button.textContent}: ${name}`);
  }

  private readonly _delayMs: number;
  private readonly _button = document.createElement('button');
  private readonly _note = document.createElement('span');
  private readonly _video = document.createElement('video');
  private _controls: IScannerControls | null = null;
  /** Grows with each start and stop: what comes of an earlier one is dropped. */
  private _turn = 0;
  private _seen = { text: '', timeMs: 0 };
}
