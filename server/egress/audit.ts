/**
 * The record of blocked attempts: one JSON object per line, each with the hash of the one before, so that a line can't be
 * changed or dropped unnoticed, except at the end. The same attempt again is counted, not repeated. Hosts and rule ids only; nothing of what
 * was to be sent.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJson } from '#policies/canonical-json.ts';
import { takeSpool } from './spool.ts';
import { type BlockedAttempt, egressContext, setBlockedSink } from './state.ts';

export const auditFileName = 'egress-audit.jsonl';
const earlierFileName = 'egress-audit.1.jsonl';
const genesis = '0'.repeat(64);
/** A repeated attempt is written again at most this often. */
const coalesceMs = 60_000;
const collectMs = 5_000;
const rotateBytes = 16 * 1024 * 1024;
const longestMemory = 1_000;
const endBytes = 64 * 1024;

export interface AuditEvent extends Omit<BlockedAttempt, 'at'> {
  event: 'egress.blocked';
  ts: string;
  policyId: string;
  policySha256: string;
  phase: string;
  process: { pid: number; role: 'gateway' | 'child' };
  count: number;
  firstSeen: string;
  lastSeen: string;
  prevHash: string;
  hash: string;
}

export interface EgressAudit {
  /** Attempts that children and workers reported so far. */
  childAttempts(): number;
  /** Writes what is still counted and stops. */
  close(): void;
}

interface Pending {
  attempt: BlockedAttempt;
  source: AuditEvent['process'];
  count: number;
  firstSeen: number;
  lastSeen: number;
  writtenAt: number;
}

/** Opens (or goes on with) the record in `folder` and receives this process's attempts and those of its children. */
export function openEgressAudit(folder: string): EgressAudit {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, auditFileName);
  endTornLine(path);
  let prevHash = lastHash(path) ?? lastHash(join(folder, earlierFileName)) ?? genesis;
  let childAttempts = 0;
  const pending = new Map<string, Pending>();
  const { policy, phase } = egressContext();

  const write = (entry: Pending) => {
    const { at: _at, ...attempt } = entry.attempt;
    const body = {
      event: 'egress.blocked' as const,
      ts: new Date().toISOString(),
      ...attempt,
      policyId: policy.id,
      policySha256: policy.sha256,
      phase,
      process: entry.source,
      count: entry.count,
      firstSeen: new Date(entry.firstSeen).toISOString(),
      lastSeen: new Date(entry.lastSeen).toISOString(),
      prevHash,
    };
    const hash = hashOf(body);
    try {
      if (existsSync(path) && statSync(path).size > rotateBytes)
        renameSync(path, join(folder, earlierFileName));
      appendFileSync(path, `${JSON.stringify({ ...body, hash } satisfies AuditEvent)}\n`, { mode: 0o600 });
    } catch {
      // A full disk: what was counted is written when there is room again.
      return;
    }
    prevHash = hash;
    entry.count = 0;
    entry.writtenAt = Date.now();
  };

  const receive = (attempt: BlockedAttempt, source: AuditEvent['process']) => {
    const key = JSON.stringify([attempt.ruleId, attempt.layer, attempt.target, source]);
    const known = pending.get(key);
    if (known !== undefined) {
      if (known.count === 0) known.firstSeen = attempt.at;
      known.count += 1;
      known.lastSeen = attempt.at;
      return;
    }
    if (pending.size >= longestMemory) flush(0, true);
    const entry: Pending = {
      attempt,
      source,
      count: 1,
      firstSeen: attempt.at,
      lastSeen: attempt.at,
      writtenAt: 0,
    };
    pending.set(key, entry);
    write(entry);
  };

  const flush = (olderThanMs: number, forget: boolean) => {
    for (const [key, entry] of pending) {
      if (Date.now() - entry.writtenAt < olderThanMs) continue;
      if (entry.count > 0) write(entry);
      else pending.delete(key);
      if (forget) pending.delete(key);
    }
  };

  const collect = () => {
    for (const { attempt, pid } of takeSpool(folder)) {
      childAttempts += 1;
      receive(attempt, { pid, role: 'child' });
    }
  };

  // Children that start from now on know where to report.
  egressContext().auditFolder = folder;
  setBlockedSink((attempt) => receive(attempt, { pid: process.pid, role: 'gateway' }));
  collect();
  const timer = setInterval(() => {
    collect();
    flush(coalesceMs, false);
  }, collectMs);
  timer.unref();
  return {
    childAttempts() {
      collect();
      return childAttempts;
    },
    close() {
      clearInterval(timer);
      setBlockedSink(null);
      collect();
      flush(0, true);
    },
  };
}

function hashOf(body: object): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

/** Hash of the last whole line; null when there is none. */
function lastHash(path: string): string | null {
  if (!existsSync(path)) return null;
  const last = endOf(path)
    .split('\n')
    .findLast((line) => parseEvent(line) !== null);
  return last === undefined ? null : (parseEvent(last)?.hash ?? null);
}

/** The last part of a file, many lines long. */
function endOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, endBytes));
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** A line cut short by a crash: ends it, so that the next one stands alone. */
function endTornLine(path: string): void {
  if (existsSync(path) && !/(^|\n)$/.test(endOf(path))) appendFileSync(path, '\n');
}

function parseEvent(line: string): AuditEvent | null {
  try {
    const value = JSON.parse(line) as AuditEvent;
    return typeof value.hash === 'string' && typeof value.prevHash === 'string' ? value : null;
  } catch {
    return null;
  }
}

/**
 * Reads the record and checks the chain, from the end of the file before it on. `brokenAt` = first line (from 1) whose hash
 * or link is wrong, null when all hold. A line that power loss cut short is none: the next one follows on the one before.
 */
export function readAudit(path: string): { events: AuditEvent[]; brokenAt: number | null } {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const events: AuditEvent[] = [];
  let brokenAt: number | null = null;
  const before = lastHash(join(dirname(path), earlierFileName)) ?? genesis;
  lines.forEach((line, index) => {
    const event = parseEvent(line);
    if (event === null) return;
    const { hash, ...body } = event;
    const isLinked = event.prevHash === (events.at(-1)?.hash ?? before);
    if (!(isLinked && hashOf(body) === hash)) brokenAt ??= index + 1;
    events.push(event);
  });
  return { events, brokenAt };
}
