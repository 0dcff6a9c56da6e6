/**
 * Keeps one engine process alive and speaks to it. Whatever that process does (abort, hang, disappear), the gateway only
 * sees states and typed errors: requests that have shown nothing are repeated once, others end with a sentence.
 */
import type { ChildProcess } from 'node:child_process';
import { StillroomError } from '#server/errors.ts';
import { calibrationKey, candidateThreads, rememberedThreads, rememberThreads } from './calibration.ts';
import type {
  ChatMessage,
  Engine,
  EngineEvent,
  EngineInfo,
  EngineState,
  GenerateRequest,
  Generation,
} from './engine.ts';
import { resolveGpu } from './gpu.ts';
import { defaultHeartbeat, Heartbeat, type HeartbeatOptions } from './heartbeat.ts';
import { checkModelFile } from './model-file.ts';
import { createPassage, forkEngine, removePassage } from './process.ts';
import {
  type EngineStats,
  type FromChild,
  type GpuChoice,
  type Loaded,
  parseFromChild,
  protocolVersion,
  type ToChild,
} from './protocol.ts';
import { defaultRestarts, type RestartOptions, Restarts } from './restarts.ts';
import { defaultThreads } from './threads.ts';
import { Tracked } from './tracked.ts';

type Unversioned<T> = T extends unknown ? Omit<T, 'v'> : never;

/** The part of the gateway's logger that is used here. Never receives prompts or answers. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EngineOptions {
  modelPath: string;
  slots: number;
  /** Per slot; cut to what the model was trained for. */
  contextTokens: number;
  /** Most threads; null = measured at the first start (see `calibrationFile`), else `defaultThreads`. */
  threads?: number | null;
  /** Where measured thread counts are remembered; null = nothing is measured. */
  calibrationFile?: string | null;
  gpu?: GpuChoice;
  /** Most tokens in one native step. */
  batchTokens?: number;
  /** Memory for conversations without a slot; default: a tenth of what is free, at most 2 GiB. 0 = none. */
  stateBytes?: number;
  /** Loading may take as long as it needs, but not so long without any progress. */
  loadTimeoutMs?: number;
  heartbeat?: HeartbeatOptions;
  restarts?: RestartOptions;
  /** After the breaker has opened, one more try every so often. */
  breakerCooldownMs?: number;
  log?: EngineLog;
}

/** The engine on this machine; what it offers beyond `Engine` is for metrics, tests and the doctor. */
export interface LocalEngine extends Engine {
  stats(): Promise<EngineStats>;
}

/** One repetition after a crash: a request that crashes the engine twice is the cause. */
const mostAttempts = 2;
const stopGraceMs = 2000;
const mostStateBytes = 2 * 1024 ** 3;

interface Call {
  message: Unversioned<ToChild>;
  resolve: (message: FromChild) => void;
  reject: (error: StillroomError) => void;
}

/** Why we ended the process ourselves. */
type KillReason = { code: 'engine_stuck' | 'model_load_failed' | 'engine_crashed'; sentence: string };

