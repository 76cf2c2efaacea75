const { AssertionError } = require('node:assert');

/**
 * Stands in for Node's `assert` in the bundle. That one, where it is given no message, makes one of the
 * caller's source: it parses the file, which takes seconds where the whole server is a few long lines,
 * and undici asserts what upstreams send.
 *
 * @param {unknown} value
 * @param {string | Error} [message]
 */
module.exports = function assert(value, message = 'an assertion failed') {
  if (value) return;
  if (message instanceof Error) throw message;
  throw new AssertionError({
    message,
    actual: value,
    expected: true,
    operator: '==',
    stackStartFn: assert,
  });
};
