"""Trains the student: `python train.py --work FOLDER`. Run again with the same options it goes on where it stopped.
With `--start FILE.gguf` a finished model goes through the last stage.

What is practised when is in STAGES; docs/demo-model.md says how the shipped file went through them.
"""

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

# Memory is kept and not given back after every step, in large pages: a fifth faster. glibc reads this at the start only.
MEMORY = 'glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456:glibc.malloc.hugetlb=1'
if __name__ == '__main__' and 'GLIBC_TUNABLES' not in os.environ:
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {'GLIBC_TUNABLES': MEMORY})

import torch  # noqa: E402
from data import HERE, MIX, Teacher  # noqa: E402
from gguf import read  # noqa: E402
from model import SHAPE, Block, Muon, Student, quickest, revive, student_of  # noqa: E402
from tokenizer import END_THINK, StudentTokenizer  # noqa: E402


@dataclass(frozen=True)
class Stage:
    """Until which step it lasts. The learning rate falls linearly: (zero - step) / fall, at most 1, at least 0.02."""

    until: int
    zero: int
    fall: int
    mix: dict[str, float] = field(default_factory=dict)
    """Skills that are drawn more or less often than MIX says."""
    stress: dict[str, float] = field(default_factory=dict)
    """Weight of the whole working of a skill in the loss."""
    answers: dict[str, float] = field(default_factory=dict)
    """The same for its answer."""
    decay: float = 1
    """Weight decay, as a factor of what the optimiser is made with."""

    def rate(self, step: int) -> float:
        return max(0.02, min(1.0, (self.zero - step) / self.fall))


STRESS = {'zebra': 3, 'letters': 1.5, 'sort': 1.5, 'sub': 1.5}
ANSWERS = {'zebra': 6}
STAGES = (
    Stage(until=9000, zero=31300, fall=18600, stress=STRESS, answers=ANSWERS,
          mix={'zebra': 10, 'sort': 10, 'sub': 8, 'letters': 18, 'repeat': 7}),
    Stage(until=18500, zero=31300, fall=18600, stress=STRESS, answers=ANSWERS,
          mix={'faq': 88, 'talk': 40, 'fallback': 70, 'letters': 26, 'zebra': 12, 'sort': 12, 'sub': 8, 'repeat': 5}),
    Stage(until=25300, zero=31300, fall=18600, stress=STRESS, answers=ANSWERS,
          mix={'faq': 124, 'talk': 50, 'fallback': 88, 'letters': 32, 'zebra': 12, 'sort': 11, 'sub': 7, 'mul': 10, 'memory': 7, 'days': 8, 'repeat': 5}),
    Stage(until=31300, zero=31300, fall=18600, decay=0.2, stress=STRESS, answers=ANSWERS,
          mix={'faq': 140, 'talk': 60, 'fallback': 100, 'letters': 30, 'zebra': 9, 'sort': 8, 'sub': 7, 'mul': 10, 'memory': 8, 'days': 10, 'repeat': 7}),
    Stage(until=34800, zero=34800, fall=14000, decay=0.2, stress={'letters': 1.5},
          mix={'faq': 130, 'talk': 50, 'fallback': 200, 'letters': 24, 'days': 10, 'memory': 8, 'repeat': 8}),
)  # fmt: skip


def batches(teacher: Teacher, tokens: int, long_share: float, seed: int, count: int = 40):
    """Yields rows of similar length, so hardly anything is padding; those of workers with the same seed at the same time are
    of similar length too, so none waits long for another."""
    shuffled = random.Random(seed)
    while True:
        teacher.rehearse()
        rows, left = [], 0
        while left < count * tokens:
            rows.append(teacher.row(long_share))
            left += len(rows[-1][0])
        rows.sort(key=lambda r: len(r[0]), reverse=True)
        out = []
        for batches_left in range(count, 0, -1):
            batch, room = [], left / batches_left
            while len(rows) >= batches_left and (not batch or room > 0):
                batch.append(rows.pop())
                room -= len(batch[-1][0])
            left -= sum(len(row[0]) for row in batch)
            out.append(batch)
        shuffled.shuffle(out)
        yield from out


