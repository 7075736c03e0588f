import { ENGLISH_INPUT_WORDS, type IInputWords } from './form/inputWords';

/** The sentences that the browser part of a page says; a host may give them in the reader's language. */
export interface IPageWords extends IInputWords {
  /** Beside a field whose value differs from the batch. */
  changed: string;
  /** The batch changed on disk while the field was edited. */
  newValue: string;
  useNewValue: string;
  show: string;
  hide: string;
  /** In place of a secret that the server does not give. */
  secretUnavailable: string;
  filter: string;
  download: string;
  previous: string;
  next: string;
  loading: string;
  imageBroken: string;
  /** @param view - name of a view that the tool brings, and whose browser part fails */
  viewUnavailable: (view: string) => string;
  cancel: string;
  remove: string;
  uploaded: string;
  uploading: string;
  dropHere: string;
  oneFile: string;
  submitting: string;
  /**
   * Where a person is in a form of several pages.
   *
   * @param number - from 1
   * @param total - null while answers that are not given yet decide
   */
  formPage: (number: number, total: number | null) => string;
  /** No page of a form applies. */
  formEmpty: string;
  /** @param name - label of the field */
  uploadUnfinished: (name: string) => string;
  /** @param reason - a sentence without its full stop */
  uploadFailed: (reason: string) => string;
  /** @param first - number of the first row shown, from 1 */
  rows: (first: number, last: number, total: number) => string;
  noRows: string;
  /** Of a table without any, whatever it is filtered for. */
  emptyTable: string;
  /** Opens the table of what a chart shows. */
  chartData: string;
  /** @param shown - how many of `total` rows of data are in a table */
  firstRows: (shown: number, total: number) => string;
  /** In place of a table of data that make none. */
  noTable: string;
  /** The data are something else than a chart. */
  noChart: string;
  /** @param reason - what is wrong in it */
  chartFailed: (reason: string) => string;
  /** Below a map whose base map is another than its author asked for. */
  offlineMap: string;
  /** This browser cannot draw maps. */
  noWebgl: string;
  /** The data are something else than GeoJSON. */
  noGeojson: string;
  /** @param reason - a sentence without its full stop */
  mapFailed: (reason: string) => string;
  /** Opens the table of what lies on a map. */
  mapData: string;
  useMyLocation: string;
  /** The browser does not tell where it is. */
  noLocation: string;
  /** Functions of a configuration do not run here. */
  noFunctions: string;
  /** @param reason - what went wrong */
  dataUnavailable: (reason: string) => string;
  /** @param time - in the reader's way of writing */
  updated: (time: string) => string;
  copy: string;
  copied: string;
  downloadFile: string;
  enlarge: string;
  close: string;
  /** A picture has more than 50 million pixels. */
  tooManyPixels: string;
  record: string;
  stopRecording: string;
  /** @param reason - of the browser */
  recordingFailed: (reason: string) => string;
  scan: string;
  stopScan: string;
  scanPicture: string;
  noCode: string;
  /** @param reason - of the browser */
  scanFailed: (reason: string) => string;
  /** Items of a list or object that are not shown yet. */
  moreItems: (count: number) => string;
  /** @param size - such as `12 MB` */
  leftOut: (size: string) => string;
  tooLarge: string;
}

/** English, for served pages. */
export const ENGLISH: IPageWords = {
  ...ENGLISH_INPUT_WORDS,
  changed: '✎ changed',
  newValue: 'The batch has another value now.',
  useNewValue: 'Use it',
  show: 'Show',
  hide: 'Hide',
  secretUnavailable: 'not available here',
  filter: 'Filter rows',
  download: 'Download CSV',
  previous: 'Previous rows',
  next: 'Next rows',
  loading: 'Loading…',
  imageBroken: 'This image cannot be shown.',
  cancel: 'Cancel',
  remove: 'Remove',
  uploaded: 'Uploaded:',
  uploading: 'Uploading…',
  dropHere: 'Files can be dropped here.',
  oneFile: 'Choose one file only.',
  submitting: 'Sending…',
  formPage: (number, total) => (total === null ? `Page ${number}` : `Page ${number} of ${total}`),
  formEmpty: 'No page of this form applies.',
  uploadUnfinished: name => `The files for “${name}” could not be uploaded. Choose them again.`,
  viewUnavailable: view =>
    `View "${view}" does not work here; its author finds the reason in the browser's console.`,
  uploadFailed: reason => `The upload failed: ${reason}. Choose the file again.`,
  rows: (first, last, total) =>
    `Rows ${first.toLocaleString()}–${last.toLocaleString()} of ${total.toLocaleString()}`,
  noRows: 'No row contains this.',
  emptyTable: 'This table has no rows.',
  chartData: 'Data of the chart',
  firstRows: (shown, total) =>
    shown < total
      ? `The first ${shown.toLocaleString()} of ${total.toLocaleString()} rows`
      : `${total.toLocaleString()} rows`,
  noTable: 'There is nothing to show in a table.',
  noChart: 'a specification of Vega-Lite or an option of ECharts is expected',
  chartFailed: reason => `This chart cannot be drawn: ${reason}`,
  offlineMap: 'Offline base map: the style that the author chose is not available here.',
  noWebgl: 'this browser has no WebGL 2, with which maps are drawn',
  noGeojson: 'GeoJSON is expected',
  mapFailed: reason => `This map cannot be drawn: ${reason}`,
  mapData: 'Data of the map',
  useMyLocation: 'Use my location',
  noLocation: 'The browser does not tell where this is.',
  noFunctions: 'functions in a configuration run on served pages only; name a field instead',
  dataUnavailable: reason => `The data could not be loaded: ${reason}`,
  updated: time => `updated ${time}`,
  copy: 'Copy',
  copied: 'Copied',
  downloadFile: 'Download the file',
  enlarge: 'Enlarge',
  close: 'Close',
  tooManyPixels: 'This picture has more than 50 million pixels, too many to be shown here.',
  record: 'Record',
  stopRecording: 'Stop recording',
  recordingFailed: reason => `Nothing was recorded: ${reason}`,
  scan: 'Scan with the camera',
  stopScan: 'Stop the camera',
  scanPicture: 'Read a code from a picture',
  noCode: 'There is no code in this picture.',
  scanFailed: reason => `The camera cannot be used: ${reason}`,
  moreItems: count => `Show ${count.toLocaleString()} more`,
  leftOut: size => `${size} are left out here; download the file to see all of it.`,
  tooLarge: 'This is too large to be shown here; download it instead.'
};
