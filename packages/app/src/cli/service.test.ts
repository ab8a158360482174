import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { type FakeTerminal, say } from '../../test/fake-terminal.ts';
import { unitFor } from './service-unit.ts';

const house = fakeHouse('2026-11-21T12:00:00Z');
const UNIT = '/home/ada/.config/systemd/user/tokenmeter.service';

function machine(extra: Partial<FakeTerminal> = {}): FakeTerminal & { files: Map<string, string> } {
  return { files: new Map<string, string>(), ...extra } as FakeTerminal & { files: Map<string, string> };
}

test('install writes a unit and starts it where systemd is', async () => {
  const terminal = machine({ programs: { systemctl: { isOk: true, output: '' } } });
  const { out, code } = await say(house, ['service', 'install', '--data', '/srv/50% off/data'], terminal);
  expect(code).toBe(0);
  expect(out).toBe(`Wrote ${UNIT}\nStarted. It starts by itself at every login.\n`);
  expect(terminal.files.get(UNIT)).toContain(
    'ExecStart="/usr/bin/node" "/opt/token meter/bin.mjs" "serve" "--data" "/srv/50%% off/data"\n',
  );
  expect((await say(house, ['service', 'status'], terminal)).out).toBe(`Installed in ${UNIT}, running\n`);
});

test('a service reads the logs and keeps the ledger that the command line does', async () => {
  const terminal = machine({
    env: { TOKENMETER_HOME: 'ledger', CODEX_HOME: '/srv/50% "off"', CLAUDE_CONFIG_DIR: '', TOKENMETER_TOKEN: 'secret' },
  });
  await say(house, ['service', 'install', '--home', 'other'], terminal);
  const text = terminal.files.get(UNIT);
  expect(text).toContain(
    `Environment="CODEX_HOME=/srv/50%% \\"off\\""\nExecStart="/usr/bin/node" "/opt/token meter/bin.mjs" "serve" "--home" "${resolve('other')}" "--data" "${resolve('ledger')}"\n`,
  );
  expect(text).not.toContain('CLAUDE_CONFIG_DIR');
  expect(text).not.toContain('secret');

  const env = { CODEX_HOME: '/a & b' };
  const agent = unitFor('darwin', '/Users/ada', ['/usr/bin/node'], [], env)?.text;
  expect(agent).toContain(
    '<key>EnvironmentVariables</key>\n  <dict>\n    <key>CODEX_HOME</key><string>/a &amp; b</string>\n  </dict>\n',
  );
  expect(unitFor('darwin', '/Users/ada', ['/usr/bin/node'], [])?.text).not.toContain('EnvironmentVariables');
});

test('install says what to run where systemd is not', async () => {
  const terminal = machine();
  const { out, code } = await say(house, ['service', 'install'], terminal);
  expect(code).toBe(0);
  expect(terminal.files.has(UNIT)).toBe(true);
  expect(out).toContain(
    'Run this yourself (systemctl is not here):\n  systemctl --user daemon-reload\n  systemctl --user enable tokenmeter.service\n  systemctl --user restart tokenmeter.service\n',
  );
});

test('uninstall removes the unit, and is content where there is none', async () => {
  const terminal = machine({ programs: { systemctl: { isOk: true, output: '' } } });
  expect((await say(house, ['service', 'uninstall'], terminal)).out).toContain('Not installed');
  await say(house, ['service', 'install'], terminal);
  expect((await say(house, ['service', 'uninstall'], terminal)).out).toBe(`Stopped.\nRemoved ${UNIT}\n`);
  expect(terminal.files.size).toBe(0);
});

test('a system without either is refused in words', async () => {
  const { code, err } = await say(house, ['service', 'install'], machine({ platform: 'win32' }));
  expect(code).toBe(2);
  expect(err).toContain('Cannot install a service on win32');
});

test('a launchd agent escapes what XML would read', () => {
  const unit = unitFor('darwin', '/Users/ada', ['/usr/bin/node', '/a & b/<bin>.mjs'], []);
  expect(unit?.path).toBe('/Users/ada/Library/LaunchAgents/dev.tokenmeter.serve.plist');
  expect(unit?.text).toContain('<string>/a &amp; b/&lt;bin&gt;.mjs</string>');
});