DECIDES = {'faq': 6.0, 'talk': 6.0, 'fallback': 5.0}
"""How much the tokens count that name what was understood. The first line of a thought counts three times
for the other skills; answers that are recited count half."""
READS = {'mul': 2, 'letters': 2, 'sort': 5, 'zebra': 3}
"""Lines of a thought that copy the question, where it is more than the first."""


def tensors(rows, marks: tuple[int, set[int]] | None = None, stage: Stage = STAGES[0]):
    """Ids and loss weights; `marks` = id of </think> and ids that end a line, without them every token counts the same."""
    width = max(len(r[0]) for r in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    weights = torch.zeros(len(rows), width)
    for i, (row, start, sample) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        weights[i, start : len(row)] = 1.0
        if marks is None:
            continue
        end_think, newlines = marks
        skill, reply = sample.skill, row[start:]
        if end_think not in reply:  # the thought was switched off or cut short: the first words decide
            weights[i, start : min(len(row), start + 8)] = 3.0
            continue
        end = row.index(end_think, start)
        if skill in DECIDES:
            weights[i, start:end] = DECIDES[skill]
            weights[i, end + 1 : len(row)] = 0.5
        else:
            weights[i, start:end] = stage.stress.get(skill, 1.0)
            weights[i, end + 1 : len(row)] = stage.answers.get(skill, 1.0)
            lines = [at for at in range(start + 2, len(row)) if row[at] in newlines or row[at] == end_think]
            weights[i, start : lines[min(READS.get(skill, 1), len(lines)) - 1]] = 3.0
            if skill == 'decimals':  # which of the two is named in the last line
                weights[i, end - 8 : end] = 3.0
    return ids, weights


def joined(history: list[int], ids, weights):
    """The history and its branches as one row, see Block.forward."""
    head = torch.tensor(history)
    return torch.cat([head, ids.flatten()])[None], torch.cat([torch.zeros(len(history)), weights.flatten()])[None]


def understood(rows, weights, history: int, each) -> list[tuple[str, float]]:
    """How well each wording was understood: the mean loss of the tokens that decide."""
    each_row = (weights.numel() - history) // len(rows)
    owner = torch.arange(len(rows)).repeat_interleave(each_row)
    owner = torch.cat([torch.full((history,), -1), owner]).view_as(weights)
    keep = weights[:, 1:] > 0
    decides = (weights[:, 1:] >= DECIDES['fallback'])[keep]
    owner = owner[:, 1:][keep][decides]
    total = torch.zeros(len(rows)).index_add_(0, owner, each.float()[decides])
    count = torch.zeros(len(rows)).index_add_(0, owner, torch.ones(len(owner)))
    return [(sample.source, loss / tokens) for (_, _, sample), loss, tokens in zip(rows, total.tolist(), count.tolist()) if sample.source and tokens]


class Shared:
    """What the workers see of each other: memory all of them have mapped, and a point where they wait for the others.

    Each worker is a process with one thread that computes the gradient of its own rows. Two threads of one process are
    slower: they wait for each other in each of a thousand short operations per step, workers twice per step.
    """

    def __init__(self, workers: int, go_on: bool, parameters, sources: list[str]):
        self.parameters, self.sources = parameters, sources
        self.index = {source: i for i, source in enumerate(sources)}
        self.gradients = torch.zeros(workers, sum(p.numel() for p in parameters)).share_memory_()
        self.tokens = torch.zeros(workers, dtype=torch.long).share_memory_()
        self.heard = torch.zeros(workers, len(sources)).share_memory_()
        self.go_on = torch.tensor([go_on]).share_memory_()
        self.barrier = multiprocessing.get_context('fork').Barrier(workers)

    def wait(self):
        self.barrier.wait(1800)  # as long as a checkpoint may take, or for ever if a worker was killed

    def pieces(self, flat):
        at = 0
        for p in self.parameters:
            yield flat[at : at + p.numel()].view_as(p)
            at += p.numel()

    @torch.no_grad()
    def mean_gradient(self, worker: int, needed: set[int], tokens: int, heard: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Replaces this worker's gradient of the parameters needed by that of all; returns how well all workers' wordings were understood."""
        torch._foreach_copy_(list(self.pieces(self.gradients[worker])), [p.grad for p in self.parameters])
        self.tokens[worker] = tokens
        self.heard[worker].fill_(-1)
        for source, loss in heard:
            self.heard[worker, self.index[source]] = loss
        self.wait()
        for p, of_workers in zip(self.parameters, zip(*map(self.pieces, self.gradients))):
            p.grad = torch.stack(of_workers).mean(0) if id(p) in needed else None
        return [(self.sources[i], self.heard[k, i].item()) for k, i in (self.heard >= 0).nonzero().tolist()]


@torch.no_grad()
def exact(model, tokenizer, per_skill: int, seed: int = 99) -> dict[str, float]:
    """Share of held-out samples whose whole reply is what greedy decoding would write."""
    teacher, scores = Teacher(seed, tokenizer, held=True), {}
    for skill in MIX:
        rows = []
        for _ in range(per_skill):
            s = teacher.sample(skill)
            head = teacher.prompt(s)
            rows.append((head + teacher.reply(s), len(head), s))
        rows.sort(key=lambda r: len(r[0]))
        good = 0
        for at in range(0, len(rows), 15):
            ids, weights = tensors(rows[at : at + 15])
            best = model.logits(ids[:, :-1]).argmax(-1)
            good += int(((best == ids[:, 1:]) | (weights[:, 1:] == 0)).all(1).sum())
        scores[skill] = round(100 * good / per_skill, 1)
    return scores


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--work', type=Path, required=True)
    p.add_argument('--seed', type=int, default=20261124)
    p.add_argument('--steps', type=int, help='step at which to stop (default: before the last stage, or the end of it for a finished file)')
    p.add_argument('--tokens', type=int, default=2400, help='tokens per step')
    p.add_argument('--long', type=float, default=0.05, help='share of rows with a few earlier turns')
    p.add_argument('--branched', type=float, default=0.16, help='share of the tokens in steps with long histories and several last turns of each')
    p.add_argument('--save', type=float, default=600, help='seconds between checkpoints')
    p.add_argument('--keep', type=float, default=0.998, help='decay of the weight average that is exported')
    p.add_argument('--workers', type=int, default=min(2, os.cpu_count() or 1), help='processes, each on a core of its own')
    p.add_argument('--plain', action='store_true', help='do not compile the blocks (needs no C++ compiler, a fifth slower)')
    p.add_argument('--start', type=Path, help='a finished file, which goes through the last stage')
    p.add_argument('--check', type=int, default=16, help='held-out samples per skill at a checkpoint')
    a = p.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    tokenizer = StudentTokenizer(HERE / 'tokenizer.json')
    path, log = a.work / 'checkpoint.pt', a.work / 'log.jsonl'
    start = hashlib.sha256(a.start.read_bytes()).hexdigest() if a.start else None
    finished = STAGES[-2].until
    begin = finished if start else 0
    steps = a.steps or (STAGES[-1].until if start else finished)
    saved = torch.load(path, weights_only=False) if path.exists() else None
    if saved and saved['start'] != start:
        p.error(f'{path} did not begin with this file: use another --work')
    model = read(a.start) if start and not saved else Student(SHAPE)
    if start and not saved:
        print(f'{revive(model)} feed-forward units begin anew')
    if not a.plain:
        torch._dynamo.config.recompile_limit = 64  # one row or many, long or short, with branches or without
        Block.forward = torch.compile(Block.forward, dynamic=True)
    kind = quickest()
    model.share_memory()
    optimiser = Muon(model, kind, a.workers)
    average = [q.detach().clone() for q in model.parameters()]
    state = {'step': begin, 'tokens': 0, 'seconds': 0.0}
    if saved:
        model.load_state_dict(saved['model'])
        optimiser.load_state_dict(saved['optimiser'])
        average, state = saved['average'], saved['state']
    teacher = Teacher(a.seed + state['step'], tokenizer)
    if saved:
        teacher.difficulty = saved['difficulty']
    marks = (tokenizer.special[END_THINK], {i for i, t in enumerate(tokenizer.tokens) if 'Ċ' in t})
    shared = Shared(a.workers, state['step'] < steps, list(model.parameters()), sorted({w[2] for wordings in teacher.wordings.values() for w in wordings}))

    def steps_of(worker: int):
        """Yields the loss after each step, until the first worker says that it was the last."""
        teacher.rng.seed(a.seed + state['step'] + 1_000_003 * worker)
        stream = batches(teacher, a.tokens // a.workers, a.long, a.seed + state['step'])
        # In a step with histories each worker has one, and as many tokens as otherwise all of them.
        branched = a.branched / (a.branched + a.workers * (1 - a.branched))
        step, stepped = state['step'], {id(p) for p in optimiser.stepped_by(worker)}
        while shared.go_on.item():
            stage = next((stage for stage in STAGES if step < stage.until), STAGES[-1])
            teacher.mix = MIX | stage.mix
            history, rows = teacher.branches(a.tokens) if random.Random(a.seed + step).random() < branched else ([], next(stream))
            ids, weights = tensors(rows, marks, stage)
            tree = (len(history), len(rows)) if history else ()
            if history:
                ids, weights = joined(history, ids, weights)
            with torch.autocast('cpu', torch.bfloat16, enabled=kind == torch.bfloat16):
                loss, each = model.loss(ids, weights, *tree)
            loss.backward()
            for source, told in shared.mean_gradient(worker, stepped, ids.numel(), understood(rows, weights, len(history), each)):
                teacher.learnt(source, told)
            scale = min(1.0, (step + 1 - begin) / 60) * stage.rate(step)
            optimiser.step(scale, stage.decay, worker)
            model.zero_grad(set_to_none=True)
            step += 1
            shared.wait()
            yield loss.item(), scale
            shared.wait()

    def follow(worker: int):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with contextlib.suppress(threading.BrokenBarrierError):  # the first worker says why
            for _ in steps_of(worker):
                pass

    for worker in range(1, a.workers):
        multiprocessing.get_context('fork').Process(target=follow, args=(worker,), daemon=True).start()
    total, seen, started = 0.0, 0, time.time()
    mark, mark_tokens = started, state['tokens']

    def save(check: bool = True):
        state['seconds'] += time.time() - save.since
        save.since = time.time()
        torch.save({'model': model.state_dict(), 'optimiser': optimiser.state_dict(), 'average': average, 'state': state, 'start': start, 'difficulty': teacher.difficulty}, path.with_suffix('.new'))
        path.with_suffix('.new').replace(path)
        if not check:
            return
        scores = exact(student_of(average), tokenizer, a.check)
        say({'exact': scores, 'mean': round(sum(scores.values()) / len(scores), 1), **state})

    def say(entry):
        with log.open('a') as f:
            f.write(json.dumps(entry) + '\n')
        print(entry, flush=True)

    save.since = started
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    try:
        for loss, scale in steps_of(0):
            keep = min(a.keep, (state['step'] + 1 - begin) / (state['step'] + 50 - begin))
            with torch.no_grad():
                torch._foreach_mul_(average, keep)
                torch._foreach_add_(average, [q.detach() for q in model.parameters()], alpha=1 - keep)
            state['step'] += 1
            state['tokens'] += shared.tokens.sum().item()
            if any(stage.until == state['step'] for stage in STAGES[:-1]):
                save(check=False)
                shutil.copy(path, a.work / f'step-{state["step"]}.pt')
                if state['step'] < steps:
                    say({'step': state['step'], 'revived': revive(model)})  # the other workers wait
            total += loss
            seen += 1
            if state['step'] % 50 == 0:
                now = time.time()
                say({'step': state['step'], 'tokens': state['tokens'], 'loss': round(total / seen, 4), 'rate': round(scale, 3), 'tok/s': int((state['tokens'] - mark_tokens) / (now - mark))})
                total, seen, mark, mark_tokens = 0.0, 0, now, state['tokens']
            if time.time() - save.since > a.save and state['step'] < steps:
                save()
                mark, mark_tokens = time.time(), state['tokens']
            shared.go_on.fill_(state['step'] < steps and not stop)
    except BaseException:
        shared.barrier.abort()
        raise
    save(check=not stop)


if __name__ == '__main__':
    main()