class Supervisor implements LocalEngine {
  readonly #options: EngineOptions;
  readonly #restarts: Restarts;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #requests = new Map<string, Tracked>();
  readonly #calls = new Map<number, Call>();
  #state: EngineState = { state: 'loading', progress: 0 };
  #info: EngineInfo | null = null;
  #child: ChildProcess | null = null;
  #heartbeat: Heartbeat | null = null;
  #loadTimer: NodeJS.Timeout | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  #killReason: KillReason | null = null;
  #loadError: StillroomError | null = null;
  #complaint = '';
  #passage: string | null = null;
  #stopping = false;
  #nextCall = 1;
  #starting: Promise<EngineInfo> | null = null;
  #settleStart: { resolve: (info: EngineInfo) => void; reject: (error: StillroomError) => void } | null =
    null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.restarts ?? defaultRestarts);
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
    const tracked = new Tracked(request, onEvent);
    const refusal = this.#refusal();
    if (refusal !== null) {
      setImmediate(() => this.#deliver(tracked, refusal));
      return { cancel: () => undefined, answerNow: () => undefined };
    }
    this.#requests.set(request.id, tracked);
    if (this.#state.state === 'ready') this.#submit(tracked);
    return {
      cancel: () => this.#cancel(tracked),
      answerNow: () => this.#send({ type: 'answerNow', id: request.id }),
    };
  }

  async countTokens(messages: ChatMessage[]): Promise<number> {
    const answer = await this.#call((call) => ({ type: 'count', call, messages }));
    return answer.type === 'counted' ? answer.tokens : 0;
  }

  async stats(): Promise<EngineStats> {
    const answer = await this.#call((call) => ({ type: 'stats', call }));
    if (answer.type !== 'stats')
      throw new StillroomError('internal', 'The engine answered with something else.');
    return answer.stats;
  }

  forget(conversation: string): void {
    this.#send({ type: 'forget', conversation });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#clearTimers();
    this.#setState({ state: 'failed', code: 'shutting_down', reason: 'Stillroom is shutting down.' });
    this.#failEverything('shutting_down', 'Stillroom is shutting down. Send the message again in a moment.');
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#send({ type: 'stop' });
    const killer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(killer);
    removePassage(this.#passage);
  }

  // ── life of the process ─────────────────────────────────────────────────────────────────────────────────────────

  #spawn(): void {
    removePassage(this.#passage);
    this.#passage = this.#options.stateBytes === 0 ? null : createPassage();
    const { options, error } = this.#prepare();
    if (options === null) {
      this.#failForGood(error);
      return;
    }
    this.#killReason = null;
    this.#loadError = null;
    this.#complaint = '';
    if (this.#state.state !== 'restarting') this.#setState({ state: 'loading', progress: 0 });
    const child = forkEngine(options.gpu, options.passage);
    this.#child = child;
    this.#expectProgress();
    child.on('message', (raw) => this.#receive(child, raw, options));
    child.on('error', (error) => this.#options.log?.warn({ error: error.message }, 'engine process'));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Native assertions are written here just before the process aborts; nothing else is worth keeping.
      const line = /GGML_ASSERT[^\n]*|terminate called[^\n]*|what\(\):[^\n]*|heap out of memory[^\n]*/.exec(
        text,
      )?.[0];
      if (line !== undefined) this.#complaint = line.slice(0, 200);
    });
    // `close` comes after `exit` and after the last line of stderr.
    child.once('close', (code, signal) => this.#ended(child, code, signal));
  }

  #prepare():
    | { options: Extract<ToChild, { type: 'load' }>['options']; error: null }
    | { options: null; error: StillroomError } {
    const { modelPath, slots, contextTokens, threads, gpu, batchTokens, stateBytes } = this.#options;
    try {
      const bytes = checkModelFile(modelPath);
      const options = {
        modelPath,
        slots,
        contextTokens,
        batchTokens: batchTokens ?? 512,
        ...this.#threads(threads ?? null, bytes),
        gpu: resolveGpu(gpu ?? 'auto', bytes),
        passage: this.#passage,
        stateBytes: stateBytes ?? Math.min(mostStateBytes, Math.floor(process.availableMemory() / 10)),
      };
      return { options, error: null };
    } catch (error) {
      if (error instanceof StillroomError) return { options: null, error };
      throw error;
    }
  }

  #threads(configured: number | null, modelBytes: number): { threads: number; candidates: number[] } {
    const { calibrationFile, modelPath } = this.#options;
    if (configured !== null) return { threads: configured, candidates: [] };
    const remembered =
      calibrationFile == null ? null : rememberedThreads(calibrationFile, calibrationKey(modelPath));
    const threads = remembered ?? defaultThreads(modelBytes);
    // A restarted engine has people waiting: it measures at the next start of the gateway.
    const measure = calibrationFile != null && remembered === null && this.#info === null;
    return { threads, candidates: measure ? candidateThreads(modelBytes) : [] };
  }

  #remember({ calibration }: Loaded): void {
    const { calibrationFile, modelPath } = this.#options;
    if (calibrationFile == null || calibration === null || !calibration.quiet) return;
    try {
      const { threads, stepMs } = calibration;
      rememberThreads(calibrationFile, calibrationKey(modelPath), { threads, stepMs });
    } catch (error) {
      this.#options.log?.warn(
        { error: String(error) },
        'the measured number of threads could not be remembered',
      );
    }
  }

  #receive(child: ChildProcess, raw: unknown, options: Extract<ToChild, { type: 'load' }>['options']): void {
    if (child !== this.#child) return;
    let message: FromChild;
    try {
      message = parseFromChild(raw);
    } catch {
      this.#kill({
        code: 'engine_crashed',
        sentence: 'The engine sent a message that this version does not know.',
      });
      return;
    }
    switch (message.type) {
      case 'hello':
        this.#send({ type: 'load', options });
        break;
      case 'loading':
        this.#expectProgress();
        if (this.#state.state !== 'restarting')
          this.#setState({ state: 'loading', progress: message.progress });
        break;
      case 'ready':
        this.#ready(message.loaded);
        break;
      case 'loadFailed':
        this.#loadError = new StillroomError(message.code, message.message);
        child.kill('SIGKILL');
        break;
      case 'events':
        for (const { id, event } of message.events) this.#event(id, event);
        break;
      case 'pong':
        this.#heartbeat?.pong(message.n, message.stepMs);
        if (this.#info !== null) {
          this.#info = {
            ...this.#info,
            threads: message.threads,
            memory: { ...this.#info.memory, rss: message.rss },
          };
        }
        break;
      case 'counted':
      case 'stats':
        this.#calls.get(message.call)?.resolve(message);
        this.#calls.delete(message.call);
        break;
      case 'fatal':
        this.#complaint = message.reason;
        break;
    }
  }

  #ready(loaded: Loaded): void {
    if (this.#loadTimer !== null) clearTimeout(this.#loadTimer);
    const { calibration, ...info } = loaded;
    this.#info = { ...info, pid: this.#child?.pid ?? 0 };
    this.#remember(loaded);
    this.#heartbeat = new Heartbeat(
      this.#options.heartbeat ?? defaultHeartbeat,
      (n) => this.#send({ type: 'ping', n }),
      (reason) =>
        this.#kill({
          code: 'engine_stuck',
          sentence: `The engine hung (${reason}) and was restarted. Send the message again.`,
        }),
    );
    this.#heartbeat.start();
    this.#options.log?.info({ ...this.#info, calibration }, 'engine is ready');
    this.#setState({ state: 'ready' });
    this.#settleStart?.resolve(this.#info);
    this.#settleStart = null;
    for (const call of this.#calls.values()) this.#send(call.message);
    for (const tracked of this.#requests.values()) this.#submit(tracked);
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== this.#child) return;
    this.#child = null;
    removePassage(this.#passage);
    this.#clearTimers();
    if (this.#stopping) return;
    const first = this.#info === null;
    const sentence = this.#endSentence(code, signal);
    this.#options.log?.warn({ code, signal, complaint: this.#complaint, first }, 'engine ended');
    if (first && this.#loadError !== null) {
      this.#failForGood(this.#loadError);
      return;
    }
    const killedByOthers = signal === 'SIGKILL' && this.#killReason === null && this.#loadError === null;
    if (first && !killedByOthers) {
      this.#failForGood(new StillroomError('model_load_failed', this.#loadSentence(sentence)));
      return;
    }
    this.#endRequests(this.#killReason?.code ?? 'engine_crashed', sentence);
    const delay = this.#restarts.ended(first || !killedByOthers);
    if (delay === null) {
      this.#openBreaker(first, sentence);
      return;
    }
    this.#setState({ state: 'restarting', reason: sentence, attempt: this.#restarts.attempt });
    this.#restartTimer = setTimeout(() => this.#spawn(), delay);
  }

  #endSentence(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#killReason !== null) return this.#killReason.sentence;
    if (this.#loadError !== null) return this.#loadError.message;
    const how = signal === null ? `exit code ${code}` : signal;
    return `The engine stopped unexpectedly (${how}) and is being restarted. Send the message again.`;
  }

  #loadSentence(sentence: string): string {
    if (this.#killReason !== null) return sentence;
    const detail = this.#complaint === '' ? '' : ` (${this.#complaint})`;
    return `The engine aborted while loading ${this.#options.modelPath}${detail}. The file is damaged or of a kind this engine does not know; download it again and compare its SHA-256.`;
  }

  #openBreaker(first: boolean, sentence: string): void {
    if (first) {
      const reason = `The engine was killed again and again while loading ${this.#options.modelPath}, most likely because memory ran out. Choose a smaller model or fewer context tokens.`;
      this.#failForGood(new StillroomError('insufficient_memory', reason));
      return;
    }
    const reason = `The engine crashed several times in a row and is paused. Check the model file and the log, then restart Stillroom. Last: ${sentence}`;
    this.#setState({ state: 'failed', code: 'engine_unavailable', reason });
    this.#failEverything('engine_unavailable', reason);
    this.#restartTimer = setTimeout(() => this.#spawn(), this.#options.breakerCooldownMs ?? 300_000);
    this.#restartTimer.unref();
  }

  #failForGood(error: StillroomError): void {
    this.#setState({ state: 'failed', code: error.code, reason: error.message });
    this.#failEverything('engine_unavailable', error.message);
    this.#settleStart?.reject(error);
    this.#settleStart = null;
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

  // ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────

  #refusal(): EngineEvent | null {
    if (this.#state.state !== 'failed') return null;
    const code = this.#stopping ? 'shutting_down' : 'engine_unavailable';
    return { type: 'error', code, message: this.#state.reason, retryable: true };
  }

  #submit(tracked: Tracked): void {
    tracked.sent = true;
    tracked.attempts++;
    this.#send({ type: 'generate', request: tracked.request });
  }

  #cancel(tracked: Tracked): void {
    if (this.#requests.get(tracked.request.id) !== tracked) return;
    tracked.cancelled = true;
    if (tracked.sent) {
      this.#send({ type: 'cancel', id: tracked.request.id });
      return;
    }
    this.#requests.delete(tracked.request.id);
    setImmediate(() => this.#guard(() => tracked.deliverCancelled()));
  }

  #event(id: string, event: EngineEvent): void {
    const tracked = this.#requests.get(id);
    if (tracked === undefined) return;
    if (event.type === 'done' || event.type === 'error') this.#requests.delete(id);
    if (event.type === 'done' && event.finish !== 'cancelled') this.#restarts.succeeded();
    this.#deliver(tracked, event);
  }

  /** The process is gone: who has seen nothing is served by the next one, the others are told. */
  #endRequests(code: string, message: string): void {
    for (const tracked of [...this.#requests.values()]) {
      if (!tracked.sent) continue;
      tracked.sent = false;
      if (!tracked.cancelled && !tracked.shown && tracked.attempts < mostAttempts) continue;
      this.#requests.delete(tracked.request.id);
      if (tracked.cancelled) this.#guard(() => tracked.deliverCancelled());
      else this.#deliver(tracked, { type: 'error', code, message, retryable: true });
    }
  }

  #failEverything(code: 'engine_unavailable' | 'shutting_down', message: string): void {
    for (const tracked of [...this.#requests.values()]) {
      this.#requests.delete(tracked.request.id);
      this.#deliver(tracked, { type: 'error', code, message, retryable: true });
    }
    for (const call of this.#calls.values()) call.reject(new StillroomError(code, message));
    this.#calls.clear();
  }

  #deliver(tracked: Tracked, event: EngineEvent): void {
    this.#guard(() => tracked.deliver(event));
  }

  /** A listener that throws must not keep the others from their events. */
  #guard(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#options.log?.error(
        { error: error instanceof Error ? error.stack : String(error) },
        'engine listener failed',
      );
    }
  }

  #call(build: (call: number) => Unversioned<ToChild>): Promise<FromChild> {
    if (this.#state.state === 'failed') {
      const code = this.#stopping ? 'shutting_down' : 'engine_unavailable';
      return Promise.reject(new StillroomError(code, this.#state.reason));
    }
    const call = this.#nextCall++;
    const message = build(call);
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { message, resolve, reject });
      if (this.#state.state === 'ready') this.#send(message);
    });
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
