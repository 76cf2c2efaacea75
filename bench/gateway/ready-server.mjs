/**
 * A process that answers. When it does not, it is stopped and the fault is thrown.
 * @param {ReturnType<typeof import('../lib/child.mjs').start>} server
 * @param {{url: string, release?: () => Promise<void>}} options url: what answers with 200 once it is ready;
 *   release: gives up what the process needed
 * @returns {Promise<{pid: number, stop: () => Promise<void>}>}
 */
export async function readyServer(server, { url, release = async () => undefined }) {
  const stop = async () => {
    await server.stop();
    await release();
  };
  try {
    await server.answers(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: server.pid, stop };
}
