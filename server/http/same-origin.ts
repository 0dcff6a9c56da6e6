import type { FastifyRequest } from 'fastify';
import { isLoopback } from '#server/config.ts';
import { StillroomError } from '#server/errors.ts';

/**
 * Stops web pages of other sites from using the gateway through the browser of somebody who sits at this machine.
 * Host: a name other than loopback means DNS rebinding (the lesson of CVE-2024-28224).
 * Origin: browsers send it with every cross-site POST and every WebSocket; clients outside browsers send none.
 * @throws StillroomError forbidden_host, forbidden_origin
 */
export async function requireSameOrigin(request: FastifyRequest): Promise<void> {
  const host = request.headers.host ?? '';
  if (!isLoopback(hostName(host))) {
    throw new StillroomError(
      'forbidden_host',
      "This address is not one of Stillroom's. Open it as http://127.0.0.1 or http://localhost with the port printed at start.",
    );
  }
  const origin = request.headers.origin;
  const foreign = origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
  // Following a link from another page to the chat is fine: it changes nothing and that page can't read the answer.
  const followsLink = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
  if (foreign || (request.headers['sec-fetch-site'] === 'cross-site' && !followsLink)) {
    throw new StillroomError(
      'forbidden_origin',
      'Requests from pages of other sites are refused. Open the chat at its own address.',
    );
  }
}

function hostName(host: string): string {
  const ipv6 = /^\[([^\]]+)\](?::\d+)?$/.exec(host);
  if (ipv6?.[1] !== undefined) return ipv6[1];
  return host.replace(/:\d+$/, '').toLowerCase();
}
