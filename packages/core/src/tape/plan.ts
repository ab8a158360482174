/**
 * What is wanted of the lines of a log, as paths: the walker finds these and passes over all else. A plan is data in an
 * agent's folder; it refuses to know what the values mean.
 */
import { ROOT } from './layout.ts';

/** Ways in which a value may be wanted, to be added up. */
export const WANTED = 1;
/** Its strings are few and repeat (a model, a directory): each is made once. */
export const WORD = 2;
/** Its string, or its object, is mostly that of the line before. */
export const STEADY = 4;
/** Its string is a time: its number is the UTC ms. */
export const TIME = 8;
/** The walk ends before it, whatever it is. */
export const PAUSE = 16;
/** The walk ends after it unless it is one of the plan's words. For WORD only. */
export const GATE = 32;
const INNER = 64;
/** If it is an object: its first member too. */
export const FIRST = 128;

/** A node, its path from the line's own object, and how it is wanted. `[]` is each item of a list. */
export type Wish = readonly [node: number, path: string, how: number];

interface Edge {
  readonly parent: number;
  readonly key: string;
  readonly child: number;
}

const MOST_NODES = 255;

export class Plan {
  /** By node. */
  readonly flags: readonly number[];
  readonly edges: readonly Edge[];
  /** By node: the node of each item of its list, 0 none. */
  readonly items: readonly number[];
  /** The words that pass the gate. */
  readonly passing: readonly string[];

  /**
   * Nodes are numbered from 2 up to 200 by whoever asks for them; objects and lists on the way need no wish. Throws where
   * two wishes have one number or one path.
   */
  constructor(wishes: readonly Wish[], passing: readonly string[] = []) {
    const flags = new Array<number>(MOST_NODES + 1).fill(0);
    const items = new Array<number>(MOST_NODES + 1).fill(0);
    const edges: Edge[] = [];
    const nodes = new Map<string, number>([['', ROOT]]);
    const given = new Map(wishes.map(([node, path]) => [path, node]));
    const numbers = new Set(wishes.map(([node]) => node));
    if (given.size !== wishes.length || numbers.size !== wishes.length) throw new Error('Cannot plan: a wish twice');
    let free = MOST_NODES;
    const nodeOf = (path: string): number => {
      const known = nodes.get(path);
      if (known !== undefined) return known;
      const node = given.get(path) ?? free--;
      nodes.set(path, node);
      const cut = path.lastIndexOf('.');
      const parent = nodeOf(path.slice(0, Math.max(0, cut)));
      const key = path.slice(cut + 1);
      flags[parent] = (flags[parent] ?? 0) | INNER;
      if (key === '[]') items[parent] = node;
      else edges.push({ parent, key, child: node });
      return node;
    };
    for (const [, path, how] of wishes) {
      const node = nodeOf(path);
      flags[node] = (flags[node] ?? 0) | how;
    }
    this.flags = flags;
    this.items = items;
    this.edges = edges;
    this.passing = passing;
  }
}
