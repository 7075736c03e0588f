import type { JsonValue } from '../../core/json';
import type { DraftValue } from '../host';

/** What a control posts. */
export type PostedValue = { value: JsonValue } | { uri: string };

/** A control of a form, whatever it is made of. */
export interface IControl {
  /** True when a person gave another value than that of the batch. */
  readonly isChanged: boolean;
  /** True when its value is never kept in a draft. */
  readonly isSecret: boolean;
  /** The value to post; null when it is left out, so that that of the batch is taken. */
  read(): PostedValue | null;
  /** The value to keep; null when there is nothing to keep. */
  draft(): DraftValue | null;
  /** Show a value as if a person had given it; a value of another kind is ignored. */
  write(value: DraftValue): void;
  /** Go back to the value of the batch. */
  reset(): void;
  /** Take the value that a newer control of the same place shows as that of the batch; what is shown stays. */
  rebase(next: HTMLElement): void;
  /**
   * Wait until `read` is final, such as after an upload.
   *
   * @throws {Error} with a sentence for people when it cannot be
   */
  whenSettled(): Promise<void>;
  dispose(): void;
}

/** What a control is made with. */
export interface IControlOptions {
  /** Called after a person changed it. */
  onEdit(): void;
}
