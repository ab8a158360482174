/** A server for tests of live views: streams the frames it is told to, remembers what it was asked, and can be cut off. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StreamFrame } from '../src/cli/live/board.ts';

export interface LiveServer {
  readonly url: string;
  readonly asked: string[];
  /** Connections open now. */
  readonly open: number;
  /** To all that are connected; the first frames also to each that comes later. */
  send(frame: StreamFrame): void;
  cut(): void;
  close(): Promise<void>;
}

export async function liveServer(
  first: readonly StreamFrame[],
  refuses: Record<string, number> = {},
): Promise<LiveServer> {
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];
  const write = (to: ServerResponse, { event, data }: StreamFrame) =>
    to.write(`: beat\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    const status = refuses[request.url ?? ''];
    if (status !== undefined) {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'Cannot stop it, it is only watched' } }));
    } else if (request.method === 'POST') {
      response.writeHead(202).end('{}');
    } else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      for (const frame of first) write(response, frame);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // -- it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    get open() {
      return streams.size;
    },
    send: (frame) => {
      for (const stream of streams) write(stream, frame);
    },
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
