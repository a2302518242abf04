import { connect, type Socket } from 'node:net';

/** For tests: sends bytes as they are over a socket, and gives what came back until the server closed; `still open` after `ms`. */
export const sendRaw = (url: string, text: string, ms = 3_000): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket: Socket = connect(Number(port), hostname);
    let back = '';
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(back);
    };
    const timer = setTimeout(() => {
      back += 'still open';
      end();
    }, ms);
    socket.on('data', (chunk: Buffer) => {
      back += chunk.toString('latin1');
    });
    socket.on('close', end).on('error', end);
    socket.on('connect', () => socket.write(Buffer.from(text, 'latin1')));
  });
