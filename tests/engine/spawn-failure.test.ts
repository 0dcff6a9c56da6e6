/** When the system gives no process to the engine: the program that should run is not there for a while. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, stateOf, testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const script = scriptedModel({ thought: 4, answer: 9 });
const restarts = { firstDelayMs: 10, mostDelayMs: 50, breakerCrashes: 3 };

/** From now on every fork fails in the kernel. @returns what ends that */
function forbidForks(program: string): () => void {
  const { execPath } = process;
  process.execPath = program;
  const allow = () => {
    process.execPath = execPath;
  };
  onTestFinished(allow);
  return allow;
}

/** Node tells of some failures by an event and throws the others. */
describe.each([
  ['ENOENT', '/nowhere/node'],
  ['ENOTDIR', '/etc/passwd/node'],
])('when no process can be started (%s)', (code, program) => {
  it('a running engine that dies is started again as soon as it can be, and keeps who waits', async () => {
    const engine = testEngine({ modelPath: script.path, restarts });
    const { pid } = await engine.start();
    const allow = forbidForks(program);
    let failures = 0;
    // More of them than the breaker would forgive the engine itself.
    const manyFailures = new Promise<void>((resolve) => {
      engine.onState((state) => {
        if (state.state === 'restarting' && ++failures > restarts.breakerCrashes + 1) resolve();
      });
    });
    process.kill(pid, 'SIGKILL');
    await manyFailures;
    const waiting = ask(engine, 'hello');
    expect(engine.state.state).not.toBe('failed');
    allow();
    expect((await waiting.done()).finish).toBe('stop');
    expect(waiting.text('text')).toBe(script.answerText);
  });

  it('the first start waits for it, too', async () => {
    const engine = testEngine({ modelPath: script.path, restarts });
    const allow = forbidForks(program);
    const started = engine.start();
    await stateOf(engine, 'restarting');
    allow();
    expect((await started).slots).toBe(2);
    expect((await ask(engine, 'hello').done()).finish).toBe('stop');
  });

  it('a first start that never gets one ends with the cause', async () => {
    const engine = testEngine({ modelPath: script.path, restarts: { ...restarts, breakerCrashes: 2 } });
    forbidForks(program);
    await expect(engine.start()).rejects.toThrow(
      new RegExp(`can't be started \\(spawn .*${code}\\).*"ulimit -u"`),
    );
  });

  it('stopping does not wait for a process that never was', async () => {
    const engine = testEngine({ modelPath: script.path, restarts });
    forbidForks(program);
    const started = engine.start();
    // In the same turn of the event loop the failure is not known yet.
    await Promise.all([engine.stop(), expect(started).rejects.toThrow(/shutting down/)]);
  });
});
