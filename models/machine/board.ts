/** Heat, throttling and clock: what makes a small board slower or wrong without saying so. */
import type { SystemFiles } from './files.ts';

export interface BoardState {
  /** Hottest zone in °C, null where nothing is measured. */
  readonly temperature: number | null;
  readonly zones: readonly { name: string; celsius: number }[];
  /** True when the firmware slows the processor down now. */
  readonly throttled: boolean;
  /** Sentences about what happens now or has happened since the board was switched on. */
  readonly notes: readonly string[];
}

/** Bits of the Raspberry Pi firmware's "get_throttled"; 16 higher: has happened since boot. */
const throttleBits: readonly [bit: number, what: string][] = [
  [0, 'The supply voltage is too low'],
  [1, 'The processor frequency is capped'],
  [2, 'The processor is throttled'],
  [3, 'The soft temperature limit is reached'],
];

/** @param firmware output of `vcgencmd get_throttled`, null where that program does not exist */
export function readBoard(files: SystemFiles, firmware: string | null = null): BoardState {
  const zones = files.list('/sys/class/thermal').flatMap((zone) => {
    const celsius = Number(files.read(`/sys/class/thermal/${zone}/temp`) ?? Number.NaN) / 1000;
    if (!zone.startsWith('thermal_zone') || !Number.isFinite(celsius)) return [];
    return [{ name: files.read(`/sys/class/thermal/${zone}/type`) ?? zone, celsius }];
  });
  const word = throttleWord(files, firmware);
  const notes: string[] = [];
  for (const [bit, what] of throttleBits) {
    if ((word & (1 << bit)) !== 0)
      notes.push(`${what} right now. Use a stronger power supply or better cooling.`);
    else if ((word & (1 << (bit + 16))) !== 0)
      notes.push(`${what}: this happened since the board was switched on.`);
  }
  const capped = frequencyCap(files);
  if (capped !== null) notes.push(capped);
  const temperature = zones.length === 0 ? null : Math.max(...zones.map((zone) => zone.celsius));
  return { temperature, zones, throttled: (word & 0b1110) !== 0, notes };
}

function throttleWord(files: SystemFiles, firmware: string | null): number {
  const fromProgram = /throttled=(0x[0-9a-f]+)/iu.exec(firmware ?? '')?.[1];
  if (fromProgram !== undefined) return Number(fromProgram);
  const fromKernel = files.read('/sys/devices/platform/soc/soc:firmware/get_throttled');
  return fromKernel === null ? 0 : Number.parseInt(fromKernel, 16) || 0;
}

function frequencyCap(files: SystemFiles): string | null {
  const folder = '/sys/devices/system/cpu/cpu0/cpufreq';
  const most = Number(files.read(`${folder}/cpuinfo_max_freq`) ?? Number.NaN);
  const allowed = Number(files.read(`${folder}/scaling_max_freq`) ?? Number.NaN);
  if (!(allowed < most * 0.98)) return null;
  return `The processor is limited to ${(allowed / 1e6).toFixed(1)} of ${(most / 1e6).toFixed(1)} GHz.`;
}

/** A board without a battery-backed clock starts in the past; certificates and sessions depend on the time. */
export function clockNote(now: Date, files: SystemFiles): string | null {
  const earliest = new Date('2026-01-01T00:00:00Z');
  if (now < earliest)
    return `The clock says ${now.toISOString().slice(0, 10)}, which can't be. Set it or let it be set by NTP.`;
  const synchronised = files.read('/run/systemd/timesync/synchronized') !== null;
  return synchronised || files.list('/run/systemd/timesync').length === 0
    ? null
    : 'The clock is not synchronised yet.';
}
