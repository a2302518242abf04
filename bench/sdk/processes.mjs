import { readdirSync, readFileSync } from 'node:fs';

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const all = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      parent: Number(/\) \S (\d+)/.exec(read(`/proc/${name}/stat`))?.[1]),
      command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' '),
    }));

/** All processes below one, by `/proc`. @param {number} root process id */
export const processesBelow = (root) => {
  const parents = new Map(all().map(({ pid, parent }) => [pid, parent]));
  const isBelow = ({ parent }) => {
    for (let at = parent; at; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return all().filter(isBelow);
};

/** All processes whose command line names a folder that this run made. @param {string} folder */
export const processesNaming = (folder) => all().filter(({ command }) => command.includes(folder));
