// The floor: a bare node:http server that reads the same body and answers 204.
import { createServer } from 'node:http';
import { reportUsage } from './report-usage.mjs';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks);
    response.writeHead(204);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
reportUsage();
