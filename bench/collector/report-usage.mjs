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

/**
 * @param {Record<string, () => unknown>} [more] figures of the server's own, asked with each look
 * @param {() => Promise<void>} [drain] has the server finish what it does behind its answers
 */
export const reportUsage = (more = {}, drain = async () => {}) => {
  const answer = async (question) => {
    if (question === 'drain') await drain();
    const { user, system } = process.cpuUsage();
    const usage = { cpuMs: (user + system) / 1_000, mainMs: mainCpuMs(), ...process.memoryUsage() };
    for (const [name, read] of Object.entries(more)) usage[name] = await read();
    process.send({ question, ...usage });
  };
  process.on('message', (question) => void answer(question));
  process.on('disconnect', () => process.exit(0));
};
