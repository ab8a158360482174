/**
 * The built pages, read whole at start: what is not in this table is not served, so no request can name a file outside
 * the folder, a hidden one or one behind a symbolic link. It refuses to look at the disk again.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const PACKED = new Set(['.png', '.ico', '.woff2']);
const LARGEST = 16 * 1024 * 1024;

interface SiteFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
  gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly isPackable: boolean;
}

/** Pages that exist now; anything else is told to be missing, so that no link is dead in silence. */
const PAGES = [
  /^\/$/,
  /^\/live(\/[^/]+)?$/,
  /^\/usage$/,
  /^\/cost$/,
  /^\/sessions(\/[^/]+(\/(calls|runs)\/[^/]+)?)?$/,
  /^\/settings\/(sources|prices|display|data)$/,
];

export class Site {
  readonly #files: ReadonlyMap<string, SiteFile>;
  readonly #index: SiteFile;
  /** CSP sources of the page's own inline scripts. */
  readonly scriptHashes: readonly string[];

  /** The pages in a folder; undefined where there is none or it has no index.html: they were not built. */
  static read(root: string): Site | undefined {
    const files = new Map<string, SiteFile>();
    if (existsSync(root)) collect(root, '', files);
    const index = files.get('/index.html');
    return index && new Site(files, index);
  }

  private constructor(files: ReadonlyMap<string, SiteFile>, index: SiteFile) {
    this.#files = files;
    this.#index = index;
    this.scriptHashes = inlineScriptHashes(new TextDecoder().decode(index.body));
  }

  isPage(path: string): boolean {
    const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
    return PAGES.some((page) => page.test(clean));
  }

  /** Scripts, styles, fonts and pictures: the same for everybody, nothing of the ledger in them. */
  isAsset(path: string): boolean {
    return path !== '/index.html' && this.#files.has(decode(path));
  }

  /** The file of this path as an answer, undefined where there is none. */
  answerAsset(c: Context, path: string): Response | undefined {
    const file = this.#files.get(decode(path));
    return file && file !== this.#index ? answer(c, file, 200) : undefined;
  }

  /** The page, which finds out by itself what to show. `status` 404 and 401 make it say so. */
  answerPage(c: Context, status: ContentfulStatusCode = 200): Response {
    return answer(c, this.#index, status);
  }
}

/** Hashes of scripts written into a page, as its Content-Security-Policy names them. */
export function inlineScriptHashes(html: string): string[] {
  const hashes: string[] = [];
  for (const [, attributes = '', script = ''] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    if (/(^|\s)src\s*=/i.test(attributes)) continue;
    // A browser reads line ends as \n before it hashes.
    const digest = createHash('sha256').update(script.replace(/\r\n?/g, '\n')).digest('base64');
    hashes.push(`'sha256-${digest}'`);
  }
  return hashes;
}

function collect(folder: string, prefix: string, files: Map<string, SiteFile>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, `${prefix}/${entry.name}`, files);
    else if (entry.isFile()) {
      const body = readPlainFile(path);
      if (body) files.set(`${prefix}/${entry.name}`, describe(`${prefix}/${entry.name}`, body));
    }
  }
}

/** The bytes of a regular file; O_NOFOLLOW, should it have become a link since the folder was listed. */
function readPlainFile(path: string): Uint8Array<ArrayBuffer> | undefined {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = fstatSync(handle);
    return size > LARGEST ? undefined : new Uint8Array(readFileSync(handle));
  } finally {
    closeSync(handle);
  }
}

function describe(path: string, body: Uint8Array<ArrayBuffer>): SiteFile {
  const extension = extname(path).toLowerCase();
  return {
    body,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    isHashed: path.startsWith('/assets/'),
    gzip: undefined,
    isPackable: !PACKED.has(extension) && body.length > 512,
  };
}

function answer(c: Context, file: SiteFile, status: ContentfulStatusCode): Response {
  c.header('content-type', file.type);
  c.header('etag', file.etag);
  c.header('vary', 'Accept, Accept-Encoding');
  c.header('cache-control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (status === 200 && c.req.header('if-none-match')?.includes(file.etag.slice(2))) return c.body(null, 304);
  if (!file.isPackable || !/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(c.req.header('accept-encoding') ?? ''))
    return c.body(file.body, status);
  file.gzip ??= new Uint8Array(gzipSync(file.body, { level: 9 }));
  c.header('content-encoding', 'gzip');
  return c.body(file.gzip, status);
}

/** A path with its escapes resolved once; what does not resolve is no file's. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
