/** Opens an address in the user's browser, and says so where it cannot. */
import type { Io } from './io.ts';

export async function openBrowser(io: Io, url: string): Promise<void> {
  const opener =
    io.platform === 'darwin' ? ['open'] : io.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const [command = '', ...args] = opener;
  const result = await io.run(command, [...args, url]);
  if (!result?.isOk) io.err('Cannot open a browser here, open the address yourself\n');
}
