/**
 * Which allowed names an address was answered for. A connection sees only the address; the ticket tells which name made it
 * legitimate, and an address without one needs an allow by network.
 */
const lifetimeMs = 10 * 60_000;
const tickets = new Map<string, Map<string, number>>();

export function issueTicket(address: string, name: string): void {
  const names = tickets.get(address) ?? new Map<string, number>();
  names.set(name, Date.now() + lifetimeMs);
  tickets.set(address, names);
}

export function namesFor(address: string): string[] {
  const names = tickets.get(address);
  if (names === undefined) return [];
  const now = Date.now();
  for (const [name, until] of names) if (until <= now) names.delete(name);
  if (names.size === 0) tickets.delete(address);
  return [...names.keys()];
}
