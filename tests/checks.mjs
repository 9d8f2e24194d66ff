// One line per check, and a count at the end: what tests/clients/node and tests/browser report with.

let passed = 0;
let failed = 0;

/** Runs a check; it fails by throwing. What it returns is returned, or undefined if it failed. */
export async function check(name, body) {
  try {
    const value = await body();
    passed += 1;
    console.log(`ok    ${name}`);
    return value;
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}`);
    for (let cause = error; cause; cause = cause.cause) {
      console.log(`      ${cause.stack ?? JSON.stringify(cause)}`.replaceAll("\n", "\n      "));
    }
    return undefined;
  }
}

/** The check passes if `body` throws an error that `matches`. */
export async function refused(name, body, matches = () => true) {
  await check(name, async () => {
    let error;
    try {
      await body();
    } catch (thrown) {
      error = thrown;
    }
    if (!error) throw new Error("was not refused");
    if (!matches(error)) throw new Error("was refused for another reason", { cause: error });
  });
}

/** Prints the count; true if all passed. */
export function summary(what) {
  console.log(`${what}: ${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
