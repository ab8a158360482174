/** A scripted turn as the Gemini API streams it. */
import type { Answer } from './answer.ts';
import { fullUsage, piecesOf, type ScriptedUsage, type Turn } from './script.ts';

export async function geminiAnswer(answer: Answer, turn: Turn, model: string, id: string, isStream: boolean) {
  const usage = fullUsage(turn.usage);
  const texts = isStream ? piecesOf(turn.text ?? '', turn.pieces) : [turn.text ?? ''];
  const parts: object[][] = [
    ...texts.map((text) => [{ text }]),
    ...(turn.tools ?? []).map((tool) => [{ functionCall: { name: tool.name, args: tool.input, id: tool.id } }]),
  ];
  const chunk = (of: readonly object[], isLast: boolean) => ({
    candidates: [{ content: { role: 'model', parts: of }, index: 0, ...(isLast ? { finishReason: 'STOP' } : {}) }],
    usageMetadata: isLast ? spelled(usage) : { promptTokenCount: sent(usage), totalTokenCount: sent(usage) },
    modelVersion: model,
    responseId: id,
  });
  if (!isStream) return answer.json(200, chunk(parts.flat(), true));
  answer.stream();
  for (const [index, part] of parts.entries()) {
    await answer.pause();
    answer.event(undefined, chunk(part, index === parts.length - 1));
  }
  answer.finish();
}

function sent({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Required<ScriptedUsage>): number {
  return input + cacheRead + cacheWrite5m + cacheWrite1h;
}

function spelled(usage: Required<ScriptedUsage>) {
  return {
    promptTokenCount: sent(usage),
    ...(usage.cacheRead > 0 ? { cachedContentTokenCount: usage.cacheRead } : {}),
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
    totalTokenCount: sent(usage) + usage.output,
  };
}
