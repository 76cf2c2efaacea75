// What the test runners' JSON reports say, in one shape: how many passed, and which did not.

/**
 * @param report Vitest's, as its JSON reporter writes it
 * @returns `passed` counts tests; `failed` and `flaky` (passed at a later attempt) name them
 */
export function readVitest({ numPassedTests, testResults }) {
  const failed = [];
  const flaky = [];
  for (const { name: file, status, message, assertionResults } of testResults) {
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      const fault = { name: `${file} › ${fullName}`, message: failureMessages[0] ?? '' };
      if (outcome === 'failed') failed.push(fault);
      else if (outcome === 'passed' && failureMessages.length > 0) flaky.push(fault);
    }
    // A file that does not load has no tests to fail.
    if (status === 'failed' && assertionResults.every(({ status: each }) => each !== 'failed')) {
      failed.push({ name: file, message });
    }
  }
  return { passed: numPassedTests, failed, flaky };
}

/** @param report Playwright's, as its JSON reporter writes it. @returns as {@link readVitest} */
export function readPlaywright({ stats, suites, errors }) {
  const tests = suites.flatMap((suite) => testsOf(suite, []));
  return {
    passed: stats.expected + stats.flaky,
    failed: [
      ...tests.filter(({ status }) => status === 'unexpected'),
      ...errors.map(({ message }) => ({ name: 'playwright', message })),
    ],
    flaky: tests.filter(({ status }) => status === 'flaky'),
  };
}

function testsOf({ title, suites = [], specs }, above) {
  const path = [...above, title];
  return [
    ...specs.flatMap(({ title: last, tests }) =>
      tests.map(({ projectName, status, results }) => ({
        name: [`[${projectName}]`, ...path, last].join(' › '),
        status,
        message: results.find(({ error }) => error !== undefined)?.error.message ?? '',
      })),
    ),
    ...suites.flatMap((suite) => testsOf(suite, path)),
  ];
}
