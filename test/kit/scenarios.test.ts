// Every named scenario reads, and its memory fits into its GPUs.
import { expect, it } from 'vitest';
import { driverDevices } from '../../shared/source/scenario-driver.ts';
import { parseScenario } from '../../shared/source/scenario.ts';
import * as scenarios from './scenarios.ts';

it.each(Object.entries(scenarios))('%s', (_name, text) => {
  const devices = driverDevices(parseScenario(text));
  expect(devices.length).toBeGreaterThan(0);
  for (const { free } of devices) expect(free.every((cell) => 'mib' in cell && cell.mib >= 0)).toBe(true);
});
