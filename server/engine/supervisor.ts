/**
 * Keeps one engine process alive and speaks to it. Whatever that process does (abort, hang, disappear), the gateway only
 * sees states and typed errors: requests that have shown nothing are repeated once, others end with a sentence.
 */
import type { ChildProcess } from 'node:child_process';
import { StillroomError } from '#server/errors.ts';
import type {
  ChatMessage,
  Engine,
  EngineEvent,
  EngineInfo,
  EngineState,
  GenerateRequest,
  Generation,
} from './engine.ts';
import { defaultHeartbeat, Heartbeat, type HeartbeatOptions } from './heartbeat.ts';
import { keepCalibration, type LoadWishes, planLoad } from './load-plan.ts';
import { tooSmall } from './passage.ts';
import { createPassage, forkEngine, noPassage, removePassage, smallPassage } from './process.ts';
import {
  type EngineStats,
  type FromChild,
  type Loaded,
  type LoadOptions,
  parseFromChild,
  protocolVersion,
  type ToChild,
} from './protocol.ts';
import { type Refusal, Requests, type Unversioned } from './requests.ts';
import { defaultRestarts, type RestartOptions, Restarts } from './restarts.ts';
import { healthyLimits, type RssLimits, RssWatchdog } from './rss-watchdog.ts';

/** The part of the gateway's logger that is used here. Never receives prompts or answers. */
interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EngineOptions extends LoadWishes {
  /** Loading may take as long as it needs, but not so long without any progress. */
  loadTimeoutMs?: number;
  heartbeat?: HeartbeatOptions;
  restarts?: RestartOptions;
  /** After the breaker has opened, one more try every so often. */
  breakerCooldownMs?: number;
  /** Default: what a healthy process of this model may reach. */
  rssLimits?: RssLimits;
  log?: EngineLog;
}

/** The engine on this machine; what it offers beyond `Engine` is for metrics, tests and the doctor. */
export interface LocalEngine extends Engine {
  stats(): Promise<EngineStats>;
}

const stopGraceMs = 2000;
const shuttingDown = {
  code: 'shutting_down',
  message: 'Stillroom is shutting down. Send the message again in a moment.',
} as const;

/** Why we ended the process ourselves. */
type KillReason = {
  code: 'engine_stuck' | 'model_load_failed' | 'engine_crashed';
  sentence: string;
};

