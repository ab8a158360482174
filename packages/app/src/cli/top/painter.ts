/**
 * Puts frames on a terminal: the alternate screen, only the lines that changed, inside synchronized output where there is
 * such a thing. What it took over it gives back, also when it is told to stop twice.
 */

const ESC = '\u001b[';

export interface Painter {
  draw(lines: readonly string[]): void;
  /** Everything is drawn anew the next time: the size changed, or another program wrote. */
  forget(): void;
  enter(): void;
  leave(): void;
}

export function createPainter(write: (text: string) => void): Painter {
  let shown: readonly string[] = [];
  let isIn = false;
  return {
    enter: () => {
      if (isIn) return;
      isIn = true;
      shown = [];
      write(`${ESC}?1049h${ESC}?25l${ESC}2J`);
    },
    leave: () => {
      if (!isIn) return;
      isIn = false;
      write(`${ESC}?25h${ESC}?1049l`);
    },
    forget: () => {
      shown = [];
      if (isIn) write(`${ESC}2J`);
    },
    draw: (lines) => {
      if (!isIn) return;
      const changes = lines
        .map((line, index) => (line === shown[index] ? '' : `${ESC}${index + 1};1H${line}${ESC}0m${ESC}K`))
        .join('');
      const gone = shown.length > lines.length ? `${ESC}${lines.length + 1};1H${ESC}J` : '';
      shown = lines;
      if (changes !== '' || gone !== '') write(`${ESC}?2026h${changes}${gone}${ESC}?2026l`);
    },
  };
}
