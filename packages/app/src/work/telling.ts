/** A work store that says when something was written into it, so that others can be told. */
import type { WorkStore } from '@tokenmeter/core/work';

export function telling(work: WorkStore, tell: () => void): WorkStore {
  const after = async <T>(written: Promise<T>): Promise<T> => {
    const answer = await written;
    tell();
    return answer;
  };
  return {
    put: (kind, entity) => after(work.put(kind, entity)),
    find: (kind, reference) => work.find(kind, reference),
    list: (kind, query) => work.list(kind, query),
    remove: (kind, id) => after(work.remove(kind, id)),
    changeStatus: (taskId, status, at, event) => after(work.changeStatus(taskId, status, at, event)),
    addEvents: (events) => after(work.addEvents(events)),
    event: (id) => work.event(id),
    events: (query) => work.events(query),
    cells: (since, until) => work.cells(since, until),
    scope: (kind, id) => work.scope(kind, id),
    names: () => work.names(),
    workplaces: () => work.workplaces(),
    link: (facts) => work.link(facts),
  };
}
