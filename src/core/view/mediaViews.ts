import type { IView } from './view';
import { barcodeView } from './views/barcode';
import { cellView } from './views/cell';
import { codeView } from './views/code';
import { frameView } from './views/frame';
import { htmlView } from './views/html';
import { audioView, videoView } from './views/media';
import { pdfView } from './views/pdf';

/** Views of documents, sound, films, pages, code, cells and codes. */
export const MEDIA_VIEWS: readonly IView[] = [
  ...[pdfView, frameView, audioView, videoView, htmlView, codeView, cellView, barcodeView]
];
