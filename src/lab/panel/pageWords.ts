import type { TranslationBundle } from '@jupyterlab/translation';
import type { IInputWords } from '../../page/form/inputWords';
import type { IPageWords } from '../../page/words';

/** The sentences of a page in the language of JupyterLab. */
export function pageWords(trans: TranslationBundle): IPageWords {
  return {
    ...inputWords(trans),
    changed: trans.__('✎ changed'),
    newValue: trans.__('The batch has another value now.'),
    useNewValue: trans.__('Use it'),
    show: trans.__('Show'),
    hide: trans.__('Hide'),
    secretUnavailable: trans.__('not available here'),
    filter: trans.__('Filter rows'),
    download: trans.__('Download CSV'),
    previous: trans.__('Previous rows'),
    next: trans.__('Next rows'),
    loading: trans.__('Loading…'),
    imageBroken: trans.__('This image cannot be shown.'),
    cancel: trans.__('Cancel'),
    remove: trans.__('Remove'),
    uploaded: trans.__('Uploaded:'),
    uploading: trans.__('Uploading…'),
    dropHere: trans.__('Files can be dropped here.'),
    oneFile: trans.__('Choose one file only.'),
    submitting: trans.__('Sending…'),
    formPage: (number, total) =>
      total === null ? trans.__('Page %1', number) : trans.__('Page %1 of %2', number, total),
    formEmpty: trans.__('No page of this form applies.'),
    uploadUnfinished: name =>
      trans.__('The files for “%1” could not be uploaded. Choose them again.', name),
    viewUnavailable: view =>
      trans.__(
        'View "%1" does not work here; its author finds the reason in the browser\'s console.',
        view
      ),
    uploadFailed: reason => trans.__('The upload failed: %1. Choose the file again.', reason),
    rows: (first, last, total) => {
      const number = new Intl.NumberFormat();
      return trans.__(
        'Rows %1–%2 of %3',
        number.format(first),
        number.format(last),
        number.format(total)
      );
    },
    noRows: trans.__('No row contains this.'),
    emptyTable: trans.__('This table has no rows.'),
    chartData: trans.__('Data of the chart'),
    firstRows: (shown, total) => {
      const number = new Intl.NumberFormat();
      return shown < total
        ? trans.__('The first %1 of %2 rows', number.format(shown), number.format(total))
        : trans._n('%1 row', '%1 rows', total);
    },
    noTable: trans.__('There is nothing to show in a table.'),
    noChart: trans.__('a specification of Vega-Lite or an option of ECharts is expected'),
    chartFailed: reason => trans.__('This chart cannot be drawn: %1', reason),
    offlineMap: trans.__(
      'Offline base map: the style that the author chose is not available here.'
    ),
    noWebgl: trans.__('this browser has no WebGL 2, with which maps are drawn'),
    noGeojson: trans.__('GeoJSON is expected'),
    mapFailed: reason => trans.__('This map cannot be drawn: %1', reason),
    mapData: trans.__('Data of the map'),
    useMyLocation: trans.__('Use my location'),
    noLocation: trans.__('The browser does not tell where this is.'),
    noFunctions: trans.__(
      'functions in a configuration run on served pages only; name a field instead'
    ),
    dataUnavailable: reason => trans.__('The data could not be loaded: %1', reason),
    updated: time => trans.__('updated %1', time),
    copy: trans.__('Copy'),
    copied: trans.__('Copied'),
    downloadFile: trans.__('Download the file'),
    enlarge: trans.__('Enlarge'),
    close: trans.__('Close'),
    tooManyPixels: trans.__(
      'This picture has more than 50 million pixels, too many to be shown here.'
    ),
    record: trans.__('Record'),
    stopRecording: trans.__('Stop recording'),
    recordingFailed: reason => trans.__('Nothing was recorded: %1', reason),
    scan: trans.__('Scan with the camera'),
    stopScan: trans.__('Stop the camera'),
    scanPicture: trans.__('Read a code from a picture'),
    noCode: trans.__('There is no code in this picture.'),
    scanFailed: reason => trans.__('The camera cannot be used: %1', reason),
    moreItems: count => trans.__('Show %1 more', new Intl.NumberFormat().format(count)),
    leftOut: size => trans.__('%1 are left out here; download the file to see all of it.', size),
    tooLarge: trans.__('This is too large to be shown here; download it instead.')
  };
}

function inputWords(trans: TranslationBundle): IInputWords {
  return {
    pickColor: name => trans.__('Pick: %1', name),
    removeChoice: name => trans.__('Remove %1', name),
    choices: (shown, total) =>
      total === 0
        ? trans.__('Nothing contains this.')
        : shown < total
          ? trans.__('%1 of %2: type to find the others.', shown, total)
          : '',
    badNumber: trans.__('must be a number'),
    badDate: trans.__('must be complete'),
    badEmail: trans.__('must be an address such as name@example.com'),
    addRow: trans.__('Add row'),
    removeRow: row => trans.__('Remove row %1', row),
    cell: (column, row) => trans.__('%1, row %2', column, row),
    pasted: (taken, total) =>
      taken === total
        ? trans.__('Rows pasted: %1', taken)
        : trans.__('Rows pasted: %1 of %2', taken, total),
    rowsKept: (shown, total) =>
      trans.__('The first %1 of %2 rows can be changed here.', shown, total),
    fileRefused: (name, accepted) =>
      trans.__('“%1” is not accepted here. Choose %2.', name, accepted),
    noColumns: trans.__('This table has no columns yet.')
  };
}
