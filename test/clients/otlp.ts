/**
 * A collector that keeps what a client itself exports over OTLP (HTTP, JSON): the client's own word on what it used, which
 * a meter's word is held against.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface OtlpRecord {
  /** The record's name: `claude_code.api_request`, `codex.sse_event`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A metric's sums by its attributes, as last exported. */
export interface OtlpPoint extends OtlpRecord {
  readonly value: number;
}

export interface Collector {
  readonly url: string;
  readonly records: readonly OtlpRecord[];
  /** Every export of every point, in order. */
  readonly points: readonly OtlpPoint[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const records: OtlpRecord[] = [];
  const points: OtlpPoint[] = [];
  const server = createServer(async (request, response) => {
    const body = await jsonOf(request);
    for (const resource of listOf(body.resourceLogs))
      for (const scope of listOf(resource.scopeLogs))
        for (const record of listOf(scope.logRecords)) records.push(recordOf(record));
    for (const resource of listOf(body.resourceMetrics))
      for (const scope of listOf(resource.scopeMetrics))
        for (const metric of listOf(scope.metrics)) points.push(...pointsOf(metric));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // -- it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    records,
    points,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A count among a record's attributes: exporters write some of them as text. */
export function countOf(record: OtlpRecord, name: string): number {
  return Number(record.attributes[name] ?? 0);
}

function recordOf(record: Json): OtlpRecord {
  const attributes = attributesOf(record);
  const body = (record.body as Json | undefined)?.stringValue; // -- checked as a string next
  const name = attributes['event.name'] ?? record.eventName ?? body;
  return { name: typeof body === 'string' && body.includes('.') ? body : String(name ?? ''), attributes };
}

function pointsOf(metric: Json): OtlpPoint[] {
  const sum = (metric.sum ?? {}) as Json; // -- a sum, or not what is looked for
  return listOf(sum.dataPoints).map((point) => ({
    name: String(metric.name),
    attributes: attributesOf(point),
    value: Number(point.asInt ?? point.asDouble ?? 0),
  }));
}

function attributesOf(of: Json): Record<string, string | number | boolean> {
  return Object.fromEntries(
    listOf(of.attributes).map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = (value ?? {}) as Record<string, never>; // -- OTLP's AnyValue
      return [
        String(key),
        stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue ?? '',
      ];
    }),
  );
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

async function jsonOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // -- no encoding was set
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Json; // -- exporters send objects
}
