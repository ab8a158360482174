/** What a systemd user unit and a launchd agent for `tokenmeter serve` say. Pure text; installing it is the command's. */
import { join } from 'node:path';

export interface Unit {
  readonly path: string;
  readonly text: string;
  /** Programs that switch it on and off; told to the user where they are not there. */
  readonly start: readonly (readonly string[])[];
  readonly stop: readonly (readonly string[])[];
  readonly state: readonly string[];
}

/**
 * Undefined on platforms without either. `program` is node and the script; `args` what follows; `env` what a login would
 * not set by itself.
 */
export function unitFor(
  platform: string,
  homeDir: string,
  program: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Unit | undefined {
  const command = [...program, 'serve', ...args];
  if (platform === 'darwin') {
    const path = join(homeDir, 'Library', 'LaunchAgents', 'dev.tokenmeter.serve.plist');
    return {
      path,
      text: launchd(command, env),
      start: [['launchctl', 'load', '-w', path]],
      stop: [['launchctl', 'unload', '-w', path]],
      state: ['launchctl', 'list', 'dev.tokenmeter.serve'],
    };
  }
  if (platform !== 'linux') return undefined;
  return {
    path: join(homeDir, '.config', 'systemd', 'user', 'tokenmeter.service'),
    text: systemd(command, env),
    start: [
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', 'tokenmeter.service'],
      // Not `--now`: one that runs already must begin anew with what was written.
      ['systemctl', '--user', 'restart', 'tokenmeter.service'],
    ],
    stop: [['systemctl', '--user', 'disable', '--now', 'tokenmeter.service']],
    state: ['systemctl', '--user', 'is-active', 'tokenmeter.service'],
  };
}

function systemd(command: readonly string[], env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `Environment=${systemdQuoted(`${name}=${value}`)}\n`);
  return `[Unit]
Description=Tokenmeter dashboard
After=network.target

[Service]
${lines.join('')}ExecStart=${command.map(systemdWord).join(' ')}
Restart=on-failure
RestartSec=5

[Install]
WantedBy=default.target
`;
}

/** A word of a command: $ doubled as well. */
function systemdWord(word: string): string {
  return systemdQuoted(word).replaceAll('$', '$$$$');
}

/** Quoted as systemd reads it: its own escapes, and % doubled. */
function systemdQuoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

function launchd(command: readonly string[], env: Readonly<Record<string, string>>): string {
  const quoted = (word: string) => word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const variables = Object.entries(env)
    .map(([name, value]) => `    <key>${name}</key><string>${quoted(value)}</string>\n`)
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>dev.tokenmeter.serve</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${quoted(word)}</string>`).join('\n')}
  </array>
${variables === '' ? '' : `  <key>EnvironmentVariables</key>\n  <dict>\n${variables}  </dict>\n`}  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
</dict>
</plist>
`;
}
