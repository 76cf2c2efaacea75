import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly publicKey: CryptoKey;
  /** What the issuer publishes. */
  readonly jwk: JWK;
  sign(payload: JWTPayload, header?: Record<string, unknown>): Promise<string>;
}

export async function signingKey(alg: string, kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    kid,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (payload, header = {}) =>
      new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** How the endpoint answers. `silent`: it accepts and says nothing. */
export type Mood = 'well' | 'failing' | 'silent' | 'garbled' | 'moved';

export interface Issuer {
  readonly url: string;
  keys: readonly JWK[];
  mood: Mood;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An endpoint that publishes a key set over real HTTP. */
export async function startIssuer(...keys: readonly SigningKey[]): Promise<Issuer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(issuer, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}/jwks.json`,
    keys: keys.map(({ jwk }) => jwk),
    mood: 'well',
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}

function answer({ mood, keys }: Issuer, response: ServerResponse): void {
  switch (mood) {
    case 'well':
      response.setHeader('Content-Type', 'application/jwk-set+json');
      response.end(JSON.stringify({ keys }));
      break;
    case 'failing':
      response.writeHead(500).end();
      break;
    case 'garbled':
      response.end('<html>not here</html>');
      break;
    case 'moved':
      response.writeHead(302, { Location: '/elsewhere' }).end();
      break;
    case 'silent':
      break;
  }
}
