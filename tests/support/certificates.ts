import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of the test's own and a certificate of it, by default for 127.0.0.1, as files. */
export function createCertificates(
  directory: string,
  subjectAltName = 'IP:127.0.0.1',
): Certificates {
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const forADay = ['-nodes', '-days', '1'];
  openssl(
    ...[...request, ...forADay, '-subj', '/CN=test authority'],
    ...['-keyout', file('ca.key'), '-out', file('ca.crt')],
  );
  openssl(
    ...[...request, ...forADay, '-subj', '/CN=127.0.0.1'],
    ...['-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-addext', `subjectAltName=${subjectAltName}`, '-addext', 'basicConstraints=CA:FALSE'],
    ...['-keyout', file('redis.key'), '-out', file('redis.crt')],
  );
  return { authority: file('ca.crt'), certificate: file('redis.crt'), key: file('redis.key') };
}
