/** Hands a text to the browser as a file to download. */
export function saveFile(name: string, type: string, text: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([text], { type }));
  anchor.download = name;
  anchor.click();
  // The download has its own hold on it by then.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
