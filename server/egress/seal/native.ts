/** Raw system calls through node:ffi (Node 26). Only the launcher and the child preload use it; it is closed afterwards. */

type Integer = bigint;

export interface NativeCalls {
  /** Returns the result, or minus errno. */
  syscall(number: number, ...parameters: (number | Integer)[]): number;
  prctl(option: number, ...parameters: number[]): number;
  pointerTo(bytes: Buffer): Integer;
}

/** Null where this Node has no FFI or the C library can't be reached: the caller then has no kernel seal. */
export function openNativeCalls(): NativeCalls | null {
  try {
    const ffi = process.getBuiltinModule('node:ffi') as unknown as FfiModule | undefined;
    if (ffi === undefined) return null;
    const { functions } = ffi.dlopen(null, {
      syscall: { return: 'int64', arguments: Array(7).fill('int64') as string[] },
      prctl: { return: 'int32', arguments: ['int32', 'uint64', 'uint64', 'uint64', 'uint64'] },
      __errno_location: { return: 'pointer', arguments: [] },
    });
    const { syscall, prctl, __errno_location: errnoLocation } = functions;
    if (syscall === undefined || prctl === undefined || errnoLocation === undefined) return null;
    const orErrno = (result: number) =>
      result === -1 ? -ffi.getInt32(errnoLocation() as Integer, 0) : result;
    return {
      syscall(number, ...parameters) {
        const padded = [number, ...parameters, 0, 0, 0, 0, 0, 0].slice(0, 7).map(BigInt);
        return orErrno(Number(syscall(...padded)));
      },
      prctl(option, ...parameters) {
        const padded = [...parameters, 0, 0, 0, 0].slice(0, 4).map(BigInt);
        return orErrno(Number(prctl(option, ...padded)));
      },
      pointerTo: (bytes) => ffi.getRawPointer(bytes),
    };
  } catch {
    return null;
  }
}

interface FfiModule {
  dlopen(
    path: null,
    signatures: Record<string, { return: string; arguments: string[] }>,
  ): { functions: Record<string, (...parameters: (number | Integer)[]) => number | Integer> };
  getInt32(pointer: Integer, offset: number): number;
  getRawPointer(bytes: Buffer): Integer;
}
