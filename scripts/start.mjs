// `npm start`: installs when dependencies are missing or stale, builds when the build is, then
// becomes the server. It imports nothing before it has looked at Node's version, so that an old
// Node gets a sentence instead of a syntax error.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 9)) {
  console.error(
    `error: Floodgate needs Node.js 20.9 or later, and this is ${process.versions.node}`,
  );
  process.exit(1);
}

start();

async function start() {
  const { prepare } = await import('./prepare.mjs');
  try {
    await prepare();
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exit(error.exitCode ?? 1);
  }
  // In this process, so that signals and the exit code are the server's own.
  await import('../dist/server.mjs');
}
