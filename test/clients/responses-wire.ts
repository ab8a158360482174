/** A scripted turn as the OpenAI Responses API streams it. */
import type { Answer } from './answer.ts';
import { fullUsage, piecesOf, type ScriptedUsage, type Turn } from './script.ts';

export async function responsesAnswer(answer: Answer, turn: Turn, model: string, id: string, isStream: boolean) {
  const items = [
    ...(turn.text
      ? [{ type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [textPart(turn.text)] }]
      : []),
    ...(turn.tools ?? []).map((tool) => ({
      type: 'function_call',
      id: `fc_${tool.id}`,
      call_id: tool.id,
      name: tool.name,
      ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
      arguments: JSON.stringify(tool.input),
      status: 'completed',
    })),
  ];
  const base = { id, object: 'response', created_at: 0, model, status: 'in_progress', output: [], usage: null };
  const done = { ...base, status: 'completed', output: items, usage: spelled(fullUsage(turn.usage)) };
  const headers = { 'x-request-id': `req_${id}` };
  if (!isStream) return answer.json(200, done, headers);
  answer.stream(headers);
  let sequence = 0;
  const send = (type: string, data: object) => answer.event(type, { type, sequence_number: sequence++, ...data });
  send('response.created', { response: base });
  for (const [output_index, item] of items.entries()) {
    const where = { output_index, item_id: item.id };
    if ('content' in item) {
      send('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', content: [] } });
      send('response.content_part.added', { ...where, content_index: 0, part: textPart('') });
      for (const delta of piecesOf(turn.text ?? '', turn.pieces)) {
        await answer.pause();
        send('response.output_text.delta', { ...where, content_index: 0, delta });
      }
      send('response.output_text.done', { ...where, content_index: 0, text: turn.text });
      send('response.content_part.done', { ...where, content_index: 0, part: textPart(turn.text ?? '') });
    } else {
      send('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } });
      send('response.function_call_arguments.delta', { ...where, delta: item.arguments });
      send('response.function_call_arguments.done', { ...where, arguments: item.arguments });
    }
    send('response.output_item.done', { output_index, item });
  }
  send('response.completed', { response: done });
  answer.finish();
}

function textPart(text: string) {
  return { type: 'output_text', text, annotations: [] };
}

function spelled({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }: Required<ScriptedUsage>) {
  const written = cacheWrite5m + cacheWrite1h;
  const sent = input + cacheRead + written;
  return {
    input_tokens: sent,
    input_tokens_details: { cached_tokens: cacheRead, ...(written > 0 ? { cache_write_tokens: written } : {}) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: sent + output,
  };
}
