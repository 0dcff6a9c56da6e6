"""The student: a qwen2 decoder small enough to train on two CPU cores."""

import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tokenizer import VOCAB


@dataclass(frozen=True)
class Shape:
    vocab: int = VOCAB
    d: int = 192
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    head_dim: int = 32
    ff: int = 512
    context: int = 1536
    theta: float = 10000.0
    eps: float = 1e-6


SHAPE = Shape()


def rope_tables(shape: Shape, length: int):
    half = shape.head_dim // 2
    freq = shape.theta ** (-torch.arange(half, dtype=torch.float32) * 2 / shape.head_dim)
    angle = torch.arange(length, dtype=torch.float32)[:, None] * freq[None, :]
    cos, sin = angle.cos(), angle.sin()
    return torch.cat([cos, cos], 1), torch.cat([-sin, sin], 1)


class Block(torch.nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        qkv = (s.heads + 2 * s.kv_heads) * s.head_dim

        def matrix(rows, cols, gain):
            return torch.nn.Parameter(torch.randn(rows, cols) * gain / cols**0.5)

        self.attn_norm = torch.nn.Parameter(torch.ones(s.d))
        self.ffn_norm = torch.nn.Parameter(torch.ones(s.d))
        self.wqkv = matrix(qkv, s.d, 0.7)
        self.bqkv = torch.nn.Parameter(torch.zeros(qkv))
        self.wo = matrix(s.d, s.heads * s.head_dim, 0.1)
        self.wgu = matrix(2 * s.ff, s.d, 0.7)
        self.wd = matrix(s.d, s.ff, 0.1)

    def forward(self, x, cos, sin, shared: int = 0, branches: int = 0):
        """With `branches`, x is one row: `shared` tokens of history, then that many last turns of equal length,
        each of which sees the history and itself only."""
        s = self.s
        b, t, _ = x.shape
        h = F.rms_norm(x, (s.d,), self.attn_norm, s.eps)
        qkv = F.linear(h, self.wqkv, self.bqkv).view(b, t, s.heads + 2 * s.kv_heads, s.head_dim).transpose(1, 2)
        qk, v = qkv[:, : s.heads + s.kv_heads], qkv[:, s.heads + s.kv_heads :]
        qk = qk * cos + qk.roll(s.head_dim // 2, -1) * sin
        q, k = qk[:, : s.heads], qk[:, s.heads :]
        if branches:
            a = self.branched(q, k, v, shared, branches)
        else:
            a = self.causal(q, k, v)
        x = x + F.linear(a.transpose(1, 2).reshape(b, t, -1), self.wo)
        h = F.rms_norm(x, (s.d,), self.ffn_norm, s.eps)
        gate, up = F.linear(h, self.wgu).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self.wd)


    def causal(self, q, k, v):
        if q.shape[2] <= 800:
            return self.attend(q, k, v)
        k, v = (u.repeat_interleave(self.s.heads // self.s.kv_heads, 1) for u in (k, v))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)

    def attend(self, q, k, v):
        """Causal attention of the last positions; keys may begin earlier than queries.

        Written out: on a CPU the fused kernel's backward pass costs more than everything else together.
        """
        s = self.s
        b, _, t, _ = q.shape
        n = k.shape[2]
        repeat = s.heads // s.kv_heads
        q = (q * s.head_dim**-0.5).reshape(b * s.kv_heads, repeat * t, s.head_dim)
        k, v = (u.reshape(b * s.kv_heads, n, s.head_dim) for u in (k, v))
        scores = torch.bmm(q, k.transpose(1, 2)).view(b * s.kv_heads, repeat, t, n)
        hidden = torch.full((t, n), -torch.inf, dtype=scores.dtype).triu(n - t + 1)
        weights = torch._softmax(scores + hidden, -1, False)  # stays in the dtype of the scores under autocast
        return torch.bmm(weights.view(b * s.kv_heads, repeat * t, n), v).view(b, s.heads, t, s.head_dim)

    def branched(self, q, k, v, shared: int, branches: int):
        s = self.s

        def split(u):
            """(1, h, t, e) -> history (1, h, shared, e) and branches (branches, h, length, e)."""
            return u[:, :, :shared], u[0, :, shared:].unflatten(1, (branches, -1)).transpose(0, 1)

        (q0, q1), (k0, k1), (v0, v1) = split(q), split(k), split(v)
        k1, v1 = (torch.cat([h.expand(branches, -1, -1, -1), own], 2) for h, own in ((k0, k1), (v0, v1)))
        own = self.attend(q1, k1, v1).transpose(0, 1).reshape(1, s.heads, -1, s.head_dim)
        return torch.cat([self.causal(q0, k0, v0), own], 2)


class Student(torch.nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embed = torch.nn.Parameter(torch.randn(shape.vocab, shape.d))
        self.blocks = torch.nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = torch.nn.Parameter(torch.ones(shape.d))
        self.head = torch.nn.Parameter(torch.randn(shape.vocab, shape.d) * 0.01)
        cos, sin = rope_tables(shape, shape.context + 8)
        self.register_buffer('cos', cos, persistent=False)
        self.register_buffer('sin', sin, persistent=False)

    def hidden(self, ids, shared: int = 0, branches: int = 0):
        t = ids.shape[1]
        x = self.embed[ids]
        cos, sin = self.cos[:t], self.sin[:t]
        if branches:
            # Positions go on after the history in every branch.
            at = torch.cat([torch.arange(shared), (shared + torch.arange((t - shared) // branches)).repeat(branches)])
            cos, sin = self.cos[at], self.sin[at]
        for block in self.blocks:
            x = block(x, cos, sin, shared, branches)
        return F.rms_norm(x, (self.shape.d,), self.norm, self.shape.eps)

    def loss(self, ids, weights, shared: int = 0, branches: int = 0):
        """Weighted mean of the cross-entropy of the tokens with a weight, that is, the model's own words; and each of them."""
        h = self.hidden(ids, shared, branches)[:, :-1]
        w = weights[:, 1:]
        keep = w > 0
        each = F.cross_entropy(F.linear(h[keep], self.head), ids[:, 1:][keep], reduction='none')
        return (each * w[keep]).mean(), each.detach()

    def logits(self, ids):
        return F.linear(self.hidden(ids), self.head)


def student_of(weights) -> Student:
    """A student with these weights, in the order of its parameters."""
    model = Student(SHAPE)
    for p, v in zip(model.parameters(), weights):
        p.data.copy_(v)
    return model


@torch.no_grad()
def revive(model: Student) -> int:
    """Gives feed-forward units that weight decay has brought to nothing new random weights; returns how many.

    A unit whose gate, input and output are all zero gets no gradient, so it never comes back by itself. Those with a gate or
    input below a twentieth of the usual count as such. What a revived one gives out counts nothing at first.
    """
    found = 0
    for block in model.blocks:
        ff, d = block.s.ff, block.s.d
        gate, up = block.wgu[:ff], block.wgu[ff:]
        size = torch.minimum(gate.norm(dim=1), up.norm(dim=1))
        dead = size < 0.05 * size.median().clamp(min=size.max() / 4)
        block.wgu[dead.repeat(2)] = torch.randn(2 * int(dead.sum()), d) * 0.7 / d**0.5
        block.wd[:, dead] = 0
        found += int(dead.sum())
    return found


def quickest(seconds: float = 0.3) -> torch.dtype:
    """bfloat16 where this processor multiplies matrices faster in it, else float32.

    Not every processor that has instructions for bfloat16 does: with them an EPYC of 2024 is faster, a Xeon of 2023 takes
    twice as long.
    """

    def speed(kind: torch.dtype) -> float:
        a, b = torch.randn(2400, 192).to(kind), torch.randn(1024, 192).to(kind)
        F.linear(a, b)
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            F.linear(a, b)
            done += 1
        return done / (time.perf_counter() - began)

    return max((torch.float32, torch.bfloat16), key=speed)


def orthogonalise(g, kind=torch.float32, steps=5):
    """Newton-Schulz iteration of Muon on a stack of matrices, computed in numbers of `kind`."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = (g / (g.flatten(1).norm(dim=1)[:, None, None] + 1e-7)).to(kind)
    flip = x.shape[1] > x.shape[2]
    if flip:
        x = x.transpose(1, 2)
    for _ in range(steps):
        m = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(m, m, m, beta=b, alpha=c), x, beta=a)
    return (x.transpose(1, 2) if flip else x).float()


class Muon:
    """Muon for the block matrices (same shapes stacked), AdamW for everything else.

    With two workers the first steps everything but the stacks of the second; weights and momentum are in shared memory.
    """

    def __init__(self, model: Student, kind=torch.float32, workers=1, lr=0.02, adam_lr=0.008, decay=0.05):
        names = ('wgu', 'wqkv', 'wo', 'wd')
        self.groups = [[getattr(b, n) for b in model.blocks] for n in names]
        self.owners = [0 if n == 'wgu' else min(1, workers - 1) for n in names]  # wgu is half of the work
        matrices = {id(p) for g in self.groups for p in g}
        others = [p for p in model.parameters() if id(p) not in matrices]
        self.adam = torch.optim.AdamW(others, lr=adam_lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0, foreach=True)
        self.momentum = [torch.zeros(len(g), *g[0].shape).share_memory_() for g in self.groups]
        self.kind, self.lr, self.adam_lr, self.decay = kind, lr, adam_lr, decay

    def stepped_by(self, worker: int) -> list[torch.nn.Parameter]:
        others = self.adam.param_groups[0]['params'] if worker == 0 else []
        return [*others, *(p for group, owner in zip(self.groups, self.owners) if owner == worker for p in group)]

    @torch.no_grad()
    def step(self, scale, decay=1.0, worker=0):
        if worker == 0:
            for group in self.adam.param_groups:
                group['lr'] = self.adam_lr * scale
            self.adam.step()
        for group, m, owner in zip(self.groups, self.momentum, self.owners):
            if owner != worker:
                continue
            g = torch.stack([p.grad for p in group])
            m.mul_(0.95).add_(g, alpha=0.05)
            u = orthogonalise(g.mul(0.05).add(m, alpha=0.95), self.kind)
            lr = self.lr * scale * max(1.0, u.shape[1] / u.shape[2]) ** 0.5
            for p, update in zip(group, u):
                p.mul_(1 - decay * self.decay * self.lr * scale).add_(update, alpha=-lr)

    def state_dict(self):
        return {'adam': self.adam.state_dict(), 'momentum': self.momentum}

    def load_state_dict(self, state):
        self.adam.load_state_dict(state['adam'])
        for m, s in zip(self.momentum, state['momentum']):
            m.copy_(s)
