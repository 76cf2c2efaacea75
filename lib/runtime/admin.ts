import {
  type AdminEndpointsOptions,
  type AdminSessions,
  adminEndpoints,
  createAdminAccess,
  createAdminSessions,
  establishAdminToken,
} from '../admin';
import type { Endpoint } from '../gateway';
import type { Call } from '../http';
import type { ClientAddressReader } from '../identity';
import { createLimiter, type Store } from '../limiter';
import { SIGN_IN } from './own-policies';

/** The admin API, and who may use it. */
export interface Admin {
  readonly sessions: AdminSessions;
  /** The admin token, when it was made at this start. */
  readonly madeToken: string | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly isAdmin: (call: Call) => Promise<boolean>;
}

export interface AdminOptions extends Omit<AdminEndpointsOptions, 'access' | 'sessions'> {
  /** Undefined: the repository's, made at the first start. */
  readonly token: string | undefined;
  readonly store: Store;
  readonly clientIp: ClientAddressReader;
}

export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const { token, store, clientIp, ...ofEndpoints } = options;
  const { hash, made } = await establishAdminToken(token, ofEndpoints.repository);
  const sessions = createAdminSessions({ tokenHash: hash });
  const loginLimiter = createLimiter(store, SIGN_IN);
  const access = createAdminAccess({ sessions, loginLimiter, clientIp });
  return {
    sessions,
    madeToken: made,
    endpoints: adminEndpoints({ ...ofEndpoints, access, sessions }),
    isAdmin: access.isAdmin,
  };
}
