import type { IViewActivator } from './activator';
import { barcodeActivator } from './barcode';
import { codeActivator } from './code';
import { frameActivator } from './frame';
import { htmlActivator } from './html';
import { audioActivator, videoActivator } from './media';
import { pdfActivator } from './pdf';
import { textActivator } from './text';

/** The browser parts of the views of documents, sound, films, pages, code and codes. */
export const MEDIA_ACTIVATORS: readonly IViewActivator[] = [
  ...[audioActivator, barcodeActivator, codeActivator, frameActivator, htmlActivator],
  ...[pdfActivator, textActivator, videoActivator]
];
