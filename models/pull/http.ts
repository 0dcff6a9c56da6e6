/**
 * The only file of Stillroom that opens connections to fetch something. It connects to the granted hosts and to no other,
 * whatever a redirect says, and sends the token to the endpoint itself only.
 */
import http from 'node:http';
import https from 'node:https';
import { PullError } from './error.ts';

export interface Grant {
  /** host or host:port, exact. */
  readonly hosts: readonly string[];
  readonly token: string | null;
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: http.IncomingMessage;
}

interface Options {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The redirect's own headers carry the size and checksum of the file: false returns it instead of following. */
  readonly follow?: boolean;
}

const longestRedirectChain = 5;
const idleMs = 30_000;

/** Requests a granted address, following redirects between granted hosts. @throws PullError */
export async function request(url: URL, grant: Grant, options: Options = {}): Promise<Reply> {
  let target = url;
  for (let hop = 0; hop <= longestRedirectChain; hop++) {
    checkGranted(target, url, grant);
    const reply = await once(target, target.host === url.host ? grant.token : null, options);
    const { location } = reply.headers;
    if (reply.status < 300 || reply.status >= 400 || location === undefined)
      return checkStatus(reply, target);
    const next = new URL(location, target);
    checkGranted(next, url, grant);
    // A renamed repository redirects too, but without facts about the file.
    const tellsFacts = reply.headers['x-linked-size'] !== undefined || next.host !== target.host;
    if (tellsFacts && options.follow === false) return reply;
    reply.body.destroy();
    target = next;
  }
  throw new PullError('hub_error', `${url.host} redirected more than ${longestRedirectChain} times.`);
}

function checkGranted(target: URL, origin: URL, grant: Grant): void {
  if (target.protocol !== 'https:' && target.protocol !== origin.protocol) {
    throw new PullError(
      'not_granted',
      `${origin.host} redirects to an unencrypted address on ${target.host}. The pull was stopped.`,
    );
  }
  if (!grant.hosts.includes(target.host)) {
    throw new PullError(
      'not_granted',
      `${origin.host} redirects to ${target.host}, which this pull was not granted. If you trust that host, run again with --allow-host ${target.host}.`,
    );
  }
}

function once(url: URL, token: string | null, options: Options): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const sent = (url.protocol === 'https:' ? https : http).request(url, {
    method: options.method ?? 'GET',
    headers: {
      // Compressed transfer would make byte ranges and sizes meaningless.
      'accept-encoding': 'identity',
      'user-agent': 'stillroom',
      ...options.headers,
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(options.signal && { signal: options.signal }),
  });
  sent.setTimeout(idleMs, () => sent.destroy(new Error(`no data for ${idleMs / 1000} seconds`)));
  sent.on('response', (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
  sent.on('error', (cause) => reject(asPullError(cause, url, options.signal)));
  sent.end();
  return promise;
}

function asPullError(cause: NodeJS.ErrnoException, url: URL, signal: AbortSignal | undefined): PullError {
  if (signal?.aborted === true) {
    return new PullError('interrupted', 'The pull was interrupted. Run the same command to continue.');
  }
  // The network guard's own sentence names the rule.
  if (cause.code === 'ERR_EGRESS_BLOCKED') return new PullError('not_granted', cause.message, { cause });
  const reason = cause.code ?? cause.message;
  if (/CERT|SIGNATURE|ALTNAME|CRL/u.test(reason)) {
    return new PullError(
      'unreachable',
      `The certificate of ${url.host} is not trusted (${reason}). If a proxy of your company sits in between, name its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem.`,
      { cause },
    );
  }
  return new PullError(
    'unreachable',
    `${url.host} can't be reached (${reason}). Check the network and the address.`,
    {
      transient: true,
      cause,
    },
  );
}

function checkStatus(reply: Reply, url: URL): Reply {
  const { status } = reply;
  if (status >= 200 && status < 300) return reply;
  reply.body.destroy();
  if (status === 401 || status === 403) {
    throw new PullError(
      'unauthorized',
      `${url.host} refuses access (${status}). The model may be private or gated: accept its terms on the hub, then set HF_TOKEN to a token with read access.`,
    );
  }
  if (status === 404) {
    throw new PullError(
      'not_found',
      `${url.host} has no file ${url.pathname}. Check the name; on a mirror, whether it was copied there.`,
    );
  }
  if (status === 416)
    throw new PullError(
      'wrong_size',
      `${url.host} says the file is shorter than before. Run again to start anew.`,
    );
  const transient = status === 429 || status >= 500;
  const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
  throw new PullError('hub_error', `${url.host} answered with an error (${status}). Try again later.`, {
    transient,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  });
}
