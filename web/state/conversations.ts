/** The conversation list: what the server has, newest first, kept in step with every window. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Conversation } from '#server/api/app/contract.ts';
import type { Rest } from '../api/rest.ts';

export interface Conversations {
  /** Null until the server answered the first time. */
  list: ReadonlySignal<Conversation[] | null>;
  find(id: string): Conversation | undefined;
  load(): Promise<void>;
  put(conversation: Conversation): void;
  drop(id: string): void;
  rename(id: string, title: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createConversations(rest: Pick<Rest, 'conversations' | 'rename' | 'remove'>): Conversations {
  const list = signal<Conversation[] | null>(null);
  const drop = (id: string) => {
    list.value = list.value?.filter((known) => known.id !== id) ?? null;
  };
  const put = (conversation: Conversation) => {
    const others = (list.value ?? []).filter((known) => known.id !== conversation.id);
    list.value = [...others, conversation].sort(newestFirst);
  };
  return {
    list,
    put,
    drop,
    find: (id) => list.value?.find((known) => known.id === id),
    async load() {
      list.value = (await rest.conversations()).sort(newestFirst);
    },
    async rename(id, title) {
      put(await rest.rename(id, title));
    },
    async remove(id) {
      await rest.remove(id);
      drop(id);
    },
  };
}

function newestFirst(a: Conversation, b: Conversation): number {
  return b.updatedAt.localeCompare(a.updatedAt);
}
