/** Views that, asked for, take an uploaded file rather than what is in it. */
export const FILE_VIEWS: readonly string[] = ['file', 'image', 'audio', 'video'];

/** Tell whether the value of a view is a file. */
export function isFileView(view: string): boolean {
  return FILE_VIEWS.includes(view);
}
