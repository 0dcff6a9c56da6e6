import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeLevel } from '#server/egress/status.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { runGuarded } from './guarded-process.ts';

const status = "const { egressStatus, sealReading } = await import(root + '/server/egress/status.ts');";
const isSealable = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** A file with a policy that has these parts. */
function policyFile(parts: object): string {
  const path = join(tempFolder(), 'policy.json');
  const policy = {
    schema: 'stillroom.policy/1',
    id: 'test',
    version: '1',
    default: 'deny',
    tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
    ...parts,
  };
  writeFileSync(path, JSON.stringify(policy));
  return path;
}

/** Free a moment ago: a policy names ports before anybody can listen on them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a process started like the gateway', () => {
  it.runIf(isSealable)('is sealed by the kernel and says so from what it read back', async () => {
    const { printed, code } = await runGuarded(`${status} print(sealReading()); print(egressStatus());`, {
      seal: 'require',
    });
    expect(code).toBe(0);
    expect(printed[0]).toMatchObject({
      seccomp: true,
      noNewPrivileges: true,
      connectRefused: true,
      udpRefused: true,
    });
    expect(printed[1]).toMatchObject({ level: 'sealed', allowed: [], blockedAttempts: 0 });
  });

  it.runIf(isSealable && process.getuid?.() === 0)(
    'keeps root from the rights that lead round the seal',
    async () => {
      const { printed } = await runGuarded(
        `import { readFileSync } from 'node:fs';
       print(/CapEff:\\s*(\\w+)/u.exec(readFileSync('/proc/self/status', 'utf8'))[1]);`,
        { seal: 'require' },
      );
      const held = BigInt(`0x${String(printed[0])}`);
      // Network administration, raw sockets, modules, raw I/O, tracing, mounts.
      for (const capability of [12n, 13n, 16n, 17n, 19n, 21n])
        expect(held & (1n << capability), `capability ${capability}`).toBe(0n);
      // Binding a low port and reading people's model files stay possible.
      for (const capability of [1n, 10n])
        expect(held & (1n << capability), `capability ${capability}`).not.toBe(0n);
    },
  );

  it('still serves: listens, answers, uses SQLite and forks a child that talks over its pipe', async () => {
    const { printed } = await runGuarded(
      `import http from 'node:http';
       import { fork } from 'node:child_process';
       import { DatabaseSync } from 'node:sqlite';
       import { writeFileSync } from 'node:fs';
       import { once } from 'node:events';
       const db = new DatabaseSync(':memory:');
       db.exec('create table t (x)');
       writeFileSync(import.meta.dirname + '/child.mjs', "process.on('message', (m) => process.send({ echo: m }, () => process.disconnect()))");
       const child = fork(import.meta.dirname + '/child.mjs');
       child.send('hello');
       print((await once(child, 'message'))[0]);
       const server = http.createServer((request, response) => response.end('served'));
       await once(server.listen(0, '127.0.0.1'), 'listening');
       print({ listening: server.address().port > 0, tables: db.prepare('select count(*) n from sqlite_master').get().n });
       server.close();`,
    );
    expect(printed).toEqual([{ echo: 'hello' }, { listening: true, tables: 1 }]);
  });

  it('refuses with the rule and a sentence, in whatever form the caller expects errors', async () => {
    const { printed } = await runGuarded(
      `import http from 'node:http'; import { spawnSync } from 'node:child_process'; import { once } from 'node:events';
       ${status}
       const caught = (error) => print({ code: error.code, rule: error.ruleId, message: error.message });
       await fetch('https://API.deepseek.com./v1/models?key=sk-secret').catch((error) => caught(error.cause));
       const [error] = await once(http.get('http://somewhere.example/private/path'), 'error');
       caught(error);
       try { spawnSync('/usr/bin/curl', ['http://x']); } catch (thrown) { caught(thrown); }
       print(egressStatus().blockedAttempts);`,
    );
    expect(printed).toEqual([
      {
        code: 'ERR_EGRESS_BLOCKED',
        rule: 'deepseek-official:deepseek.com',
        message: expect.stringMatching(
          /^Stillroom's network policy blocked a connection to api\.deepseek\.com port 443 \(rule deepseek-official:deepseek\.com\)\. deepseek\.com belongs to/u,
        ),
      },
      {
        code: 'ERR_EGRESS_BLOCKED',
        rule: 'default-deny',
        message: expect.stringContaining('somewhere.example port 80'),
      },
      { code: 'ERR_EGRESS_BLOCKED', rule: 'spawn-closed', message: expect.stringContaining('/usr/bin/curl') },
      3,
    ]);
    expect(JSON.stringify(printed)).not.toMatch(/sk-secret|private\/path/u);
  });

  it('lets no child or worker lose the guard', async () => {
    const { printed } = await runGuarded(
      `import { fork } from 'node:child_process'; import { Worker } from 'node:worker_threads'; import { once } from 'node:events'; import { writeFileSync } from 'node:fs';
       const body = "require('node:net').connect(80, '203.0.113.10').on('error', (e) => SEND(e.code))";
       writeFileSync(import.meta.dirname + '/child.cjs', body.replace('SEND', '((m) => process.send(m, () => process.disconnect()))'));
       const child = fork(import.meta.dirname + '/child.cjs', [], { execArgv: [], env: {} });
       print((await once(child, 'message'))[0]);
       const worker = new Worker(body.replace('SEND', "require('node:worker_threads').parentPort.postMessage"), { eval: true, execArgv: [], env: {} });
       print((await once(worker, 'message'))[0]);`,
    );
    expect(printed).toEqual(['ERR_EGRESS_BLOCKED', 'ERR_EGRESS_BLOCKED']);
  });

  it('runs nothing in a child or worker before the guard, and takes no other program for its own', async () => {
    const { printed, errors } = await runGuarded(
      `import { fork, spawn } from 'node:child_process'; import { SHARE_ENV, Worker } from 'node:worker_threads'; import { once } from 'node:events'; import { chmodSync, writeFileSync } from 'node:fs'; import { basename, dirname } from 'node:path';
       const here = import.meta.dirname;
       writeFileSync(here + '/early.cjs', 'globalThis.early = true');
       writeFileSync(here + '/child.cjs', 'process.send(globalThis.early === true, () => process.disconnect())');
       const early = { NODE_OPTIONS: '--require ' + here + '/early.cjs' };
       const child = fork(here + '/child.cjs', [], { execArgv: [], env: { NODE_OPTIONS: early.NODE_OPTIONS + ' ' + (process.env.NODE_OPTIONS ?? '') } });
       print((await once(child, 'message'))[0]);
       const body = "require('node:worker_threads').parentPort.postMessage(globalThis.early === true)";
       const worker = new Worker(body, { eval: true, env: early });
       print((await once(worker, 'message'))[0]);
       process.env.NODE_OPTIONS = early.NODE_OPTIONS;
       const sharing = new Worker(body, { eval: true, env: SHARE_ENV });
       print((await once(sharing, 'message'))[0]);
       delete process.env.NODE_OPTIONS;
       writeFileSync(here + '/' + basename(process.execPath), '#!/bin/true'); chmodSync(here + '/' + basename(process.execPath), 0o755);
       process.chdir(dirname(process.execPath));
       try { print(spawn(basename(process.execPath), ['-v'], { env: { PATH: here } }).spawnfile); } catch (error) { print(error.ruleId); }
       process.execPath = here + '/' + basename(process.execPath);
       try { print(spawn(process.execPath, []).spawnfile); } catch (error) { print(error.ruleId); }`,
    );
    expect(errors).toBe('');
    expect(printed).toEqual([false, false, false, 'spawn-closed', 'spawn-closed']);
  });

  it('asks no DNS server about names of the own machine, and none that the code names', async () => {
    const { printed } = await runGuarded(
      `import dns from 'node:dns';
       const said = async (what) => { try { print(await what()); } catch (error) { print(error.code); } };
       const resolver = new dns.promises.Resolver();
       await said(() => resolver.resolveTxt('secret.localhost'));
       await said(() => resolver.reverse('127.1.2.3'));
       await said(() => dns.promises.lookup('secret.localhost'));
       await said(() => dns.promises.lookup('127.0.0.1%secret.example'));
       await said(() => resolver.setServers(['203.0.113.53']));
       await said(async () => (await dns.promises.lookup('localhost', { family: 4 })).address);`,
    );
    expect(printed).toEqual([
      ...new Array(4).fill(expect.stringMatching(/EACCES|EGRESS/u)),
      expect.stringMatching(/DNS_SET_SERVERS|EGRESS|EACCES/u),
      '127.0.0.1',
    ]);
  });

  it('looks at every request of a kept connection and behind a SOCKS greeting', async () => {
    const port = await freePort();
    const path = policyFile({
      loopback: { ports: [port] },
    });
    const { printed } = await runGuarded(
      `import net from 'node:net'; import { once } from 'node:events';
       const server = net.createServer((socket) => socket.on('error', () => undefined).on('data', (data) => socket.write(String(data.length))));
       await once(server.listen(${port}, '127.0.0.1'), 'listening');
       for (const [first, second] of [
         ['GET / HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\n\\r\\n', 'GET / HTTP/1.1\\r\\nHost: api.deepseek.com\\r\\n\\r\\n'],
         [Buffer.from([5, 1, 0]), Buffer.concat([Buffer.from([5, 1, 0, 3, 16]), Buffer.from('api.deepseek.com'), Buffer.from([1, 187])])],
       ]) {
         const socket = net.connect(${port}, '127.0.0.1'); await once(socket, 'connect');
         socket.write(first); await once(socket, 'data');
         socket.write(second); print(await once(socket, 'error').then(([error]) => error.ruleId));
       }
       server.close();`,
      { env: { STILLROOM_POLICY: path } },
    );
    expect(printed).toEqual(['deepseek-official:deepseek.com', 'deepseek-official:deepseek.com']);
  });

  it.runIf(isSealable)('is sealed as if an allow that has expired were not there', async () => {
    const path = policyFile({
      rules: [
        {
          id: 'vendor',
          action: 'allow',
          reason: 'The vendor, for a while.',
          to: [{ suffix: 'vendor.example' }],
          expires: '2026-01-01T00:00:00Z',
        },
      ],
    });
    const { printed } = await runGuarded(`${status} print(egressStatus());`, {
      seal: 'require',
      env: { STILLROOM_POLICY: path },
    });
    expect(printed).toEqual([expect.objectContaining({ level: 'sealed', allowed: [] })]);
  });

  it('refuses to start without the seal when it is required, and says it is only guarded when it is not', async () => {
    // Without FFI the launcher can't seal: the same as on a kernel that lacks seccomp.
    const unsealable = { nodeFlags: ['--no-experimental-ffi'] };
    const required = await runGuarded('print(1)', { ...unsealable, seal: 'require' });
    expect(required).toMatchObject({
      code: 1,
      printed: [],
      errors: expect.stringMatching(
        /--require-seal was given and the kernel seal could not be applied, because this Node has no usable FFI/u,
      ),
    });
    const { printed } = await runGuarded(`${status} print(egressStatus());`, unsealable);
    expect(printed).toEqual([
      {
        level: 'guarded',
        sentence: expect.stringMatching(
          /Only the in-process guard .* The kernel seal is off: this Node has no usable FFI/u,
        ),
        allowed: [],
        blockedAttempts: 0,
      },
    ]);
  });

  it('does not start with a policy it cannot read', async () => {
    const path = join(tempFolder(), 'policy.json');
    writeFileSync(path, '{"schema":"stillroom.policy/1"}');
    const broken = await runGuarded('print(1)', { env: { STILLROOM_POLICY: path } });
    expect(broken).toMatchObject({ code: 1, printed: [] });
    expect(broken.errors).toContain('nothing starts with a broken policy');
    const missing = await runGuarded('print(1)', { env: { STILLROOM_POLICY: '/nonexistent.json' } });
    expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining("can't be read") });
  });

  it.runIf(isSealable)(
    'becomes private, not sealed, when the policy declares a peer, and reaches only its port',
    async () => {
      const port = await freePort();
      const path = policyFile({
        loopback: { ports: [port] },
        rules: [
          {
            id: 'database',
            action: 'allow',
            reason: 'The PostgreSQL server.',
            phases: ['serve'],
            to: [{ cidr: '10.1.2.3', ports: [5432] }],
          },
        ],
      });
      const { printed } = await runGuarded(
        `${status} import net from 'node:net'; import { once } from 'node:events';
       print(egressStatus());
       const server = net.createServer((socket) => socket.end('x')); await once(server.listen(${port}, '127.0.0.1'), 'listening');
       const socket = net.connect(${port}, '127.0.0.1'); await once(socket, 'connect'); print('reached'); socket.destroy(); server.close();`,
        { seal: 'require', env: { STILLROOM_POLICY: path } },
      );
      expect(printed).toEqual([
        expect.objectContaining({ level: 'private', allowed: ['10.1.2.3:5432', `127.0.0.1:${port}`] }),
        'reached',
      ]);
    },
  );
});

describe('the level that is claimed', () => {
  const all = {
    seccomp: true,
    seccompFilters: 1,
    noNewPrivileges: true,
    connectRefused: true,
    udpRefused: true,
  };

  it('is never more than every reading supports', () => {
    expect(judgeLevel(all, true, true, null).level).toBe('sealed');
    expect(judgeLevel(all, true, false, null).level).toBe('private');
    // A container runtime's own filter also reads "Seccomp: 2": the tries decide.
    for (const key of ['seccomp', 'noNewPrivileges', 'connectRefused', 'udpRefused'] as const) {
      expect(judgeLevel({ ...all, [key]: false }, true, true, null).level, key).toBe('guarded');
    }
    expect(judgeLevel({ ...all, seccomp: false }, false, true, null).sentence).toMatch(
      /Nothing refuses outbound connections/u,
    );
  });
});
