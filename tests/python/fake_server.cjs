// A stand-in for the bundled server: it listens as that one does and tells what reached it.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const readline = require('node:readline');

let handed = null;

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
let openStreams = 0;
let written = 0;

const answer = (response, value, status = 200, headers = {}) => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

const stream = response => {
  openStreams += 1;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.on('close', () => (openStreams -= 1));
  let id = 0;
  const timer = setInterval(() => response.write(`id: ${++id}\ndata: tick\n\n`), 20);
  response.on('close', () => clearInterval(timer));
};

const flood = response => {
  const chunk = Buffer.alloc(256 * 1024, 'x');
  written = 0;
  response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
  const more = () => {
    while (!response.destroyed && written < 2e9) {
      written += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
  };
  more();
};

const big = (response, bytes) => {
  response.writeHead(200, { 'Content-Type': 'application/zip', 'Content-Length': bytes });
  const chunk = Buffer.alloc(1024 * 1024, 'b');
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const part = chunk.subarray(0, Math.min(left, chunk.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
};

const callBack = async response => {
  const { baseUrl, token } = handed.jupyter;
  const headers = { Authorization: `token ${token}`, 'Content-Type': 'application/json' };
  const list = await fetch(`${baseUrl}api/kernels`, { headers });
  const made = await fetch(`${baseUrl}api/kernels`, { method: 'POST', headers, body: '{}' });
  const wrong = await fetch(`${baseUrl}api/kernels`, { headers: { Authorization: 'token wrong' } });
  const kernel = made.ok ? await made.json() : null;
  const gone = kernel
    ? await fetch(`${baseUrl}api/kernels/${kernel.id}`, { method: 'DELETE', headers })
    : null;
  answer(response, [list.status, made.status, gone && gone.status, wrong.status]);
};

const PORT_PATTERN = /^\/ports\/[\w-]{22}\//;

const server = http.createServer((request, response) => {
  if (PORT_PATTERN.test(request.url)) {
    const { method, url, headers } = request;
    const policy = { 'Access-Control-Allow-Origin': 'null', 'Content-Security-Policy': 'sandbox' };
    return answer(response, { method, url, headers }, 200, policy);
  }
  if (request.headers['x-crosscompute-secret'] !== handed.secret) {
    return answer(response, { code: 'secret-wrong' }, 403);
  }
  const url = new URL(request.url, 'http://localhost');
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    switch (url.pathname) {
      case '/handed':
        return answer(response, { ...handed, secret: undefined, jupyter: undefined });
      case '/api/events':
        return stream(response);
      case '/a/tool/generate':
        response.writeHead(200, { 'X-Authorization': request.headers.authorization ?? '' });
        return void response.write('[{}');
      case '/open':
        return answer(response, { openStreams, written });
      case '/flood':
        return flood(response);
      case '/big':
        return big(response, Number(url.searchParams.get('bytes')));
      case '/broken':
        response.writeHead(200, { 'Content-Length': 1000 });
        response.write('half');
        return setTimeout(() => response.destroy(), 20);
      case '/unanswered':
        return request.socket.destroy();
      case '/call-back':
        return void callBack(response).catch(error => answer(response, String(error), 500));
      case '/redirect':
        return answer(response, null, 302, { Location: url.searchParams.get('to') });
      case '/twice':
        return answer(response, null, 200, {
          'Set-Cookie': ['crosscompute-a=1', 'crosscompute-b=2'],
          'Content-Security-Policy': "default-src 'self'",
          'Content-Disposition': 'attachment; filename=caf\u00e9.txt'
        });
      case '/unchanged':
        response.writeHead(304, { ETag: '"x"' });
        return response.end();
      case '/exit':
        return process.exit(3);
      default:
        return answer(response, {
          processId: process.pid,
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: body.toString()
        });
    }
  });
});

// Says what it was asked in one message.
server.on('upgrade', (request, socket) => {
  const { url, headers } = request;
  const accept = crypto
    .createHash('sha1')
    .update(headers['sec-websocket-key'] + GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
  );
  const data = Buffer.from(JSON.stringify({ url, headers }));
  socket.write(
    Buffer.concat([Buffer.from([0x81, 126, data.length >> 8, data.length & 255]), data])
  );
  socket.on('data', () => socket.end());
});

const lines = readline.createInterface({ input: process.stdin });
lines.once('line', line => {
  handed = JSON.parse(line);
  // A test that wants a server which dies at once says so in its settings.
  if (handed.settings.exitAtStart) {
    process.stderr.write('error: the state folder is broken\n');
    process.exit(7);
  }
  if (handed.settings.countFile) {
    fs.appendFileSync(handed.settings.countFile, `${process.pid}\n`);
  }
  server.listen(
    handed.socket ? { path: handed.socket } : { port: handed.port, host: '127.0.0.1' },
    () => {
      process.stdout.write(
        `${JSON.stringify({ listening: handed.socket ?? server.address().port })}\n`
      );
    }
  );
});
lines.on('close', () => process.exit(0));
process.on('SIGTERM', () => {
  process.stderr.write('info: asked to end alone\n', () => process.exit(0));
});
