import { egressContext } from '../state.ts';

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];

/** A proxy set for the whole machine would carry names past every check; only one named in the policy counts. */
export function ignoreProxyVariables(): void {
  for (const variable of proxyVariables.flatMap((name) => [name, name.toLowerCase()]))
    delete process.env[variable];
  const { proxy } = egressContext().policy;
  if (proxy !== null) Object.assign(process.env, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
}
