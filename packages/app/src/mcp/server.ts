/**
 * What agents are given over the Model Context Protocol: one server for a house, whatever the transport. A tool whose part
 * the house does not have is not there.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { House } from '../house.ts';
import { type Forward, forwarding, strictly } from './forward.ts';
import { addLedgerTools } from './ledger-tools.ts';
import { addLiveTools } from './live-tools.ts';
import { addWorkTools } from './work-tools.ts';

const INSTRUCTIONS =
  'Tokenmeter measures what agents use and cost. Tell tokens of a task with update_task_status or record_token_event; mark estimates as estimated and leave unknown counts out.';

/** `forward`: asked before a tool is done here, see there. */
export function createMcpServer(house: House, forward?: Forward): McpServer {
  const server = new McpServer({ name: 'tokenmeter', version: house.version }, { instructions: INSTRUCTIONS });
  const tools = strictly(forward ? forwarding(server, forward) : server);
  addWorkTools(tools, house);
  addLedgerTools(tools, house);
  addLiveTools(tools, house);
  return server;
}
