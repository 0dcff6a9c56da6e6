const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];

/** A proxy set for the whole machine would carry names past every check. */
export function removeProxyVariables(): void {
  for (const variable of proxyVariables.flatMap((name) => [name, name.toLowerCase()]))
    delete process.env[variable];
}
