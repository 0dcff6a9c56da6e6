"""Writes the student as a GGUF file that llama.cpp reads like any R1 distill of Qwen, and reads it back. With `--earlier` the
file is the mean of two.

  python gguf.py --work /tmp/demo-train --out ../stillroom-demo.gguf [--type q8_0|f16|f32]
"""

import argparse
import hashlib
import struct
from pathlib import Path

import numpy as np
import torch
from data import HERE
from model import SHAPE, Student, student_of
from tokenizer import BOS, EOS, SPECIALS, VOCAB, StudentTokenizer

# Renders what the R1 distills expect: thoughts of earlier turns dropped, <think> opened for the new one.
CHAT_TEMPLATE = r"""
{%- set first = namespace(system='') -%}
{%- for m in messages if m['role'] == 'system' -%}
{%- set first.system = m['content'] -%}
{%- endfor -%}
{{- bos_token + first.system -}}
{%- for m in messages -%}
{%- if m['role'] == 'user' -%}
{{- '<｜User｜>' + m['content'] -}}
{%- elif m['role'] == 'assistant' and m['content'] -%}
{{- '<｜Assistant｜>' + m['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<｜Assistant｜><think>\n' -}}
{%- endif -%}
""".replace('\n{', '{').strip()

U32, I32, F32, BOOL, STR, ARR, U64 = 4, 5, 6, 7, 8, 9, 10
GGML = {'f32': 0, 'f16': 1, 'q8_0': 8}
SCALARS = {U32: '<I', I32: '<i', F32: '<f', BOOL: '<?', U64: '<Q'}
FILE_TYPE = {'f32': 0, 'f16': 1, 'q8_0': 7}


def string(text: str) -> bytes:
    raw = text.encode('utf-8')
    return struct.pack('<Q', len(raw)) + raw


def value(kind: int, v) -> bytes:
    if kind == STR:
        return string(v)
    return struct.pack(SCALARS[kind], v)


def entry(key: str, kind: int, v) -> bytes:
    return string(key) + struct.pack('<I', kind) + value(kind, v)


def array(key: str, kind: int, items) -> bytes:
    return string(key) + struct.pack('<IIQ', ARR, kind, len(items)) + b''.join(value(kind, v) for v in items)


def q8_0(matrix: np.ndarray) -> bytes:
    blocks = matrix.astype(np.float32).reshape(-1, 32)
    scale = np.abs(blocks).max(1) / 127
    with np.errstate(divide='ignore'):
        inverse = np.where(scale > 0, 1 / scale, 0)
    scaled = blocks * inverse[:, None]
    ints = (np.sign(scaled) * np.floor(np.abs(scaled) + 0.5)).astype(np.int8)
    out = np.zeros(len(blocks), dtype=[('d', '<f2'), ('q', 'i1', 32)])
    out['d'], out['q'] = scale.astype(np.float16), ints
    return out.tobytes()


def named_tensors(model: Student):
    s = model.shape
    yield 'token_embd.weight', model.embed
    yield 'output_norm.weight', model.norm
    yield 'output.weight', model.head
    q, kv = s.heads * s.head_dim, s.kv_heads * s.head_dim
    for i, b in enumerate(model.blocks):
        yield f'blk.{i}.attn_norm.weight', b.attn_norm
        yield f'blk.{i}.ffn_norm.weight', b.ffn_norm
        for part, at, size in (('q', 0, q), ('k', q, kv), ('v', q + kv, kv)):
            yield f'blk.{i}.attn_{part}.weight', b.wqkv[at : at + size]
            yield f'blk.{i}.attn_{part}.bias', b.bqkv[at : at + size]
        yield f'blk.{i}.attn_output.weight', b.wo
        yield f'blk.{i}.ffn_gate.weight', b.wgu[: s.ff]
        yield f'blk.{i}.ffn_up.weight', b.wgu[s.ff :]
        yield f'blk.{i}.ffn_down.weight', b.wd


