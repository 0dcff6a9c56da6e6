/** Runs a classic BPF program as the kernel does; the arm64 filter can't be loaded on another machine, but it can be run. */
export function runBpf(program: Buffer, data: { nr: number; arch: number; args: number[] }): string {
  const memory = Buffer.alloc(64);
  memory.writeUInt32LE(data.nr, 0);
  memory.writeUInt32LE(data.arch, 4);
  for (const [index, value] of data.args.entries()) memory.writeUInt32LE(value >>> 0, 16 + index * 8);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [whenTrue, whenFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const value = program.readUInt32LE(at * 8 + 4);
    const jump = (condition: boolean) => (at += condition ? whenTrue : whenFalse);
    if (code === 0x20) accumulator = memory.readUInt32LE(value);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) jump(accumulator === value);
    else if (code === 0x35) jump(accumulator >= value);
    else if (code === 0x45) jump((accumulator & value) !== 0);
    else if (code === 0x06) {
      if (value === 0x7fff0000) return 'allow';
      return value === 0x80000000 ? 'kill' : `errno ${value & 0xffff}`;
    } else throw new Error(`unknown instruction ${code}`);
  }
}
