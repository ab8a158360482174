/** Tables of the work that spend is accounted to: repositories, workplans, tasks, commits, releases and token events. */
export const WORK_TABLES = '';
