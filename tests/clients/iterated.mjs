// Results that are pushed, as an async iterator. `subscribe` takes an observer and returns what ends it.
export async function* iterated(subscribe) {
  const waiting = [];
  let wake;
  const push = (one) => (waiting.push(one), wake?.());
  const stop = subscribe({
    next: (value) => push({ value }),
    error: (error) => push({ error }),
    complete: () => push({ done: true }),
  });
  try {
    for (;;) {
      while (waiting.length === 0) await new Promise((resolve) => (wake = resolve));
      const one = waiting.shift();
      if (one.error) throw one.error;
      if (one.done) return;
      yield one.value;
    }
  } finally {
    stop();
  }
}
