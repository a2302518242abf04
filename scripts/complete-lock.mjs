#!/usr/bin/env node
// A registry mirror may hold the binary packages of some platforms only. npm then leaves the others out of the lock file, and `npm ci`
// refuses it everywhere. This writes them in: name, version and platform are known from the package that wants them.
// `--check` says what is missing instead. See docs/decisions/lock-file.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '..', 'package-lock.json');
const OS = /android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32/;
const CPU = /arm64|arm|ia32|x64|ppc64|riscv64|s390x|loong64|mips64el/;

/** Platform of a binary package, by its name. @param {string} name e.g. `@rollup/rollup-linux-arm64-musl` */
const platformOf = (name) => {
  const tail = name.slice(name.indexOf('/') + 1);
  const os = OS.exec(tail)?.[0];
  const cpu = CPU.exec(tail.slice(os ? tail.indexOf(os) + os.length : 0))?.[0];
  if (!os || !cpu) return undefined;
  const libc =
    os !== 'linux' ? undefined : /musl/.test(tail) ? ['musl'] : /gnu/.test(tail) ? ['glibc'] : undefined;
  return { cpu: [cpu], libc, os: [os] };
};

/** Whether a package of the lock file finds another one, as Node does: beside it or further up. */
const finds = (packages, path, name) => {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
};

const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = [];
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platformOf(name);
    if (finds(lock.packages, path, name) || !platform || !/^\d/.test(version)) continue;
    // In npm's own order, so that its next install changes nothing.
    const { cpu, libc, os } = platform;
    missing.push([`node_modules/${name}`, { version, cpu, dev, libc, optional: true, os }]);
  }
}

if (process.argv.includes('--check')) {
  for (const path of Object.keys(Object.fromEntries(missing))) {
    console.error(`package-lock.json lacks ${path}: run npm run lock`);
  }
  const hosts = Object.values(lock.packages).filter(({ resolved }) => /^https?:/.test(resolved ?? ''));
  if (hosts.length > 0) console.error(`package-lock.json names registry hosts (${hosts.length} packages)`);
  console.log(`${Object.keys(lock.packages).length} packages, ${missing.length} missing`);
  process.exitCode = missing.length + hosts.length > 0 ? 1 : 0;
} else {
  Object.assign(lock.packages, Object.fromEntries(missing));
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  console.log(`wrote ${missing.length} packages of other platforms into package-lock.json`);
}
