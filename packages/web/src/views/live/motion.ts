/** Whether anything may move: not where the system or the settings ask for stillness. */

export function mayFlash(): boolean {
  return document.documentElement.dataset.motion !== 'off' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
