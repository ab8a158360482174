/** Whether this process may write a file or into a folder, as the system says beforehand. It tries nothing. */
import { accessSync, constants } from 'node:fs';

/** False only where the system says no; what is missing, or cannot be asked, is told by whoever tries. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code)));
  }
}