def write(model: Student, tokenizer: StudentTokenizer, out: Path, kind: str):
    s = model.shape
    special = tokenizer.special
    types = [1] * (VOCAB - len(SPECIALS)) + [4 if t in ('<think>', '</think>') else 3 for t in SPECIALS]
    meta = [
        entry('general.architecture', STR, 'qwen2'),
        entry('general.type', STR, 'model'),
        entry('general.name', STR, 'Stillroom Demo'),
        entry('general.description', STR, 'A tiny demo model for trying out Stillroom. It is not DeepSeek-R1 and not a distill of it; it only uses the same format.'),
        entry('general.author', STR, 'Stillroom contributors'),
        entry('general.license', STR, 'mit'),
        entry('general.size_label', STR, f'{sum(p.numel() for p in model.parameters()) / 1e6:.1f}M'),
        array('general.languages', STR, ['en', 'es', 'zh']),
        entry('general.file_type', U32, FILE_TYPE[kind]),
        entry('general.quantization_version', U32, 2),
        entry('qwen2.block_count', U32, s.layers),
        entry('qwen2.context_length', U32, s.context),
        entry('qwen2.embedding_length', U32, s.d),
        entry('qwen2.feed_forward_length', U32, s.ff),
        entry('qwen2.attention.head_count', U32, s.heads),
        entry('qwen2.attention.head_count_kv', U32, s.kv_heads),
        entry('qwen2.rope.freq_base', F32, s.theta),
        entry('qwen2.attention.layer_norm_rms_epsilon', F32, s.eps),
        entry('tokenizer.ggml.model', STR, 'gpt2'),
        entry('tokenizer.ggml.pre', STR, 'deepseek-r1-qwen'),
        array('tokenizer.ggml.tokens', STR, tokenizer.tokens),
        array('tokenizer.ggml.token_type', I32, types),
        array('tokenizer.ggml.merges', STR, tokenizer.merges),
        entry('tokenizer.ggml.bos_token_id', U32, special[BOS]),
        entry('tokenizer.ggml.eos_token_id', U32, special[EOS]),
        entry('tokenizer.ggml.padding_token_id', U32, special[EOS]),
        entry('tokenizer.ggml.add_bos_token', BOOL, True),
        entry('tokenizer.ggml.add_eos_token', BOOL, False),
        entry('tokenizer.chat_template', STR, CHAT_TEMPLATE),
    ]
    infos, blobs, offset = [], [], 0
    for name, tensor in named_tensors(model):
        data = tensor.detach().float().contiguous().numpy()
        tensor_kind = 'f32' if data.ndim == 1 else kind
        blob = q8_0(data) if tensor_kind == 'q8_0' else data.astype('<f2' if tensor_kind == 'f16' else '<f4').tobytes()
        dims = data.shape[::-1]
        infos.append(string(name) + struct.pack('<I', len(dims)) + struct.pack(f'<{len(dims)}Q', *dims) + struct.pack('<IQ', GGML[tensor_kind], offset))
        blobs.append(blob + b'\0' * (-len(blob) % 32))
        offset += len(blobs[-1])
    head = b'GGUF' + struct.pack('<IQQ', 3, len(infos), len(meta)) + b''.join(meta) + b''.join(infos)
    out.write_bytes(head + b'\0' * (-len(head) % 32) + b''.join(blobs))


def read(path: Path) -> Student:
    """The weights of a file that `write` wrote; q8_0 as the numbers it stands for.

    Raises ValueError when the file was trained with another tokenizer than tokenizer.json.
    """
    raw, at = path.read_bytes(), 24

    def take(form: str):
        nonlocal at
        found = struct.unpack_from(form, raw, at)
        at += struct.calcsize(form)
        return found[0] if len(found) == 1 else found

    def text() -> str:
        nonlocal at
        length = take('<Q')
        at += length
        return raw[at - length : at].decode('utf-8')

    def entry_value(kind: int):
        if kind == STR:
            return text()
        if kind == ARR:
            item, count = take('<IQ')
            return [entry_value(item) for _ in range(count)]
        return take(SCALARS[kind])

    tensors, entries = struct.unpack_from('<QQ', raw, 8)
    meta = {}
    for _ in range(entries):
        key = text()
        meta[key] = entry_value(take('<I'))
    tokenizer = StudentTokenizer(HERE / 'tokenizer.json')
    if (meta['tokenizer.ggml.tokens'], meta['tokenizer.ggml.merges']) != (tokenizer.tokens, tokenizer.merges):
        raise ValueError(f'{path} was trained with another tokenizer than tokenizer.json')
    infos = []
    for _ in range(tensors):
        name, dims = text(), take('<I')
        shape = struct.unpack_from(f'<{dims}Q', raw, at)[::-1]
        at += 8 * dims
        infos.append((name, shape, *take('<IQ')))
    begin = at + -at % 32
    model = Student(SHAPE)
    wanted = dict(named_tensors(model))
    for name, shape, kind, offset in infos:
        count = int(np.prod(shape))
        if kind == GGML['q8_0']:
            blocks = np.frombuffer(raw, [('d', '<f2'), ('q', 'i1', 32)], count // 32, begin + offset)
            data = blocks['d'].astype(np.float32)[:, None] * blocks['q']
        else:
            data = np.frombuffer(raw, '<f2' if kind == GGML['f16'] else '<f4', count, begin + offset)
        wanted.pop(name).data.copy_(torch.from_numpy(data.astype(np.float32).reshape(shape)))
    if wanted:
        raise ValueError(f'{path} has no {", ".join(wanted)}')
    return model


def averaged(path: Path) -> Student:
    """The averaged weights of a checkpoint, or those of a finished file."""
    if path.suffix == '.gguf':
        return read(path)
    return student_of(torch.load(path, weights_only=False)['average'])


if __name__ == '__main__':
    cli = argparse.ArgumentParser()
    cli.add_argument('--work', type=Path, required=True)
    cli.add_argument('--out', type=Path, default=HERE.parent / 'stillroom-demo.gguf')
    cli.add_argument('--earlier', type=Path, help='a checkpoint or finished file whose weights are mixed in')
    cli.add_argument('--share', type=float, default=0.3, help='how much the earlier one counts')
    cli.add_argument('--type', choices=list(GGML), default='q8_0')
    a = cli.parse_args()
    model = averaged(a.work / 'checkpoint.pt')
    if a.earlier:
        for p, before in zip(model.parameters(), averaged(a.earlier).parameters()):
            p.data.lerp_(before.data, a.share)
    write(model, StudentTokenizer(HERE / 'tokenizer.json'), a.out, a.type)
    raw = a.out.read_bytes()
    print(f'{a.out.name}: {len(raw)} bytes, {sum(q.numel() for q in model.parameters())} parameters, sha256 {hashlib.sha256(raw).hexdigest()}')
