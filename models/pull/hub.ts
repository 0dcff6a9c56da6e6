/** Where a model comes from, as URLs, and which hosts a pull has to be granted. Pure. */
import { PullError } from './error.ts';

export const defaultEndpoint = 'https://huggingface.co';

/**
 * The public hub answers with a redirect to one of its storage hosts. They are named here one by one, because a grant
 * names exact hosts; a redirect to any other host is refused until an administrator grants it with --allow-host.
 */
const storageHosts: Readonly<Record<string, readonly string[]>> = {
  'huggingface.co': [
    'cdn-lfs.huggingface.co',
    'cdn-lfs.hf.co',
    'cdn-lfs-us-1.hf.co',
    'cdn-lfs-eu-1.hf.co',
    'cas-bridge.xethub.hf.co',
  ],
};

/** Checks and normalises `--from` or HF_ENDPOINT. Plain http is accepted only because the caller asked for it by name. */
export function parseEndpoint(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new PullError(
      'bad_source',
      `"${text}" is not an address. Give one like https://mirror.example.org.`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new PullError('bad_source', `"${text}" is not an http or https address.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new PullError(
      'bad_source',
      'The address contains a user name or password. Give the token in HF_TOKEN instead.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new PullError('bad_source', `"${url.origin}${url.pathname}" must be given without "?" and "#".`);
  }
  return url;
}

/** host or host:port of everything a pull from this endpoint connects to; nothing else may be granted for it. */
export function hostsNeeded(endpoint: string, allowed: readonly string[] = []): string[] {
  const { host, hostname } = parseEndpoint(endpoint);
  return [
    ...new Set([host, ...(storageHosts[hostname] ?? []), ...allowed.map((name) => name.toLowerCase())]),
  ];
}

/** The download address of one file; the path is escaped piece by piece. */
export function fileUrl(endpoint: string, repository: string, revision: string, path: string): URL {
  const base = parseEndpoint(endpoint);
  const escaped = (text: string) => text.split('/').map(encodeURIComponent).join('/');
  base.pathname = `${base.pathname.replace(/\/$/u, '')}/${escaped(repository)}/resolve/${escaped(revision)}/${escaped(path)}`;
  return base;
}
