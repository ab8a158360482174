/** Everything under /sessions: the list, or the one session that the address names. */
import { path } from '../../router.ts';
import SessionPage from '../session/session-page.tsx';
import { readSessionPath } from '../session/session-path.ts';
import SessionsPage from './sessions-page.tsx';

export default function SessionsArea() {
  const place = readSessionPath(path.value);
  return place ? <SessionPage key={place.sessionId} place={place} /> : <SessionsPage />;
}
