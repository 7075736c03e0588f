import { Precision, TimeUnit, Type, type DataType } from '@uwdata/flechette';
import { EMPTY_CELL, type ITableCell } from '../../core/view/table';

/**
 * The cell for a value of a column in Arrow: numbers in full, moments as ISO 8601 writes them with a blank, lists and
 * records as JSON.
 *
 * @param value - as read with big integers for integers of 64 bits, moments and decimals
 */
export function arrowCell(type: DataType, value: unknown): ITableCell {
  if (value === null || value === undefined) {
    return EMPTY_CELL;
  }
  const text = textOf(type, value);
  return { text, isNumber: isNumeric(type) && text !== 'NaN' };
}

function isNumeric(type: DataType): boolean {
  switch (type.typeId) {
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
      return true;
    case Type.Dictionary:
      return isNumeric(type.dictionary);
    case Type.RunEndEncoded:
      return isNumeric(type.children[1].type);
    default:
      return false;
  }
}

function textOf(type: DataType, value: unknown): string {
  switch (type.typeId) {
    case Type.Dictionary:
      return textOf(type.dictionary, value);
    case Type.RunEndEncoded:
      return textOf(type.children[1].type, value);
    case Type.Float:
      return floatText(Number(value), type.precision);
    case Type.Decimal:
      return decimalText(BigInt(value as bigint), type.scale);
    case Type.Date:
      // Milliseconds since 1970, whatever the unit in the file.
      return isoText(BigInt(Math.trunc(Number(value))), MILLISECONDS).slice(0, -TIME_LENGTH);
    case Type.Timestamp: {
      const text = isoText(BigInt(value as bigint), DIGITS[type.unit]);
      // With a zone a moment is told in UTC, as the file has it.
      return type.timezone ? `${text}Z` : text;
    }
    case Type.Time:
      return isoText(BigInt(value as bigint | number), DIGITS[type.unit]).slice(DATE_LENGTH);
    case Type.Duration:
      return `${String(value)} ${UNITS[type.unit]}`;
    default:
      return plainText(value);
  }
}

/** Digits after the point of a second. */
const DIGITS = {
  [TimeUnit.SECOND]: 0,
  [TimeUnit.MILLISECOND]: 3,
  [TimeUnit.MICROSECOND]: 6,
  [TimeUnit.NANOSECOND]: 9
};
const MILLISECONDS = 3;
const UNITS = {
  [TimeUnit.SECOND]: 's',
  [TimeUnit.MILLISECOND]: 'ms',
  [TimeUnit.MICROSECOND]: 'µs',
  [TimeUnit.NANOSECOND]: 'ns'
};
/** ` 00:00:00` */
const TIME_LENGTH = 9;
/** `1970-01-01 ` */
const DATE_LENGTH = 11;

/**
 * A moment as `YYYY-MM-DD HH:MM:SS`, with a fraction where there is one.
 *
 * @param ticks - since 1970
 * @param digits - a second has ten to the power of these ticks
 */
function isoText(ticks: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const time = new Date(Number((ticks - fraction) / perSecond) * 1000);
  if (Number.isNaN(time.getTime())) {
    return String(ticks);
  }
  const whole = time.toISOString().replace('T', ' ').slice(0, -'.000Z'.length);
  const rest = String(fraction).padStart(digits, '0').replace(/0+$/, '');
  return rest && digits ? `${whole}.${rest}` : whole;
}

/** As Python writes it: with a point, and no more digits than tell the number from its neighbours. */
function floatText(value: number, precision: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const text = String(precision === Precision.DOUBLE ? value : shortest(value, precision));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Numbers of 16 bits have 4 digits, those of 32 bits as many as tell them from others. */
function shortest(value: number, precision: number): number {
  const isSame = (rounded: number) =>
    precision === Precision.HALF || Math.fround(rounded) === value;
  for (let digits = 4; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (isSame(rounded)) {
      return rounded;
    }
  }
  return value;
}

function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) {
    return String(value * 10n ** BigInt(-scale));
  }
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function plainText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value instanceof Uint8Array) {
    return `${value.length} bytes`;
  }
  return typeof value === 'object' ? JSON.stringify(value, plainMember) : String(value);
}

/** JSON has no big integers, and lists of numbers come in arrays of their width. */
function plainMember(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (value instanceof Uint8Array) {
    return `${value.length} bytes`;
  }
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : value;
}