class Supervisor implements LocalEngine {
  readonly #options: EngineOptions;
  readonly #restarts: Restarts;
  readonly #requests: Requests;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = { state: 'loading', progress: 0 };
  #info: EngineInfo | null = null;
  #child: ChildProcess | null = null;
  #passage: string | null = null;
  #heartbeat: Heartbeat | null = null;
  #watchdog: RssWatchdog | null = null;
  #loadTimer: NodeJS.Timeout | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  /** How the present process is going to end, as far as we know. */
  #killReason: KillReason | null = null;
  #loadError: StillroomError | null = null;
  #renewing = false;
  /** Why no process came of the last try; null = one did. */
  #spawnFailure: string | null = null;
  #complaint = '';
  #stopping = false;
  #starting: Promise<EngineInfo> | null = null;
  #settleStart: { resolve: (info: EngineInfo) => void; reject: (error: StillroomError) => void } | null =
    null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.restarts ?? defaultRestarts);
    this.#requests = new Requests({
      send: (message) => this.#send(message),
      onListenerError: (error) =>
        options.log?.error(
          { error: error instanceof Error ? error.stack : String(error) },
          'engine listener failed',
        ),
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  get info(): EngineInfo | null {
    return this.#info;
  }

  start(): Promise<EngineInfo> {
    this.#starting ??= new Promise((resolve, reject) => {
      this.#settleStart = { resolve, reject };
      this.#spawn();
    });
    return this.#starting;
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  generate(request: GenerateRequest, onEvent: (event: EngineEvent) => void): Generation {
    const refusal = this.#refusal();
    if (refusal !== null) return this.#requests.refuse(request, onEvent, refusal);
    return this.#requests.generate(request, onEvent);
  }

  async countTokens(messages: ChatMessage[], signal?: AbortSignal): Promise<number> {
    const answer = await this.#call((call) => ({ type: 'count', call, messages }), signal);
    if (answer.type !== 'counted') throw new StillroomError('internal', 'The engine gave a wrong answer.');
    return answer.tokens;
  }

  async stats(): Promise<EngineStats> {
    const answer = await this.#call((call) => ({ type: 'stats', call }));
    if (answer.type !== 'stats') throw new StillroomError('internal', 'The engine gave a wrong answer.');
    return answer.stats;
  }

  forget(conversation: string): void {
    this.#send({ type: 'forget', conversation });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#clearTimers();
    this.#setState({ state: 'failed', code: shuttingDown.code, reason: shuttingDown.message });
    this.#requests.failAll(shuttingDown);
    this.#settleStart?.reject(new StillroomError(shuttingDown.code, shuttingDown.message));
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.#send({ type: 'stop' });
    const killer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(killer);
    removePassage(this.#passage);
  }

  #spawn(): void {
    const first = this.#info === null;
    this.#killReason = null;
    this.#loadError = null;
    this.#renewing = false;
    this.#spawnFailure = null;
    this.#complaint = '';
    this.#passage = this.#options.stateBytes === 0 ? null : createPassage();
    if (this.#passage === null && this.#options.stateBytes !== 0 && process.platform === 'linux')
      this.#options.log?.warn({}, noPassage);
    let plan: LoadOptions;
    let child: ChildProcess;
    try {
      plan = planLoad(this.#options, this.#passage, first);
      child = forkEngine(plan.gpu, plan.passage);
    } catch (error) {
      removePassage(this.#passage);
      this.#notStarted(error, first);
      return;
    }
    if (this.#state.state !== 'restarting') this.#setState({ state: 'loading', progress: 0 });
    this.#child = child;
    this.#expectProgress();
    child.on('message', (raw) => this.#receive(child, raw, plan));
    child.on('error', (error) => {
      // No process came of it (out of file handles or memory): the machine's trouble, not the model's.
      if (child.pid === undefined) this.#spawnFailure = error.message;
      this.#options.log?.warn({ error: error.message }, 'engine process');
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Native assertions are written here just before the process aborts; nothing else is worth keeping.
      const assertion = /(GGML_ASSERT|terminate called|what\(\):|JavaScript heap out of memory).*/.exec(text);
      if (assertion !== null) this.#complaint = assertion[0].slice(0, 200);
    });
    // `close` comes after `exit` and after the last line of stderr.
    child.once('close', (code, signal) => this.#ended(child, code, signal));
  }

  /** Nobody above catches what a restart throws: it would end the gateway. */
  #notStarted(error: unknown, first: boolean): void {
    if (error instanceof StillroomError) {
      if (first) this.#failForGood(error);
      else this.#restartAfter(error.message, true);
      return;
    }
    // Node throws what the system says where it knows no event for it (ENOMEM, ENOTDIR …).
    const { message } = error as Error;
    this.#spawnFailure = message;
    this.#options.log?.warn({ error: message }, 'engine process');
    this.#restartAfter(this.#endSentence(null, null), first);
  }

  #receive(child: ChildProcess, raw: unknown, plan: LoadOptions): void {
    if (child !== this.#child) return;
    let message: FromChild;
    try {
      message = parseFromChild(raw);
    } catch {
      this.#kill({
        code: 'engine_crashed',
        sentence: 'The engine sent a message that this version does not know. Install Stillroom again.',
      });
      return;
    }
    switch (message.type) {
      case 'hello':
        this.#send({ type: 'load', options: plan });
        break;
      case 'loading':
        this.#expectProgress();
        if (this.#state.state === 'loading') this.#setState({ state: 'loading', progress: message.progress });
        break;
      case 'ready':
        this.#ready(message.loaded, plan);
        break;
      case 'loadFailed':
        this.#loadError = new StillroomError(message.code, message.message);
        child.kill('SIGKILL');
        break;
      case 'events':
        for (const { id, event } of message.events) {
          if (event.type === 'done' && event.finish !== 'cancelled') this.#restarts.succeeded();
          this.#requests.event(id, event);
        }
        break;
      case 'pong':
        this.#pong(message);
        break;
      case 'counted':
      case 'stats':
        this.#requests.answered(message.call, message);
        break;
      case 'fatal':
        this.#complaint = message.reason;
        break;
    }
  }

  #ready(loaded: Loaded, plan: LoadOptions): void {
    if (this.#loadTimer !== null) clearTimeout(this.#loadTimer);
    const { calibration, ...info } = loaded;
    this.#info = { ...info, pid: this.#child?.pid ?? 0 };
    try {
      keepCalibration(this.#options, loaded);
    } catch (error) {
      this.#options.log?.warn({ error: String(error) }, 'the measured thread count could not be remembered');
    }
    this.#heartbeat = new Heartbeat(
      this.#options.heartbeat ?? defaultHeartbeat,
      (n) => this.#send({ type: 'ping', n }),
      (reason) =>
        this.#kill({
          code: 'engine_stuck',
          sentence: `The engine hung (${reason}) and was restarted. Send the message again.`,
        }),
    );
    const { rss, context } = info.memory;
    this.#watchdog ??= new RssWatchdog(
      this.#options.rssLimits ?? healthyLimits(rss, context, plan.stateBytes),
    );
    this.#watchdog.newProcess();
    this.#options.log?.info({ ...this.#info, calibration }, 'engine is ready');
    const small = this.#passage === null ? null : tooSmall(this.#passage, context / info.slots);
    if (small !== null) this.#options.log?.warn(small, smallPassage);
    if (info.build.degraded) this.#options.log?.warn(info.build, 'the native engine build does not run');
    this.#heartbeat.start();
    this.#setState({ state: 'ready' });
    this.#settleStart?.resolve(this.#info);
    this.#settleStart = null;
    this.#requests.open();
  }

  #pong({ n, stepMs, rss, threads }: Extract<FromChild, { type: 'pong' }>): void {
    this.#heartbeat?.pong(n, stepMs);
    if (this.#info === null || this.#renewing) return;
    this.#info = { ...this.#info, threads, memory: { ...this.#info.memory, rss } };
    const verdict = this.#watchdog?.observe(rss, this.#requests.atWork, performance.now()) ?? 'keep';
    if (verdict === 'keep') return;
    this.#requests.hold();
    if (verdict === 'drain') return;
    this.#requests.close();
    this.#options.log?.warn({ rss }, 'engine is renewed to give memory back');
    this.#renewing = true;
    this.#send({ type: 'stop' });
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== this.#child) return;
    this.#child = null;
    removePassage(this.#passage);
    this.#clearTimers();
    if (this.#stopping) return;
    const first = this.#info === null;
    const sentence = this.#endSentence(code, signal);
    const { log } = this.#options;
    log?.warn({ code, signal, complaint: this.#complaint, renewing: this.#renewing }, 'engine ended');
    if (this.#renewing) {
      this.#setState({
        state: 'restarting',
        reason: 'The engine is renewed to give memory back.',
        attempt: 1,
      });
      this.#spawn();
      return;
    }
    const killed = signal === 'SIGKILL' && this.#killReason === null && this.#loadError === null;
    const killedByOthers = killed || this.#spawnFailure !== null;
    if (first && !killedByOthers) {
      const error = new StillroomError('model_load_failed', this.#loadSentence(sentence));
      this.#failForGood(this.#loadError ?? error);
      return;
    }
    this.#restartAfter(sentence, first || !killedByOthers);
  }

  /** Tells whom the old process served, and starts again after a while; `own` = the engine or its model is to blame. */
  #restartAfter(sentence: string, own: boolean): void {
    const delay = this.#restarts.ended(own);
    // The state first: who hears that a turn is over would give its place to the next one at once.
    if (delay !== null)
      this.#setState({ state: 'restarting', reason: sentence, attempt: this.#restarts.attempt });
    this.#requests.processEnded(this.#killReason?.code ?? 'engine_crashed', sentence);
    if (delay === null) {
      this.#openBreaker(sentence);
      return;
    }
    this.#restartTimer = setTimeout(() => this.#spawn(), delay);
  }

  #openBreaker(sentence: string): void {
    if (this.#info === null && this.#spawnFailure !== null) {
      const reason = `The engine process can't be started (${this.#spawnFailure}). Look for a limit on processes or open files ("ulimit -u", "ulimit -n"), or close other programs.`;
      this.#failForGood(new StillroomError('engine_unavailable', reason));
      return;
    }
    if (this.#info === null) {
      const reason = `The engine was killed again and again while loading ${this.#options.modelPath}, most likely because memory ran out. Choose a smaller model or fewer context tokens.`;
      this.#failForGood(new StillroomError('insufficient_memory', reason));
      return;
    }
    const pauseMs = this.#options.breakerCooldownMs ?? 300_000;
    const message = `The engine crashed several times in a row and rests for ${Math.ceil(pauseMs / 60_000)} min before it is tried again. If that goes on, check the model file and the log. Last: ${sentence}`;
    this.#setState({ state: 'failed', code: 'engine_unavailable', reason: message });
    this.#requests.failAll({ code: 'engine_unavailable', message });
    this.#restartTimer = setTimeout(() => this.#spawn(), pauseMs);
    this.#restartTimer.unref();
  }

  #failForGood(error: StillroomError): void {
    this.#setState({ state: 'failed', code: error.code, reason: error.message });
    this.#requests.failAll({ code: 'engine_unavailable', message: error.message });
    this.#settleStart?.reject(error);
    this.#settleStart = null;
  }

  #endSentence(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#killReason !== null) return this.#killReason.sentence;
    if (this.#loadError !== null) return this.#loadError.message;
    if (this.#spawnFailure !== null)
      return `The engine stopped and can't be started just now (${this.#spawnFailure}); it is tried again. Send the message again.`;
    const how = signal === null ? `exit code ${code}` : signal;
    return `The engine stopped unexpectedly (${how}) and is being restarted. Send the message again.`;
  }

  #loadSentence(sentence: string): string {
    if (this.#killReason !== null) return sentence;
    const detail = this.#complaint === '' ? '' : ` (${this.#complaint})`;
    return `The engine aborted while loading ${this.#options.modelPath}${detail}. The file is damaged or of a kind this engine does not know; download it again and compare its SHA-256.`;
  }

  #kill(reason: KillReason): void {
    this.#killReason = reason;
    this.#options.log?.error({ reason: reason.sentence }, 'engine is killed');
    this.#child?.kill('SIGKILL');
  }

  #expectProgress(): void {
    if (this.#loadTimer !== null) clearTimeout(this.#loadTimer);
    const limit = this.#options.loadTimeoutMs ?? 120_000;
    this.#loadTimer = setTimeout(() => {
      const sentence = `Loading ${this.#options.modelPath} made no progress for ${limit / 1000} s. The file is damaged or the disk is too slow; download it again and compare its SHA-256.`;
      this.#kill({ code: 'model_load_failed', sentence });
    }, limit);
  }

  #clearTimers(): void {
    this.#heartbeat?.stop();
    this.#heartbeat = null;
    if (this.#loadTimer !== null) clearTimeout(this.#loadTimer);
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
  }

  #setState(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #refusal(): Refusal | null {
    if (this.#stopping) return shuttingDown;
    if (this.#state.state !== 'failed') return null;
    return { code: 'engine_unavailable', message: this.#state.reason };
  }

  #call(build: (call: number) => Unversioned<ToChild>, signal?: AbortSignal): Promise<FromChild> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(new StillroomError(refusal.code, refusal.message));
    return this.#requests.call(build, signal);
  }

  #send(message: Unversioned<ToChild>): void {
    const child = this.#child;
    if (child === null || !child.connected) return;
    // A dying process closes its channel before its end is known: its `close` event deals with everything.
    child.send({ v: protocolVersion, ...message }, () => undefined);
  }
}

/** An engine over a forked child process. Nothing is started before `start`. */
export function createEngine(options: EngineOptions): LocalEngine {
  return new Supervisor(options);
}
