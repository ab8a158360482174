/** Everything under /sessions: the list, the one session that the address names, or those it sets beside each other. */
import { path, search } from '../../router.ts';
import SessionPage from '../session/session-page.tsx';
import { readSessionPath } from '../session/session-path.ts';
import { ComparePage } from './compare-page.tsx';
import { readCompared } from './selection.ts';
import SessionsPage from './sessions-page.tsx';

export default function SessionsArea() {
  const place = readSessionPath(path.value);
  if (place) return <SessionPage key={place.sessionId} place={place} />;
  const compared = readCompared(search.value);
  return compared.length > 0 ? <ComparePage ids={compared} /> : <SessionsPage />;
}
