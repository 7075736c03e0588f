/** One way in which what a script wrote is not what its test expects. */
export interface IDifference {
  /** POSIX path relative to the output folder. */
  file: string;
  /** Id of the variable that it concerns; null where no variable has this file. */
  variable: string | null;
  /** Where in the file: a place in its values such as `total` or `rows[3].name`; '' for the whole file. */
  place: string;
  /** Number of the first line that differs, from 1; null where lines do not count. */
  line: number | null;
  /** What the test expects, as text or JSON text; null when there should be nothing. */
  expected: string | null;
  /** What was written, likewise; null when there is nothing. */
  actual: string | null;
}

/** A difference inside of one file. */
export type FileDifference = Pick<IDifference, 'place' | 'line' | 'expected' | 'actual'>;

/** Of one file no more are told. */
export const MOST_DIFFERENCES = 20;
