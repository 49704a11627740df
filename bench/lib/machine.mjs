// What the figures were measured on.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { basename, join } from 'node:path';
import { output } from './processes.mjs';

async function firstLine(program, ...args) {
  try {
    return (await output(program, args)).trim().split('\n', 1)[0];
  } catch {
    return 'unknown';
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The file system that holds `directory`. */
export function fileSystem(directory) {
  return firstLine('findmnt', '-no', 'FSTYPE', '-T', directory);
}

async function disk(directory) {
  const kind = await fileSystem(directory);
  const device = basename(await firstLine('findmnt', '-no', 'SOURCE', '-T', directory));
  const queue = `/sys/class/block/${device}/queue`;
  const cache = read(join(queue, 'write_cache')).trim();
  const model = read(`/sys/class/block/${device}/device/model`).trim();
  return [`${kind} on ${model || device}`, cache && `${cache} cache`].filter(Boolean).join(', ');
}

function compilerOf(buildDirectory) {
  const cache = read(join(buildDirectory, 'CMakeCache.txt'));
  return /^CMAKE_CXX_COMPILER:\w+=(.*)$/m.exec(cache)?.[1] ?? 'c++';
}

export async function describeMachine(buildDirectory) {
  const cpus = os.cpus();
  const system = /^PRETTY_NAME="?(.*?)"?$/m.exec(read('/etc/os-release'))?.[1] ?? 'unknown';
  return {
    processor: cpus[0].model.trim(),
    cores: cpus.length,
    memoryGb: os.totalmem() / 1e9,
    disk: await disk(buildDirectory),
    system,
    kernel: os.release(),
    compiler: await firstLine(compilerOf(buildDirectory), '--version'),
    sqlite: await firstLine('dpkg-query', '-W', '-f', '${Version}', 'libsqlite3-0'),
  };
}
