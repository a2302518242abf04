// Answers the bench's questions about this process: CPU of all its threads and of the main one, memory.
import { readFileSync } from 'node:fs';

/** CPU time of the main thread, ms (Linux; elsewhere that of the process). */
const mainCpuMs = () => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
};

export const reportUsage = (more = {}) => {
  process.on('message', (question) => {
    const { user, system } = process.cpuUsage();
    const extra = Object.fromEntries(Object.entries(more).map(([name, read]) => [name, read()]));
    const usage = { cpuMs: (user + system) / 1_000, mainMs: mainCpuMs(), ...process.memoryUsage() };
    process.send({ question, ...usage, ...extra });
  });
  process.on('disconnect', () => process.exit(0));
};
