import { suffixOf } from '../path';

const TYPES: Readonly<Record<string, string>> = {
  '.aac': 'audio/aac',
  '.arrow': 'application/vnd.apache.arrow.file',
  '.arrows': 'application/vnd.apache.arrow.stream',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.dictionary': 'application/json',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.feather': 'application/vnd.apache.arrow.file',
  '.flac': 'audio/flac',
  '.geojson': 'application/geo+json',
  '.gif': 'image/gif',
  '.gz': 'application/gzip',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.ipynb': 'application/x-ipynb+json',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.log': 'text/plain',
  '.m4a': 'audio/mp4',
  '.m4v': 'video/mp4',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ndjson': 'application/x-ndjson',
  '.oga': 'audio/ogg',
  '.ogg': 'audio/ogg',
  '.ogv': 'video/ogg',
  '.opus': 'audio/ogg',
  '.parquet': 'application/vnd.apache.parquet',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.py': 'text/x-python',
  '.svg': 'image/svg+xml',
  '.tar': 'application/x-tar',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.toml': 'application/toml',
  '.tsv': 'text/tab-separated-values',
  '.txt': 'text/plain',
  '.vtt': 'text/vtt',
  '.wav': 'audio/wav',
  '.weba': 'audio/webm',
  '.webm': 'video/webm',
  '.webp': 'image/webp',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.zip': 'application/zip'
};

/** Where several suffixes have a type, the one that files of it usually have. */
const USUAL_SUFFIXES: Readonly<Record<string, string>> = {
  'application/json': '.json',
  'application/yaml': '.yaml',
  'audio/ogg': '.ogg',
  'image/jpeg': '.jpg',
  'image/tiff': '.tiff',
  'text/html': '.html',
  'text/javascript': '.js',
  'text/plain': '.txt',
  'video/mp4': '.mp4',
  'video/ogg': '.ogv'
};

/** The suffix with its dot that files of a MIME type usually have; '' for an unknown type. */
export function suffixOfType(type: string): string {
  return Object.prototype.hasOwnProperty.call(USUAL_SUFFIXES, type)
    ? USUAL_SUFFIXES[type]
    : (Object.entries(TYPES).find(([, known]) => known === type)?.[0] ?? '');
}

/**
 * The MIME type that a path's suffix stands for, without parameters; `application/octet-stream` for
 * every unknown one.
 */
export function mimeTypeOf(path: string): string {
  const suffix = suffixOf(path);
  return Object.prototype.hasOwnProperty.call(TYPES, suffix)
    ? TYPES[suffix]
    : 'application/octet-stream';
}
