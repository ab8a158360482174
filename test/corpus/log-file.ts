/** One log file of a generated home: lines that were written so far, and the damage that real files have. */
import { appendFileSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';

export class LogFile {
  /** Below the home directory. */
  readonly path: string;
  /** UTC ms of the last record. */
  changedAt: number;
  #text = '';
  #written = 0;

  constructor(path: string, at: number) {
    this.path = path;
    this.changedAt = at;
  }

  get text(): string {
    return this.#text;
  }

  /** Adds a record and its newline; answers the line, for copies. */
  add(record: unknown, at?: number): string {
    const line = JSON.stringify(record);
    this.addLine(line);
    if (at !== undefined) this.changedAt = at;
    return line;
  }

  addLine(line: string): void {
    this.#endLine();
    this.#text += `${line}\n`;
  }

  /** Leaves bytes without a newline at the end, as a writer does that was cut off or writes its newline later. */
  addUnfinished(part: string): void {
    this.#endLine();
    this.#text += part;
  }

  /** Takes the last newline away: the last record is whole but its line is not ended. */
  dropLastNewline(): void {
    this.#text = this.#text.replace(/\n$/, '');
  }

  /** Writes what is new since the last time into the home, with the log's own time. */
  writeTo(home: string): void {
    const file = join(home, this.path);
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, this.#text.slice(this.#written));
    this.#written = this.#text.length;
    utimesSync(file, this.changedAt / 1000, this.changedAt / 1000);
  }

  #endLine(): void {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n';
  }
}
