import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { capConnections } from '../../lib/gateway/connection-cap';

const MOST = 2;

/** Tells the server of connections as its listener does: no test has as many addresses. */
function serverWithCap(isExempt = (_address: string) => false) {
  const server = createServer();
  capConnections(server, MOST, isExempt);
  return (address: string) => {
    const socket = new Socket();
    Object.defineProperty(socket, 'remoteAddress', { value: address });
    server.emit('connection', socket);
    return socket;
  };
}

describe('the cap of connections', () => {
  it.each([
    ['an IPv4 address', ['10.0.0.1', '10.0.0.1', '10.0.0.1'], '10.0.0.2'],
    ['an IPv4 address however it is written', ['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1'], '::2'],
    ['an IPv6 /64', ['2001:db8::1', '2001:db8::2', '2001:db8::3:4'], '2001:db8:0:1::1'],
  ])('is for %s', (_, same, other) => {
    const open = serverWithCap();
    expect(same.map((address) => open(address).destroyed)).toEqual([false, false, true]);
    expect(open(other).destroyed).toBe(false);
  });

  it('has a place again for each connection that is closed', async () => {
    const open = serverWithCap();
    const [first] = [open('2001:db8::1'), open('2001:db8::2')];
    const closed = new Promise((resolve) => first.once('close', resolve));
    first.destroy();
    await closed;
    expect(open('2001:db8::3').destroyed).toBe(false);
    expect(open('2001:db8::4').destroyed).toBe(true);
  });

  it('is not for those that are exempt', () => {
    const open = serverWithCap((address) => address === '10.0.0.9');
    for (let connection = 0; connection <= MOST; connection++) {
      expect(open('10.0.0.9').destroyed).toBe(false);
    }
  });
});
