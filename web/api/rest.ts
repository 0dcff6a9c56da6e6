/** The REST half of server/api/app/contract.ts. */
import type {
  Conversation,
  ConversationDetail,
  PrivacyOverview,
  ServerInfo,
} from '#server/api/app/contract.ts';

/** What the server refused, in its own words; `code` is `unreachable` when it could not be asked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Rest {
  info(): Promise<ServerInfo>;
  privacy(): Promise<PrivacyOverview>;
  conversations(): Promise<Conversation[]>;
  conversation(id: string): Promise<ConversationDetail>;
  rename(id: string, title: string): Promise<Conversation>;
  remove(id: string): Promise<void>;
}

/** A client for the server this page came from; `base` is empty in the browser. */
export function createRest(base = ''): Rest {
  const at = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(base + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch(() => {
      throw new RequestError('unreachable', 'Stillroom does not answer. Is it still running?');
    });
    if (!response.ok) throw await refusal(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  return {
    info: () => ask('GET', '/api/info'),
    privacy: () => ask('GET', '/api/privacy'),
    conversations: async () =>
      (await ask<{ conversations: Conversation[] }>('GET', '/api/conversations')).conversations,
    conversation: (id) => ask('GET', at(id)),
    rename: (id, title) => ask('PATCH', at(id), { title }),
    remove: (id) => ask('DELETE', at(id)),
  };
}

async function refusal(response: Response): Promise<RequestError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return new RequestError(
    typeof error?.code === 'string' ? error.code : 'internal',
    typeof error?.message === 'string' ? error.message : `The server answered ${response.status}.`,
  );
}
