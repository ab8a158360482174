/**
 * Who sold a model: the names that logs use for sellers, who makes which model, and where an agent buys when its log does not
 * say. It refuses to name a seller for models that run on the user's own machine: those have no price.
 */
import { CATALOGUE_SELLERS } from './catalogue.ts';
import { isBedrockName, isVertexName } from './model-name.ts';

/** Spellings of agents and gateways to the catalogue's seller ids. */
const ALIASES: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  'amazon-bedrock': 'aws',
  'aws-bedrock': 'aws',
  bedrock_converse: 'aws',
  amazon: 'aws',
  vertex: 'google',
  vertex_ai: 'google',
  'google-vertex': 'google',
  'google-vertex-anthropic': 'google',
  'google-ai-studio': 'google',
  gemini: 'google',
  'azure-openai': 'azure',
  azure_ai: 'azure',
  'azure-cognitive-services': 'azure',
  foundry: 'azure',
  claude: 'anthropic',
  'openai-codex': 'openai',
  chatgpt: 'openai',
  xai: 'x-ai',
  grok: 'x-ai',
  moonshot: 'moonshotai',
  'moonshotai-cn': 'moonshotai',
  kimi: 'moonshotai',
  'z-ai': 'zai',
  'z.ai': 'zai',
  'zai-coding-plan': 'zai',
  zhipu: 'zhipuai',
  bigmodel: 'zhipuai',
  'zhipuai-coding-plan': 'zhipuai',
  'fireworks-ai': 'fireworks',
  fireworks_ai: 'fireworks',
  togetherai: 'together',
  together_ai: 'together',
  'together-ai': 'together',
  copilot: 'github-copilot',
  'copilot-cli': 'github-copilot',
  mistralai: 'mistral',
  'cloudflare-workers-ai': 'cloudflare',
};

/** Programs that run models on the user's machine. Nobody sends a bill, and nobody's price applies. */
const LOCAL: ReadonlySet<string> = new Set([
  'local',
  'localhost',
  'ollama',
  'ollama_chat',
  'lmstudio',
  'lm-studio',
  'llama.cpp',
  'llamacpp',
  'llama-server',
  'vllm',
  'hosted_vllm',
  'sglang',
  'mlx',
  'oss',
  'jan',
  'gpt4all',
  'koboldcpp',
  'tgi',
]);

/** A model's maker sells it under its own name. Where two do, the first is the one that asks dollars. */
const MAKERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^claude/, ['anthropic']],
  [/^(?:gpt|chatgpt|codex|ft:gpt|o\d|text-embedding|davinci|computer-use)/, ['openai']],
  [/^(?:gemini|gemma)/, ['google']],
  [/^grok/, ['x-ai']],
  [/^deepseek/, ['deepseek']],
  [/^(?:kimi|moonshot)/, ['moonshotai']],
  [/^glm/, ['zai', 'zhipuai']],
  [/^minimax/, ['minimax']],
  [/^(?:mistral|codestral|devstral|magistral|ministral|mixtral|pixtral|voxtral|open-mi)/, ['mistral']],
  [/^composer/, ['cursor']],
  [/^command/, ['cohere']],
  [/^sonar/, ['perplexity']],
];

/** Where an agent buys if its log does not say; the first two resell other makers' models at prices of their own. */
const RESELLING: Readonly<Record<string, string>> = { 'copilot-cli': 'github-copilot', cursor: 'cursor' };

const isKnownSeller = (seller: string): boolean => CATALOGUE_SELLERS.includes(seller);

/** A seller as the catalogue spells it; an unknown one stays as it is, in lower case. */
export function sellerId(seller: string): string {
  const name = seller.trim().toLowerCase();
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

const isLocalSeller = (seller: string): boolean => LOCAL.has(seller);

const makersOf = (name: string): readonly string[] =>
  MAKERS.find(([pattern]) => pattern.test(name.slice(name.lastIndexOf('/') + 1)))?.[1] ?? [];

/** A seller to ask, and whether asking it is a guess (the price is then shown as one). */
export interface Asked {
  readonly seller: string;
  readonly isGuess: boolean;
}

/**
 * Sellers to ask for a model, best first; empty for local models. `seller` is as the log told it, '' if it did not; `name` is
 * lower case.
 */
export function sellersToAsk(agent: string, seller: string, name: string): readonly Asked[] {
  const told = sellerId(seller);
  const path = name.includes('/') ? sellerId(name.slice(0, name.indexOf('/'))) : '';
  if (isLocalSeller(told) || (told === '' && isLocalSeller(path))) return [];
  const makers = makersOf(name).map((maker, index) => ({ seller: maker, isGuess: index > 0 }));
  // A seller that does not list the model may still charge the maker's list price: likely, but a guess.
  const listPrice = makers.map((maker) => ({ ...maker, isGuess: true }));
  if (isKnownSeller(told)) return [{ seller: told, isGuess: false }, ...listPrice];
  if (told !== '') return listPrice;
  const spelled = spelledSeller(name, path);
  const home = Object.hasOwn(RESELLING, agent) ? RESELLING[agent] : undefined;
  if (home !== undefined) return [{ seller: home, isGuess: false }, ...spelled, ...listPrice];
  if (spelled.length > 0) return [...spelled, ...listPrice];
  return makers;
}

/** Some names can only come from one seller: Bedrock's and Vertex's decorations, a seller's id in front of the name. */
function spelledSeller(name: string, path: string): readonly Asked[] {
  if (isBedrockName(name.slice(name.lastIndexOf('/') + 1))) return [{ seller: 'aws', isGuess: false }];
  if (name.startsWith('@cf/')) return [{ seller: 'cloudflare', isGuess: false }];
  if (name.startsWith('accounts/fireworks/')) return [{ seller: 'fireworks', isGuess: false }];
  if (isKnownSeller(path)) return [{ seller: path, isGuess: false }];
  if (path !== '') return [{ seller: 'openrouter', isGuess: false }];
  if (isVertexName(name)) return [{ seller: 'google', isGuess: false }];
  return [];
}
