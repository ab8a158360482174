/** How a tool answers: words for the agent and the same as data; what is wrong is told with its path, not thrown. */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { parseNanoDecimal, TokenmeterError } from '@tokenmeter/core';
import { formatMoney } from '@tokenmeter/core/format';

export interface Answer {
  readonly text: string;
  readonly data: Record<string, unknown>;
}

/** A tool's work as the protocol wants it answered. */
export function answering<T>(work: (asked: T) => Promise<Answer>): (asked: T) => Promise<CallToolResult> {
  return async (asked) => {
    try {
      const { text, data } = await work(asked);
      return { content: [{ type: 'text', text }], structuredContent: data };
    } catch (error) {
      if (!(error instanceof TokenmeterError)) throw error;
      return { isError: true, content: [{ type: 'text', text: error.message }] };
    }
  };
}

/** `$12.34`, or a dash where nothing has a price. Partly priced is said so. */
export function dollars(spend: { readonly cost_usd: string | null; readonly cost_complete: boolean }): string {
  const nano = spend.cost_usd === null ? undefined : parseNanoDecimal(spend.cost_usd);
  return `${formatMoney(nano)}${nano === undefined || spend.cost_complete ? '' : ' (partly unpriced)'}`;
}
