import { randomBytes } from 'node:crypto';
import { request as newRequest } from '@playwright/test';
import { ADMIN_TOKEN } from '../../tests/support/floodgate';
import { newClientAddress } from './client-address';
import { Operator } from './operator';
import { controlServer } from './servers';
import { test as base, expect } from './test';

interface Fixtures {
  /** A name that no other test uses. */
  readonly name: string;
  /** Signed in, on a blank page. */
  readonly operator: Operator;
  /** The admin API by its token, to set up what a test needs. */
  readonly admin: Admin;
}

interface Entity {
  readonly name: string;
  readonly [member: string]: unknown;
}

export interface Admin {
  /** Makes an entity or replaces it. */
  put(kind: 'policies' | 'clients' | 'tiers', entity: Entity): Promise<void>;
}

/** Tests of the control plane, against the server whose configuration they may change. */
export const test = base.extend<Fixtures>({
  baseURL: controlServer.url,
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from it.
  name: async ({}, use) => {
    await use(`e2e-${randomBytes(4).toString('hex')}`);
  },
  operator: async ({ page }, use) => {
    const operator = new Operator(page);
    await operator.signIn();
    await use(operator);
  },
  admin: async ({ baseURL }, use) => {
    const context = await newRequest.newContext({
      ...(baseURL !== undefined && { baseURL }),
      extraHTTPHeaders: {
        Authorization: `Bearer ${ADMIN_TOKEN}`,
        'X-Forwarded-For': newClientAddress(),
      },
    });
    await use({
      async put(kind, entity) {
        const response = await context.put(`/api/v1/admin/${kind}/${entity.name}`, {
          data: entity,
        });
        expect(response.ok(), await response.text()).toBe(true);
      },
    });
    await context.dispose();
  },
});

/** A policy of two requests an hour on a path of its own. */
export function hourlyPolicy(name: string) {
  return {
    name,
    match: { paths: [`/api/${name}/*`] },
    limits: [{ algorithm: 'fixed-window', quota: 2, window_ms: 3_600_000 }],
  };
}

export { expect };
