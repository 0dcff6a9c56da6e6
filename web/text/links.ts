/** Which links of a model's answer may be clicked. Pure. */
import { decodeEntities } from './entities.ts';

export interface SafeLink {
  href: string;
  /** The host in ASCII (look-alike letters show as xn--…), or the address of a mailto link. */
  place: string;
}

const allowed = new Set(['http:', 'https:', 'mailto:']);

/**
 * Null for everything that isn't an absolute http, https or mailto address. Relative ones are refused as well: they
 * would point at this server, and a model has no business sending people to its own machine's pages.
 */
export function safeLink(raw: string): SafeLink | null {
  const decoded = decodeEntities(raw).trim();
  // Without its own scheme it would be resolved against this page.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(decoded)) return null;
  let url: URL;
  try {
    url = new URL(decoded);
  } catch {
    return null;
  }
  if (!allowed.has(url.protocol)) return null;
  if (url.protocol === 'mailto:') return { href: url.href, place: url.pathname };
  // user:password@host is only ever used to make a host look like another one.
  if (url.username !== '' || url.password !== '' || url.host === '') return null;
  return { href: url.href, place: url.host };
}
