import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationDetail } from '#server/api/app/contract.ts';
import { u32 } from '../support/gguf-writer.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { openSocket } from '../support/socket.ts';
import { tempFolder } from '../support/temp-folder.ts';

const bin = join(import.meta.dirname, '../../bin/stillroom.mjs');

/** Runs the command line until it ends by itself. */
async function cli(args: string[], env: Record<string, string> = {}) {
  const cwd = tempFolder();
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, STILLROOM_PORT: '0', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

function file(name: string, content: string | Buffer): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('a start that cannot work ends with one sentence, exit code 1 and no stack trace', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a missing model file', () => ({ STILLROOM_MODEL: '/nowhere/model.gguf' }), /\/nowhere\/model\.gguf/],
    ['an unknown model name', () => ({ STILLROOM_MODEL: 'gpt-4o' }), /gpt-4o/],
    ['a folder as model', () => ({ STILLROOM_MODEL: tempFolder() }), /is not a file/],
    ['an empty model file', () => ({ STILLROOM_MODEL: file('empty.gguf', '') }), /empty\.gguf/],
    [
      'a file that is no GGUF',
      () => ({ STILLROOM_MODEL: file('page.gguf', '<html>not a model</html>'.repeat(50)) }),
      /page\.gguf/,
    ],
    [
      'a truncated model',
      () => {
        const path = join(tempFolder(), 'cut.gguf');
        copyFileSync(scriptedModel().path, path);
        truncateSync(path, 100_000);
        return { STILLROOM_MODEL: path };
      },
      /cut\.gguf/,
    ],
    [
      'a model that only the engine finds to be broken',
      () => ({ STILLROOM_MODEL: scriptedModel({ metadata: { 'qwen2.block_count': u32(9999) } }).path }),
      /SHA-256/,
    ],
    [
      'a data folder that cannot be made',
      () => ({ STILLROOM_DATA: join(file('file', ''), 'data') }),
      /data folder .* can't be used/,
    ],
    ['an unknown setting', () => ({ STILLROOM_SLOT: '2' }), /Unknown setting "slot".*Did you mean "slots"/],
    ['a public address', () => ({ STILLROOM_HOST: '0.0.0.0' }), /no accounts yet/],
  ])('%s', async (_case, env, sentence) => {
    const { code, stderr } = await cli(['start'], { STILLROOM_MODEL: scriptedModel().path, ...env() });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+|Error:/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { code, stderr } = await cli(['start'], {
      STILLROOM_MODEL: scriptedModel().path,
      STILLROOM_PORT: port,
    });
    expect(stderr).toMatch(new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is already taken.*STILLROOM_PORT`));
    expect(code).toBe(1);
  });
});

describe('the command line', () => {
  it.each([[['help']], [['--help']], [['start', '--help']]])('%j explains itself', async (args) => {
    const { code, stdout } = await cli(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(Usage|Stillroom)/);
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await cli(['version'])).stdout).toBe(`${version}\n`);
  });

  it.each([
    [['strat'], /Unknown command "strat"/],
    [['constructor'], /Unknown command "constructor"/],
    [['start', '--prot', '80'], /--prot/],
  ])('%j is refused with exit code 2', async (args, sentence) => {
    const { code, stderr } = await cli(args);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
  });
});

describe('a running gateway', () => {
  it('has an acknowledged message on disk even when it is killed at once', async () => {
    const data = join(tempFolder(), 'data');
    mkdirSync(data);
    const model = scriptedModel({ variant: 'loop' }).path;
    const first = await startProduct({ model, data });
    const socket = await openSocket(first.url);
    socket.send({ type: 'send', requestId: 'r1', conversationId: null, text: 'keep this' });
    const { conversation } = await socket.next('ack');
    await first.end('SIGKILL');

    const second = await startProduct({ model, data });
    const response = await fetch(`${second.url}/api/conversations/${conversation.id}`);
    const { turns } = (await response.json()) as ConversationDetail;
    expect(turns).toMatchObject([{ userText: 'keep this', status: 'error', error: { code: 'interrupted' } }]);
  });

  it('ends with exit code 0 when asked to, also twice at once, and leaves no engine process behind', async () => {
    const product = await startProduct({ model: scriptedModel().path });
    const { engine } = (await (await fetch(`${product.url}/health/ready`)).json()) as {
      engine: { state: string };
    };
    expect(engine.state).toBe('ready');
    const children = readFileSync(`/proc/${product.process.pid}/task/${product.process.pid}/children`, 'utf8')
      .trim()
      .split(' ');
    // The shell, npm and a parent process may each pass on what was one Ctrl+C.
    product.process.kill('SIGINT');
    expect(await product.end('SIGTERM')).toBe(0);
    for (const pid of children) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });

  it('says in one sentence what the system refuses', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await cli(['models', 'import', scriptedModel().path], { STILLROOM_DATA: file });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^stillroom: (EEXIST|ENOTDIR): .*mkdir[^\n]*\n$/),
    });
  });

  it('never prints a prompt, an answer or a header', async () => {
    const script = scriptedModel({ thought: 8, answer: 8 });
    const product = await startProduct({ model: script.path, env: { STILLROOM_LOG: 'debug' } });
    const response = await fetch(`${product.url}/v1/chat/completions?key=secret-query`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer secret-key',
        cookie: 'secret-cookie=1',
      },
      body: JSON.stringify({
        model: script.path.split('/').at(-1)?.replace('.gguf', ''),
        messages: [{ role: 'user', content: 'secret-prompt' }],
      }),
    });
    expect(response.status).toBe(200);
    await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"secret-broken": ',
    });
    expect(await product.end()).toBe(0);
    expect(product.output()).toContain('/v1/chat/completions');
    expect(product.output()).not.toMatch(/secret-/);
    for (const word of [...script.thoughtWords, ...script.answerWords].slice(3))
      expect(product.output()).not.toContain(` ${word.trim()} `);
  });
});
