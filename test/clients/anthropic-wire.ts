/** A scripted turn as the Anthropic Messages API streams it. */
import type { Answer } from './answer.ts';
import { fullUsage, piecesOf, type ScriptedUsage, type Turn } from './script.ts';

export async function anthropicAnswer(answer: Answer, turn: Turn, model: string, id: string, isStream: boolean) {
  const usage = fullUsage(turn.usage);
  const blocks = [
    ...(turn.text ? [{ type: 'text', text: turn.text }] : []),
    ...(turn.tools ?? []).map((tool) => ({ type: 'tool_use', id: tool.id, name: tool.name, input: tool.input })),
  ];
  const stopReason = turn.tools?.length ? 'tool_use' : 'end_turn';
  const message = { id, type: 'message', role: 'assistant', model, stop_sequence: null };
  const headers = { 'request-id': `req_${id}` };
  if (!isStream) {
    answer.json(
      200,
      { ...message, content: blocks, stop_reason: stopReason, usage: spelled(usage, usage.output) },
      headers,
    );
    return;
  }
  answer.stream(headers);
  const send = (type: string, data: object) => answer.event(type, { type, ...data });
  send('message_start', { message: { ...message, content: [], stop_reason: null, usage: spelled(usage, 1) } });
  for (const [index, block] of blocks.entries()) {
    const isText = 'text' in block;
    const empty = isText ? { ...block, text: '' } : { ...block, input: {} };
    send('content_block_start', { index, content_block: empty });
    for (const piece of piecesOf(isText ? (block.text ?? '') : JSON.stringify(block.input), turn.pieces)) {
      await answer.pause();
      const delta = isText ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece };
      send('content_block_delta', { index, delta });
    }
    send('content_block_stop', { index });
  }
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  send('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: {
      input_tokens: input,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
      output_tokens: output,
    },
  });
  send('message_stop', {});
  answer.finish();
}

function spelled(usage: Required<ScriptedUsage>, output: number) {
  return {
    input_tokens: usage.input,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: output,
    service_tier: 'standard',
  };
}
