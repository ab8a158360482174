/** How a pull request is called: `acme/shop#12` of its address. */
const ADDRESS = /^https?:\/\/[^/]+\/(.+?)(\/-\/merge_requests|\/pull-requests|\/pull)\/(\d+)/;

/** Merge requests have the mark of the places that call them so. What is no address is its own name. */
export function pullRequestName(url: string): string {
  const [, path, kind, number] = ADDRESS.exec(url) ?? [];
  return path === undefined ? url : `${path}${kind === '/-/merge_requests' ? '!' : '#'}${number}`;
}
