/** Line icons on a 16 px grid. They are always decoration: the control beside them carries the name. */
const PATHS = {
  live: 'M2 8h3l2-5 3 10 2-5h2',
  usage: 'M2.5 13.5h11M4 11V7.5M8 11V3M12 11V5.5',
  cost: 'M2.5 4h8M2.5 8h11M2.5 12h5',
  sessions: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  settings:
    'M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M8.5 5a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0M4.1 11a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0',
  previous: 'M9.5 4.5 6 8l3.5 3.5',
  next: 'm6.5 4.5 3.5 3.5-3.5 3.5',
  down: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  copy: 'M7.3 5.5h4.4a1.8 1.8 0 0 1 1.8 1.8v4.4a1.8 1.8 0 0 1-1.8 1.8H7.3a1.8 1.8 0 0 1-1.8-1.8V7.3a1.8 1.8 0 0 1 1.8-1.8ZM10.5 3.2A1.7 1.7 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5c0 .7.3 1.2.8 1.5',
  link: 'M6.5 9.5l3-3M7 4.8l1.3-1.3a3 3 0 0 1 4.2 4.2L11.2 9M9 11.2l-1.3 1.3a3 3 0 0 1-4.2-4.2L4.8 7',
  close: 'm4.5 4.5 7 7M11.5 4.5l-7 7',
  check: 'm3.5 8.5 3 3 6-7',
  search: 'M3 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0M10 10l3.5 3.5',
  stop: 'M5.5 4h5A1.5 1.5 0 0 1 12 5.5v5a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 4 10.5v-5A1.5 1.5 0 0 1 5.5 4Z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
