import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { JsonObject } from '../../core/json';

/** A message of a comm. */
export interface ICommContent {
  type: 'comm_open' | 'comm_msg';
  /** With the id of the comm, which its opener chooses. */
  content: { comm_id: string; target_name?: string; data: JsonObject };
  /** What travels beside the data as it is. */
  buffers: readonly Uint8Array[];
}

/** Write a message of a comm as kernels take it on their shell channel. */
export function createCommMessage(
  { clientId, username }: { clientId: string; username: string },
  { type, content, buffers }: ICommContent
): KernelMessage.IShellMessage<KernelMessage.ShellMessageType> {
  return {
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session: clientId,
      username,
      version: '5.2',
      date: new Date().toISOString()
    },
    parent_header: {},
    metadata: {},
    channel: 'shell',
    content,
    buffers: [...buffers]
  } as unknown as KernelMessage.IShellMessage<KernelMessage.ShellMessageType>;
}
