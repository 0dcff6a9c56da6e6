/** Names and addresses asked of the system resolver or of DNS servers, and every address that comes back. */
import { canonicalAddress } from '#policies/addresses.ts';
import { block, judge, refuse } from '../state.ts';
import { type Bindings, replace, UV_EACCES } from './bindings.ts';
import { issueTicket } from './tickets.ts';

interface LookupRequest {
  oncomplete?: (this: unknown, error: unknown, addresses: unknown, ...rest: unknown[]) => void;
}

export function guardLookups({ dns, resolver }: Bindings): void {
  replace(
    dns,
    'getaddrinfo',
    (original) =>
      function (this: object, request: unknown, host: unknown, ...rest: unknown[]) {
        if (refuse({ layer: 'dns', host: String(host) }) !== null) return UV_EACCES;
        filterAnswers(request as LookupRequest, String(host));
        return original.call(this, request, host, ...rest);
      },
  );
  replace(
    dns,
    'getnameinfo',
    (original) =>
      function (this: object, request: unknown, address: unknown, port: unknown, ...rest: unknown[]) {
        if (refuse({ layer: 'dns', address: String(address) }) !== null) return UV_EACCES;
        return original.call(this, request, address, port, ...rest);
      },
  );
  const queries = Object.getOwnPropertyNames(resolver).filter((name) => name.startsWith('query'));
  for (const method of [...queries, 'getHostByAddr']) {
    replace(
      resolver,
      method,
      (original) =>
        function (this: object, request: unknown, host: unknown, ...rest: unknown[]) {
          if (refuse({ layer: 'dns.query', host: String(host) }) !== null) return UV_EACCES;
          filterAnswers(request as LookupRequest, String(host));
          return original.call(this, request, host, ...rest);
        },
    );
  }
  replace(
    resolver,
    'setServers',
    (original) =>
      function (this: object, servers: unknown, ...rest: unknown[]) {
        // Family, address and port of each; text only when the runtime puts back what there was.
        for (const [, address, port] of Array.isArray(servers) ? (servers as unknown[][]) : [])
          if (refuse({ layer: 'udp', address: String(address), port: Number(port) }) !== null)
            return UV_EACCES;
        return original.call(this, servers, ...rest);
      },
  );
}

/** Drops answered addresses that may not be used for this name (rebinding, names pointing inside) and notes the rest. */
function filterAnswers(request: LookupRequest, host: string): void {
  const complete = request.oncomplete;
  if (complete === undefined) return;
  request.oncomplete = function (this: unknown, error: unknown, answers: unknown, ...rest: unknown[]) {
    if (!Array.isArray(answers)) return complete.call(this, error, answers, ...rest);
    const usable = answers.filter((answer: unknown) => {
      const address = typeof answer === 'string' ? canonicalAddress(answer) : null;
      if (address === null) return true;
      const decision = judge({ layer: 'dns.answer', host, address });
      if (decision.decision === 'allow') issueTicket(address, host);
      else block(decision);
      return decision.decision === 'allow';
    });
    if (usable.length === 0 && answers.length > 0) return complete.call(this, UV_EACCES, undefined, ...rest);
    return complete.call(this, error, usable, ...rest);
  };
}
